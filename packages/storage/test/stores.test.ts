import type { Cycle, ShardReport } from "@winiswin/application/ports/cycle-store";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { signalsHashOf } from "@winiswin/domain/signal";
import { silentLogger } from "@winiswin/testkit";
import { aDecision } from "@winiswin/testkit/decisions";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createControlStore } from "../src/control-store.ts";
import { createCycleStore } from "../src/cycle-store.ts";
import { createOrderStore } from "../src/order-store.ts";
import { createPositionStore } from "../src/position-store.ts";
import { createSignalStore } from "../src/signal-store.ts";
import { createTradeStore } from "../src/trade-store.ts";
import { anyPosition, anySignal, anyTrade } from "./domain-arbitraries.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

const quarterMs = 900_000;
const dayMs = 86_400_000;
const closeTimeMs = Date.UTC(2026, 10, 21, 10, 15);

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const newCycle = (atMs: number, shardCount = 3) => ({
  cycleId: cycleIdOf(atMs),
  closeTimeMs: atMs,
  shardCount,
  symbols: 650,
  dispatchedAtMs: atMs - 60_000,
});

const reportOf = (shard: number): ShardReport => ({
  held: [
    {
      positionId: "2026-11-21T10:15:00Z#BTCUSDT",
      symbol: "BTCUSDT",
      direction: "long",
      closePrice: 50_100.5,
      atr: 250,
      swingPrice: shard === 1 ? undefined : 49_800,
      confidence: shard === 1 ? undefined : 0.7,
      changedAgainstAtMs: undefined,
    },
  ],
  shard,
  symbols: 55,
  analyzed: 50,
  warming: 4,
  failed: 1,
  signals: 2,
  fetchMs: 10.5,
  foldMs: 20,
  evaluateMs: 3,
  writeMs: 4,
});

const completed = (cycle: Cycle) => cycle.shards.length === cycle.shardCount;

test("of a hundred that create the same cycle exactly one wins", async () => {
  const store = createCycleStore(tables.table("Cycles"));
  const cycle = newCycle(closeTimeMs);

  const winners = await Promise.all(Array.from({ length: 100 }, () => store.create(cycle)));

  expect(winners.filter(Boolean)).toHaveLength(1);
  expect(await store.find(cycle.cycleId)).toEqual({
    ...cycle,
    status: "dispatched",
    news: undefined,
    shards: [],
    analyzedAtMs: undefined,
    complete: undefined,
    signals: undefined,
    signalsHash: undefined,
    publishedAtMs: undefined,
    executionStartedAtMs: undefined,
    executedAtMs: undefined,
    decisions: [],
    setAside: [],
    orders: undefined,
    equity: undefined,
  });
});

test("shards that report at the same time, each twice, are all counted once and only reports after the last see the cycle complete", async () => {
  const store = createCycleStore(tables.table("Cycles"));
  const cycle = newCycle(closeTimeMs + quarterMs, 12);
  await store.create(cycle);
  const shards = Array.from({ length: 12 }, (_, shard) => shard);

  const answers = await Promise.all([...shards, ...shards].map((shard) => store.reportShard(cycle.cycleId, reportOf(shard))));

  expect(answers.some(completed)).toBe(true);
  expect((await store.find(cycle.cycleId))?.shards).toEqual(shards.map(reportOf));
});

test("a second report of a shard leaves the first one standing", async () => {
  const store = createCycleStore(tables.table("Cycles"));
  const cycle = newCycle(closeTimeMs + 2 * quarterMs);
  await store.create(cycle);
  await store.reportShard(cycle.cycleId, reportOf(1));

  const after = await store.reportShard(cycle.cycleId, { ...reportOf(1), failed: 55 });

  expect(after.shards).toEqual([reportOf(1)]);
});

test("a report about a cycle that was never dispatched is an error", async () => {
  const store = createCycleStore(tables.table("Cycles"));

  await expect(store.reportShard(cycleIdOf(closeTimeMs + 50 * quarterMs), reportOf(0))).rejects.toThrow("does not exist");
});

test("a cycle is analysed once and executed once, in this order, and keeps the first times", async () => {
  const store = createCycleStore(tables.table("Cycles"));
  const { cycleId } = newCycle(closeTimeMs + 3 * quarterMs);
  await store.create(newCycle(closeTimeMs + 3 * quarterMs));
  const analysed = { analyzedAtMs: 10, complete: true, signals: 4, signalsHash: "abc" };
  const executed = {
    executedAtMs: 20,
    decisions: [
      aDecision({
        score: 7.25,
        modifiers: [{ name: "funding", points: -0.5, reason: "dear" }],
        decision: "refused",
        reasons: [{ code: "HALTED", reason: "r" }],
      }),
    ],
    setAside: [{ code: "NOT_IN_TOP", decision: "notRanked" as const, signals: 3, symbol: "B", reason: "r" }],
    orders: 0,
    equity: undefined,
  };

  expect(await store.markExecuted(cycleId, executed)).toBe(false);
  const analysedBy = await Promise.all([1, 2, 3].map(() => store.markAnalyzed(cycleId, analysed)));
  await store.markPublished(cycleId, 11);
  await store.markPublished(cycleId, 99);
  await store.markExecutionStarted(cycleId, 12);
  await store.markExecutionStarted(cycleId, 99);
  const executedBy = await Promise.all([1, 2, 3].map(() => store.markExecuted(cycleId, executed)));

  expect(analysedBy.filter(Boolean)).toHaveLength(1);
  expect(executedBy.filter(Boolean)).toHaveLength(1);
  expect(await store.find(cycleId)).toMatchObject({
    ...analysed,
    ...executed,
    status: "executed",
    publishedAtMs: 11,
    executionStartedAtMs: 12,
  });
});

test("the latest cycles come newest first across days, strictly before the instant", async () => {
  const store = createCycleStore(tables.table("Cycles"));
  const midnight = Date.UTC(2025, 5, 2);
  const closes = [midnight - 5 * dayMs, midnight - quarterMs, midnight, midnight + quarterMs];
  for (const close of closes) await store.create(newCycle(close));

  const before = await store.latest(3, midnight + quarterMs);
  const justAfter = await store.latest(1, midnight + quarterMs + 1);

  expect(before.map((cycle) => cycle.closeTimeMs)).toEqual([midnight, midnight - quarterMs, midnight - 5 * dayMs]);
  expect(justAfter.map((cycle) => cycle.closeTimeMs)).toEqual([midnight + quarterMs]);
});

test("signals come back exactly as they were, in the order of their ids, and a second write changes nothing", async () => {
  const store = createSignalStore(tables.table("Signals"));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anySignal, { selector: (signal) => signal.signalId, maxLength: 40 }),
      fc.nat(),
      async (signals, salt) => {
        const cycleId = cycleIdOf(closeTimeMs + (salt % 1_000_000) * quarterMs);
        const known = await store.ofCycle(cycleId);
        fc.pre(known.length === 0);
        const mine = signals.map((signal) => ({ ...signal, cycleId }));

        await store.putAll(mine);
        await store.putAll(mine.map((signal) => ({ ...signal, score: 0 })));

        const read = await store.ofCycle(cycleId);
        expect(read).toEqual([...mine].sort((first, second) => (first.signalId < second.signalId ? -1 : 1)));
        expect(signalsHashOf(read)).toBe(signalsHashOf(mine));
      },
    ),
    { numRuns: 20 },
  );
});

test("a position of any state comes back exactly as it was", async () => {
  const store = createPositionStore(tables.table("Positions"));
  await fc.assert(
    fc.asyncProperty(anyPosition, async (position) => {
      const { bot, positionId } = position.intent;
      const former = await store.find(bot, positionId);
      if (former !== undefined) await store.remove(former);

      expect(await store.create(position)).toBe(true);
      expect(await store.find(bot, positionId)).toEqual(position);
      expect(await store.create(position)).toBe(false);
      expect(await store.remove({ ...position, version: position.version + 1 })).toBe(false);
      expect(await store.remove(position)).toBe(true);
      expect(await store.find(bot, positionId)).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

test("of two writers that read the same version of a position one wins, and the row is replaced whole", async () => {
  const store = createPositionStore(tables.table("Positions"));
  const [position] = fc.sample(
    anyPosition.filter((sample) => sample.state === "entering" && sample.sentAtMs !== undefined),
    { numRuns: 1, seed: 7 },
  );
  if (position?.state !== "entering") throw new Error("the sample is an entering position");
  const bot = "race";
  const first = { ...position, intent: { ...position.intent, bot }, version: 1 };
  await store.create(first);

  const won = await Promise.all([
    store.update({ ...first, version: 2, sentAtMs: undefined }),
    store.update({ ...first, version: 2, sentAtMs: undefined }),
    store.update({ ...first, version: 5 }),
  ]);

  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await store.open(bot)).toEqual([{ ...first, version: 2, sentAtMs: undefined }]);
  expect(await store.update({ ...first, intent: { ...first.intent, positionId: "unknown" } })).toBe(false);
});

test("a trade is recorded once and comes back exactly, the newest first", async () => {
  const store = createTradeStore(tables.table("Trades"), silentLogger);
  const samples = fc.sample(fc.uniqueArray(anyTrade, { selector: (trade) => trade.positionId, minLength: 30, maxLength: 30 }), {
    numRuns: 1,
    seed: 3,
  });
  const trades = (samples[0] ?? []).map((trade) => ({ ...trade, bot: "trades" }));

  const recorded = await Promise.all(trades.map((trade) => store.record(trade)));
  const again = await Promise.all(trades.map((trade) => store.record({ ...trade, rMultiple: 99 })));

  expect(recorded.every(Boolean)).toBe(true);
  expect(again.some(Boolean)).toBe(false);
  const newestFirst = [...trades].sort(
    (first, second) => second.closedAtMs - first.closedAtMs || (first.positionId < second.positionId ? 1 : -1),
  );
  expect(await store.latest("trades", 10)).toEqual(newestFirst.slice(0, 10));
  expect(await store.latest("trades", 100)).toEqual(newestFirst);
});

test("an order is intended once, its outcomes are appended in order, and an outcome without intention is an error", async () => {
  const store = createOrderStore(tables.table("Orders"));
  const order = {
    positionId: "2026-11-21T10:15:00Z#BTCUSDT",
    clientOrderId: "wsw-e0-1",
    bot: "main",
    symbol: "BTCUSDT",
    leg: "entry" as const,
    revision: 0,
    request: "buy 0.5 at market",
    intendedAtMs: closeTimeMs,
  };

  const intended = await Promise.all(Array.from({ length: 20 }, () => store.intend(order)));
  await store.recordOutcome(order, { atMs: 1, outcome: "unknown", detail: "timed out" });
  await store.recordOutcome(order, { atMs: 2, outcome: "filled", detail: "0.5 at 100.1" });

  expect(intended.filter(Boolean)).toHaveLength(1);
  expect(await store.ofPosition(order.positionId)).toEqual([
    {
      ...order,
      outcomes: [
        { atMs: 1, outcome: "unknown", detail: "timed out" },
        { atMs: 2, outcome: "filled", detail: "0.5 at 100.1" },
      ],
    },
  ]);
  await expect(store.recordOutcome({ ...order, clientOrderId: "other" }, { atMs: 3, outcome: "filled", detail: "" })).rejects.toThrow(
    "never intended",
  );
});

test("a lease has one holder at a time, its fencing number only grows, and only its holder releases it", async () => {
  const store = createControlStore(tables.table("Control"), silentLogger);
  const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`);

  const taken = (await Promise.all(holders.map((holder) => store.acquireLease("account", holder, 1000, 500)))).filter(
    (lease) => lease !== undefined,
  );
  const [first] = taken;
  if (first === undefined) throw new Error("nobody got the lease");

  expect(taken).toHaveLength(1);
  expect(first).toMatchObject({ name: "account", fencing: 1, expiresAtMs: 1500 });
  expect(await store.acquireLease("account", "somebody", 1499, 500)).toBeUndefined();
  const renewed = await store.acquireLease("account", first.holder, 1400, 500);
  expect(renewed).toMatchObject({ holder: first.holder, fencing: 2, expiresAtMs: 1900 });
  await store.releaseLease(first);
  expect(await store.acquireLease("account", "somebody", 1899, 500)).toBeUndefined();
  expect(await store.acquireLease("account", "somebody", 1900, 500)).toMatchObject({ holder: "somebody", fencing: 3 });
  await store.releaseLease({ name: "account", holder: "somebody", fencing: 3, expiresAtMs: 2400 });
  expect(await store.acquireLease("account", "another", 1901, 500)).toMatchObject({ holder: "another", fencing: 4 });
});

test("a halt stands until it is cleared", async () => {
  const store = createControlStore(tables.table("Control"), silentLogger);
  const halt = { reason: "exchange maintenance", by: "operator", atMs: closeTimeMs };

  await store.setHalt(halt);
  expect(await store.halt()).toEqual(halt);
  await store.clearHalt();
  expect(await store.halt()).toBeUndefined();
});

test("close requests are kept until they are carried out, and a newer one is not settled with the older", async () => {
  const store = createControlStore(tables.table("Control"), silentLogger);
  const request = { symbol: "BTCUSDT", by: "ana", reason: "news", atMs: 5 };
  const everything = { symbol: undefined, by: "ben", reason: "flatten", atMs: 6 };

  expect(await store.closeRequests()).toEqual([]);
  expect(await store.settleCloseRequest(request)).toBe(false);
  await Promise.all([store.requestClose(request), store.requestClose(everything)]);
  expect(await store.closeRequests()).toEqual([request, everything]);

  await store.requestClose({ ...request, atMs: 7 });
  expect(await store.settleCloseRequest(request)).toBe(false);
  expect(await store.settleCloseRequest(everything)).toBe(true);
  expect(await store.closeRequests()).toEqual([{ ...request, atMs: 7 }]);
});

test("a symbol is blocked for every strategy or for one, until a time or until it is lifted", async () => {
  const store = createControlStore(tables.table("Control"), silentLogger);
  const block = { symbol: "1000PEPEUSDT", strategy: undefined, reason: "too wild", by: "operator", atMs: 5, untilMs: undefined };
  const ofOne = { symbol: "ETHUSDT", strategy: "ict-smc", reason: "a loss", by: "ict-smc", atMs: 6, untilMs: 100 };

  expect(await store.symbolBlocks()).toEqual([]);
  expect(await store.unblockSymbol("ETHUSDT", undefined)).toBe(false);
  await Promise.all([store.blockSymbol(block), store.blockSymbol(ofOne), store.blockSymbol({ ...ofOne, strategy: "rsi", untilMs: 50 })]);
  await store.blockSymbol({ ...block, symbol: "BTCUSDT", atMs: 60 });
  const byText = (first: { symbol: string }, second: { symbol: string }) => (first.symbol < second.symbol ? -1 : 1);
  expect([...(await store.symbolBlocks())].sort(byText)).toEqual([block, { ...block, symbol: "BTCUSDT", atMs: 60 }, ofOne]);
  expect(await store.unblockSymbol("ETHUSDT", undefined)).toBe(false);
  expect(await store.unblockSymbol("ETHUSDT", "ict-smc")).toBe(true);
  expect(await store.unblockSymbol("1000PEPEUSDT", undefined)).toBe(true);
  expect(await store.symbolBlocks()).toEqual([{ ...block, symbol: "BTCUSDT", atMs: 60 }]);
});

test("symbols are frozen and unfrozen one by one, also at the same time", async () => {
  const store = createControlStore(tables.table("Control"), silentLogger);

  await store.unfreezeSymbol("BTCUSDT");
  await Promise.all(["BTCUSDT", "1000PEPEUSDT", "ETHUSDT"].map((symbol) => store.freezeSymbol(symbol, `why ${symbol}`, 5)));
  await store.unfreezeSymbol("ETHUSDT");
  await store.unfreezeSymbol("ETHUSDT");

  expect(await store.frozenSymbols()).toEqual(
    new Map([
      ["1000PEPEUSDT", "why 1000PEPEUSDT"],
      ["BTCUSDT", "why BTCUSDT"],
    ]),
  );
});
