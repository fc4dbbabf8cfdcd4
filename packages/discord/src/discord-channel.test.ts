import { text } from "@winiswin/application/commands/view";
import type { Notification } from "@winiswin/application/ports/notifications";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type DiscordServer, startDiscordServer } from "../test/discord-server.ts";
import { createDiscordApi } from "./discord-api.ts";
import { createDiscordChannel } from "./discord-channel.ts";

let discord: DiscordServer;
let before = 0;
beforeAll(async () => {
  discord = await startDiscordServer();
});
afterAll(() => discord.close());
beforeEach(() => {
  before = discord.posts.length;
});

const posted = () => discord.posts.slice(before) as { embeds: { title: string }[]; flags?: number }[];

const aNotification = (title: string, over: Partial<Notification> = {}): Notification => ({
  type: "SymbolFrozen",
  level: "alert",
  view: { title, tone: "bad", blocks: [text("x".repeat(900))], atMs: 0 },
  ...over,
});

const waits: number[] = [];
function aChannel() {
  const logger = recordingLogger();
  const api = createDiscordApi({
    apiUrl: discord.apiUrl,
    logger,
    wait: async (spanMs) => {
      waits.push(spanMs);
    },
  });
  return { logger, channel: createDiscordChannel({ webhookUrl: discord.webhookUrl, discord: api, logger }) };
}

test("puts several into one message within its limits, silent ones apart, in their order", async () => {
  const { channel } = aChannel();
  const loud = Array.from({ length: 9 }, (_, index) => aNotification(`loud ${index}`));

  const told = await channel.tell([...loud, aNotification("silent", { level: "silent" }), aNotification("last")]);

  expect(told).toEqual({ outcome: "taken" });
  expect(posted().map(({ embeds, flags }) => [embeds.map(({ title }) => title).join(), flags])).toEqual([
    ["loud 0,loud 1,loud 2,loud 3,loud 4,loud 5", undefined],
    ["loud 6,loud 7,loud 8", undefined],
    ["silent", 4096],
    ["last", undefined],
  ]);
});

test("waits as long as a short rate limit says, and leaves a long one and an outage for later", async () => {
  const { channel } = aChannel();
  discord.failNext({ kind: "status", status: 429, body: { message: "You are being rate limited.", retry_after: 0.4, global: true } });
  expect(await channel.tell([aNotification("first")])).toEqual({ outcome: "taken" });
  expect(waits).toContain(400);

  discord.failNext({ kind: "status", status: 429, body: { retry_after: 120 } });
  expect(await channel.tell([aNotification("second")])).toMatchObject({ outcome: "later", reason: "rate limited" });

  discord.failNext(...Array.from({ length: 3 }, () => ({ kind: "disconnect" }) as const));
  expect(await channel.tell([aNotification("third")])).toMatchObject({ outcome: "later" });

  expect(posted().map(({ embeds }) => embeds[0]?.title)).toEqual(["first"]);
});

test("a webhook that is gone costs the message and no other delivery", async () => {
  const { channel, logger } = aChannel();
  discord.failNext({ kind: "status", status: 404 });

  expect(await channel.tell([aNotification("lost")])).toEqual({ outcome: "taken" });
  expect(logger.lines.at(-1)).toMatchObject({ level: "error", message: "notification dropped" });
});
