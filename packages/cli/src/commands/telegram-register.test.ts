import { afterAll, beforeAll, expect, it } from "vitest";
import { startTelegramServer, type TelegramServer } from "../../../telegram/test/telegram-server.ts";
import type { CommandContext } from "../context.ts";
import { createTerminal } from "../terminal.ts";
import { runTelegramRegister } from "./telegram-register.ts";

let telegram: TelegramServer;
beforeAll(async () => {
  telegram = await startTelegramServer();
});
afterAll(() => telegram.close());

function aContext(environment: Record<string, string>): CommandContext & { readonly written: string[] } {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  return {
    terminal: createTerminal({ environment, programArguments: [], stdout: stream, stderr: stream }),
    environment: { TELEGRAM_API_URL: telegram.apiUrl, ...environment },
    workingFolder: "/",
    defaultStateFolder: "/",
    projectFolder: "/",
    written,
  };
}

it("gives Telegram the menu, and with an address the webhook with its secret", async () => {
  const context = aContext({ TELEGRAM_BOT_TOKEN: telegram.botToken, TELEGRAM_WEBHOOK_SECRET: "a-secret-of-some-length" });

  expect(await runTelegramRegister({ url: "https://abc.lambda-url.eu-central-1.on.aws/" }, context, "register")).toBe(0);

  expect(telegram.sent).toMatchObject([
    { method: "setMyCommands", commands: expect.arrayContaining([expect.objectContaining({ command: "halt" })]) },
    { method: "setWebhook", url: "https://abc.lambda-url.eu-central-1.on.aws/", secret_token: "a-secret-of-some-length" },
  ]);
});

it.each([
  [{}, {}, "TELEGRAM_BOT_TOKEN is not set"],
  [{ url: "https://x.example/" }, { TELEGRAM_BOT_TOKEN: "t" }, "TELEGRAM_WEBHOOK_SECRET must be"],
  [{ url: "http://x.example/" }, { TELEGRAM_BOT_TOKEN: "t" }, "must be an https address"],
  [{}, { TELEGRAM_BOT_TOKEN: "wrong" }, "did not take setMyCommands: status 401"],
])("says what is missing or wrong: %j %j", async (flags, environment, sentence) => {
  await expect(runTelegramRegister(flags, aContext(environment), "register")).rejects.toThrow(sentence);
});

it("shows the menu without writing anything", async () => {
  const context = aContext({});

  await runTelegramRegister({ dryRun: true }, context, "register");

  expect(context.written.join("")).toMatch(/\/why symbol.*: Why/);
});
