import { answeringGateway } from "@winiswin/testkit/answering-gateway";
import { aCommandContext } from "@winiswin/testkit/command-context";
import { aCycle } from "@winiswin/testkit/cycles";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordServer, startDiscordServer } from "../test/discord-server.ts";
import { answerAsText } from "./answer-as-text.ts";
import { answerDeferred, type DeferredAnswering } from "./answer-deferred.ts";
import { createDiscordApi } from "./discord-api.ts";

let discord: DiscordServer;
beforeAll(async () => {
  discord = await startDiscordServer();
});
afterAll(() => discord.close());

async function anAnswering(over: Partial<DeferredAnswering> = {}) {
  const logger = recordingLogger();
  return {
    context: await aCommandContext({ cycles: [aCycle()] }),
    discord: createDiscordApi({ apiUrl: discord.apiUrl, logger, wait: async () => undefined }),
    settled: async () => undefined,
    ...over,
    logger,
  };
}

const asked = (command: string, interactionToken: string, options = {}) => ({ command, options, applicationId: "999", interactionToken });

const answerText = (interactionToken: string): string => {
  const read = answerAsText(discord.answerOf(interactionToken));
  return read.ok ? read.value : read.failure;
};

test("the answer of a command takes the place of the deferral", async () => {
  await answerDeferred(asked("status", "one"), await anAnswering());

  expect(answerText("one")).toContain("Alive: the last cycle closed 4m 00s ago.");
});

test("the edit waits until the deferral has reached Discord", async () => {
  const order: string[] = [];
  const answering = await anAnswering({
    settled: async () => {
      order.push("settled");
    },
    discord: {
      editOriginal: async () => {
        order.push("edited");
        return { ok: true, value: undefined };
      },
      post: async () => ({ ok: true, value: undefined }),
    },
  });

  await answerDeferred(asked("status", "two"), answering);

  expect(order).toEqual(["settled", "edited"]);
});

test("a command that breaks is answered with a sentence, and the log has the stack", async () => {
  const context = await aCommandContext({ gateway: answeringGateway({ failure: new TypeError("undefined is not a function") }) });
  const answering = await anAnswering({ context });

  await answerDeferred(asked("balance", "three"), answering);

  expect(answerText("three")).toContain("/balance could not be answered");
  expect(answerText("three")).not.toContain("undefined is not a function");
  expect(answering.logger.lines).toContainEqual(expect.objectContaining({ level: "error", message: "command failed" }));
});

test.each([
  ["nonsense", {}, "There is no command /nonsense"],
  ["why", {}, 'the option "symbol" is missing'],
])("/%s %j on the queue is answered with a sentence too", async (command, options, sentence) => {
  await answerDeferred(asked(command, "four", options), await anAnswering());

  expect(answerText("four")).toContain(sentence);
});

test("an outage of Discord is thrown, so that the queue delivers again; a dead token is not", async () => {
  discord.failNext(...Array.from({ length: 3 }, () => ({ kind: "status", status: 500 }) as const));
  await expect(answerDeferred(asked("status", "five"), await anAnswering())).rejects.toThrow("was not delivered");

  discord.failNext({ kind: "status", status: 404 });
  const answering = await anAnswering();
  await answerDeferred(asked("status", "six"), answering);
  expect(answering.logger.lines).toContainEqual({
    level: "error",
    message: "answer dropped",
    fields: { command: "status", kind: "gone", reason: "the token or webhook is unknown" },
  });
});
