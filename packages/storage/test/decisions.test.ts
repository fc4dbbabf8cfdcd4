import { GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Decision } from "@winiswin/application/ports/cycle-store";
import type { RankingFacts } from "@winiswin/application/ports/decision-store";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { aDecision } from "@winiswin/testkit/decisions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCycleStore } from "../src/cycle-store.ts";
import { createDecisionStore } from "../src/decision-store.ts";
import { createNewsMemory } from "../src/news-memory.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

const quarterMs = 900_000;
const closeTimeMs = Date.UTC(2026, 10, 21, 10, 15);
const bot = "main";
/** Of one row, names included. */
const largestItemBytes = 400_000;

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const someFacts = (over: Partial<RankingFacts> = {}): RankingFacts => ({
  btc: { symbol: "BTCUSDT", trend1h: -1, moveAtr: -1.25 },
  fundingRates: { BTCUSDT: 0.0001, 币安人生USDT: -0.0007 },
  spreadPercents: { BTCUSDT: 0.0002 },
  blocks: [
    { symbol: "ETHUSDT", strategy: "ict-smc", reason: "lost at 10:00" },
    { symbol: "XRPUSDT", strategy: undefined, reason: "blocked by a person" },
  ],
  unknown: ["the order books could not be read: no answer"],
  ...over,
});

test("the facts of the first ranking stay, and a repetition gets those", async () => {
  const store = createDecisionStore(tables.table("Decisions"));
  const cycleId = cycleIdOf(closeTimeMs);

  expect(await store.facts(bot, cycleId)).toBeUndefined();
  expect(await store.keepFacts(bot, cycleId, someFacts())).toEqual(someFacts());
  expect(await store.keepFacts(bot, cycleId, someFacts({ btc: undefined, unknown: [] }))).toEqual(someFacts());
  expect(await store.facts(bot, cycleId)).toEqual(someFacts());
  expect(await store.facts("other", cycleId)).toBeUndefined();
});

test("decisions come back by rank, for the whole cycle, for one symbol and for one bot, and a repetition replaces them", async () => {
  const store = createDecisionStore(tables.table("Decisions"));
  const cycleId = cycleIdOf(closeTimeMs + quarterMs);
  const refused = aDecision({
    strategy: "order-flow",
    direction: "short",
    baseScore: 6.5,
    score: 5,
    modifiers: [{ name: "BTC trend", points: -1, reason: "against BTC's 1h trend up" }],
    rank: 12,
    decision: "refused",
    reasons: [{ code: "SCORE_TOO_LOW", reason: "its score 5.00 is below 6.00" }],
  });
  const alike = aDecision({ symbol: "BTCUSDTX", rank: 2 });
  await store.putAll(bot, cycleId, [refused, alike, aDecision({ decision: "failed" })]);
  await store.putAll(bot, cycleId, [aDecision()]);
  await store.putAll("other", cycleId, [aDecision({ rank: 7 })]);

  expect(await store.ofCycle(bot, cycleId)).toEqual([aDecision(), alike, refused]);
  expect(await store.ofSymbol(bot, cycleId, "BTCUSDT")).toEqual([aDecision(), refused]);
  expect(await store.ofSymbol("other", cycleId, "BTCUSDT")).toEqual([aDecision({ rank: 7 })]);
});

test("the news of a cycle are those of the first who recorded them, also when they were off", async () => {
  const cycles = createCycleStore(tables.table("Cycles"));
  const atMs = closeTimeMs + 3 * quarterMs;
  const cycleId = cycleIdOf(atMs);
  const news = {
    provider: "words",
    readAtMs: 5,
    sentiments: [{ symbol: "A", sentiment: -0.5, headlines: 2, reason: "r" }],
    off: undefined,
  };
  expect(await cycles.recordNews(cycleId, news)).toBe(false);
  await cycles.create({ cycleId, closeTimeMs: atMs, shardCount: 1, symbols: 1, dispatchedAtMs: 1 });

  expect(await cycles.recordNews(cycleId, news)).toBe(true);
  expect(await cycles.recordNews(cycleId, { ...news, sentiments: [], off: "no answer" })).toBe(false);
  expect((await cycles.find(cycleId))?.news).toEqual(news);
});

test("what was read of the news and spent of the day's budget is remembered", async () => {
  const memory = createNewsMemory(tables.table("Control"));
  const last = { provider: "words", readAtMs: 5, sentiments: [{ symbol: "A", sentiment: -0.5, headlines: 2, reason: "r" }] };

  expect(await memory.load()).toBeUndefined();
  await memory.save({ day: "2026-11-21", requests: 2, last: undefined });
  expect(await memory.load()).toEqual({ day: "2026-11-21", requests: 2, last: undefined });
  await memory.save({ day: "2026-11-21", requests: 4, last });
  expect(await memory.load()).toEqual({ day: "2026-11-21", requests: 4, last });
});

test("every strategy on every symbol fits: no row comes near the limit of a row", async () => {
  const store = createDecisionStore(tables.table("Decisions"));
  const cycleId = cycleIdOf(closeTimeMs + 2 * quarterMs);
  const symbols = Array.from({ length: 650 }, (_, index) => `LONGNAME${index}USDT`);
  const strategies = Array.from({ length: 13 }, (_, index) => `a-strategy-with-a-name-${index}`);
  const modifiers = Array.from({ length: 7 }, (_, index) => ({ name: `modifier ${index}`, points: -0.5, reason: "because ".repeat(12) }));
  const longest = "x".repeat(500);
  const decisions = symbols.flatMap((symbol, place) =>
    strategies.map(
      (strategy, index): Decision =>
        aDecision({
          symbol,
          strategy,
          modifiers,
          rank: place * 13 + index + 1,
          decision: "notRanked",
          reasons: [{ code: "C", reason: longest }],
        }),
    ),
  );
  const blocks = decisions.map(({ symbol, strategy }) => ({
    symbol,
    strategy,
    reason: `${symbol} lost with ${strategy} in the cycle before`,
  }));
  const rates = Object.fromEntries(symbols.map((symbol, index) => [symbol, index / 1e7]));
  const facts = someFacts({ fundingRates: rates, spreadPercents: rates, blocks });

  await store.putAll(bot, cycleId, decisions);
  await store.keepFacts(bot, cycleId, facts);
  const cycles = createCycleStore(tables.table("Cycles"));
  await cycles.create({ cycleId, closeTimeMs: closeTimeMs + 2 * quarterMs, shardCount: 1, symbols: 650, dispatchedAtMs: 1 });
  await cycles.markAnalyzed(cycleId, { analyzedAtMs: 2, complete: true, signals: decisions.length, signalsHash: "h" });
  const setAside = [{ code: "NOT_IN_TOP", decision: "notRanked" as const, signals: decisions.length - 50, symbol: "A", reason: longest }];
  // The most entries that a configuration may allow, each with all refusals there are.
  const reviewed = decisions.slice(0, 50).map((decision) => ({
    ...decision,
    reasons: Array.from({ length: 25 }, () => ({ code: "A_LONG_NAME_OF_A_REASON", reason: "y".repeat(200) })),
  }));
  await cycles.markExecuted(cycleId, { executedAtMs: 3, decisions: reviewed, setAside, orders: 0, equity: undefined });

  const { client, tableName } = tables.table("Cycles");
  const row = await client.send(new GetCommand({ TableName: tableName, Key: { day: "2026-11-21", cycleId } }));
  expect(bytesOf(row.Item)).toBeLessThan(largestItemBytes);
  expect(Math.max(...(await rowsOf(cycleId)).map(bytesOf))).toBeLessThan(largestItemBytes);
  expect(await store.ofCycle(bot, cycleId)).toHaveLength(decisions.length);
  expect(await store.facts(bot, cycleId)).toEqual(facts);
}, 60_000);

const bytesOf = (item: unknown): number =>
  Buffer.byteLength(JSON.stringify(item, (_key, value: unknown) => (value instanceof Uint8Array ? "x".repeat(value.length) : value)));

async function rowsOf(cycleId: string): Promise<readonly unknown[]> {
  const { client, tableName } = tables.table("Decisions");
  const rows: unknown[] = [];
  let startKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "cycleId = :cycleId",
        ExpressionAttributeValues: { ":cycleId": cycleId },
        ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
      }),
    );
    rows.push(...(page.Items ?? []));
    startKey = page.LastEvaluatedKey;
  } while (startKey !== undefined);
  return rows;
}
