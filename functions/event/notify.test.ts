import type { EventBridgeEvent } from "aws-lambda";
import { expect, test, vi } from "vitest";
import { startDiscordServer } from "../../packages/discord/test/discord-server.ts";

const anEvent = (detail: { type: string } & Record<string, unknown>): EventBridgeEvent<string, unknown> => ({
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  source: "winiswin",
  account: "123456789012",
  time: "2026-11-21T10:19:00Z",
  region: "eu-central-1",
  resources: [],
  "detail-type": detail.type,
  detail,
});

test("an event of the bus reaches the channel, with bot and mode below; one that is none is thrown back", async () => {
  const discord = await startDiscordServer();
  vi.stubEnv("SST_RESOURCE_App", '{"name":"winiswin","stage":"test"}');
  vi.stubEnv("SST_RESOURCE_DiscordWebhookUrl", JSON.stringify({ value: discord.webhookUrl }));
  vi.stubEnv("ENABLE_TRADING", "true");
  vi.stubEnv("BINANCE_BASE_URL", "http://127.0.0.1:9999");
  const { handler } = await import("./notify.ts");

  await handler(anEvent({ type: "SymbolFrozen", symbol: "BTCUSDT", reason: "an order with unknown outcome" }));

  expect(discord.posts).toMatchObject([
    { embeds: [{ title: "Entries frozen: BTCUSDT", description: "an order with unknown outcome", footer: { text: "bot main · paper" } }] },
  ]);
  await expect((async () => handler(anEvent({ type: "Nonsense" })))()).rejects.toThrow();
  await discord.close();
});
