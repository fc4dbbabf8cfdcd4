import { analyzeShard } from "@winiswin/application/analysis/analyze-shard";
import { withDefaultParameters } from "@winiswin/application/analysis/configured-strategy";
import { engineFactory } from "@winiswin/application/analysis/engine-factory";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { FeatureRow, FeatureStore } from "@winiswin/application/ports/feature-store";
import { featureNeeds } from "@winiswin/dataset";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { decimal, price } from "@winiswin/domain/decimal";
import { usualExitLimits } from "@winiswin/domain/exit/exit-rules";
import { durationMs } from "@winiswin/domain/timeframe";
import type { Strategy } from "@winiswin/strategies";
import {
  Crash,
  collectedEvents,
  FakeMarket,
  Interruption,
  inMemoryCycleStore,
  inMemoryEngineStore,
  inMemoryFeatureStore,
  inMemorySignalStore,
  silentLogger,
  steppedClock,
} from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import * as z from "zod";

/** Speaks on every fourth candle, long above EMA 50 and short below, with its stop and target so near that most end within hours. */
const everyHour: Strategy = {
  name: "every-hour",
  title: "Side of EMA 50, each hour",
  timeframe: "15m",
  needs: ["ema", "atr"],
  warmupCandles: 200,
  parameters: z.strictObject({}),
  evaluate(view) {
    if (view.bar % 4 !== 0) return undefined;
    const sign = view.candle.close >= view.ema50 ? 1 : -1;
    const entryPrice = view.candle.close;
    return {
      direction: sign === 1 ? "long" : "short",
      score: 7,
      confidence: 0.7,
      entryPrice,
      stopPrice: entryPrice - sign * view.atr14,
      targetPrice: entryPrice + sign * 1.5 * view.atr14,
      atr: view.atr14,
      components: [],
      reasons: ["test"],
    };
  },
  explain: () => {
    throw new Error("not asked in these tests");
  },
};

const quarterMs = durationMs("15m");
const startMs = Date.UTC(2026, 0, 1);
const firstCloseMs = startMs + 600 * quarterMs;
const allSymbols = ["AAAUSDT", "BBBUSDT", "CCCUSDT"];

/** One shard that lives through cycles with the dataset switched on. */
function learningRoom(symbols: readonly string[] = allSymbols) {
  const clock = steppedClock(firstCloseMs);
  const market = new FakeMarket(symbols, startMs, 800);
  const book = { answers: true };
  const marketData = Object.assign(market, {
    bookTops: async () => {
      if (!book.answers) throw new ExchangeError("retryable", "no answer");
      return symbols.map((symbol) => ({ symbol, bidPrice: price("99.99"), askPrice: price("100.01") }));
    },
    fundingRates: async () => symbols.map((symbol) => ({ symbol, ratePer8Hours: 0.0001 })),
  });
  const [cycles, signals, engineStore, features] = [
    inMemoryCycleStore(),
    inMemorySignalStore(),
    inMemoryEngineStore(),
    inMemoryFeatureStore(),
  ];
  const eventBus = collectedEvents();
  return {
    market,
    book,
    features,
    async deliver(cycle: number, life = new Interruption()) {
      const closeTimeMs = firstCloseMs + cycle * quarterMs;
      const cycleId = cycleIdOf(closeTimeMs);
      if (closeTimeMs > clock.nowMs()) clock.advanceTo(closeTimeMs);
      await cycles.create({ cycleId, closeTimeMs, shardCount: 1, symbols: symbols.length, dispatchedAtMs: closeTimeMs });
      await analyzeShard(
        { kind: "analyzeShard", cycleId, shard: 0, shardCount: 1, symbols },
        {
          clock,
          logger: silentLogger,
          marketData: life.wrap("market", marketData),
          cycles: life.wrap("cycles", cycles),
          signals: life.wrap("signals", signals),
          engineStore: life.wrap("engines", engineStore),
          eventBus: life.wrap("bus", eventBus),
          engines: engineFactory(withDefaultParameters([everyHour]), featureNeeds),
          learning: {
            features: life.wrap("features", features),
            marketData: life.wrap("market", marketData),
            fees: { takerFeeRate: async () => decimal("0.0004") },
            slippageRate: 0.0005,
            exits: usualExitLimits,
          },
          stopwatchMs: () => 0,
        },
      );
    },
  };
}

async function rowsOf(features: FeatureStore): Promise<readonly FeatureRow[]> {
  const rows: FeatureRow[] = [];
  for await (const row of features.rows()) rows.push(row);
  return rows.sort((first, second) => (`${first.cycleId}${first.symbol}` < `${second.cycleId}${second.symbol}` ? -1 : 1));
}

async function followedBy(features: FeatureStore): Promise<number> {
  const followed = await Promise.all(allSymbols.map((symbol) => features.followed(symbol)));
  return followed.flat().length;
}

describe("the dataset of a shard", () => {
  it("has one row for each signal, and in time the end of each", async () => {
    const room = learningRoom();
    for (let cycle = 0; cycle < 60; cycle++) await room.deliver(cycle);
    const rows = await rowsOf(room.features);
    expect(rows).toHaveLength(15 * allSymbols.length);
    expect(rows.every(({ features }) => features !== undefined && Object.keys(features).length === 38)).toBe(true);
    const ended = rows.filter(({ outcome }) => outcome !== undefined);
    expect(ended.length).toBeGreaterThan(30);
    expect(new Set(ended.map(({ outcome }) => outcome?.outcome === "closed" && outcome.exitReason)).size).toBeGreaterThan(1);
    expect(await followedBy(room.features)).toBe(rows.length - ended.length);
  });

  it("is the same when cycles were missed and their candles came as one tail, but for the rows of the missed signals", async () => {
    const [whole, away] = [learningRoom(), learningRoom()];
    for (let cycle = 0; cycle < 50; cycle++) await whole.deliver(cycle);
    for (const cycle of [0, 1, 2, 3, 4, 37, 49]) await away.deliver(cycle);
    const known = new Map((await rowsOf(whole.features)).map((row) => [`${row.cycleId}${row.symbol}`, row]));
    const rows = await rowsOf(away.features);
    expect(rows.length).toBeGreaterThanOrEqual(allSymbols.length);
    for (const row of rows) expect(row).toEqual(known.get(`${row.cycleId}${row.symbol}`));
  });

  it("keeps a row without a spread aside, and still learns how its signal ended", async () => {
    const room = learningRoom();
    room.book.answers = false;
    for (let cycle = 0; cycle < 40; cycle++) await room.deliver(cycle);
    const rows = await rowsOf(room.features);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.every(({ features, missing }) => features === undefined && missing.join() === "spreadPercent")).toBe(true);
    expect(rows.some(({ outcome }) => outcome?.outcome === "closed")).toBe(true);
  });

  it("is the same wherever the process dies and however often a cycle is delivered", async () => {
    // The first cycle that both makes signals and ends positions.
    const undisturbed = learningRoom(["AAAUSDT"]);
    let cyclesBefore = -1;
    let whole = new Interruption();
    const writes = ["features.record", "features.follow", "features.label", "features.unfollow"];
    while (cyclesBefore < 180 && !writes.every((write) => whole.calls.includes(write))) {
      whole = new Interruption();
      await undisturbed.deliver(++cyclesBefore, whole);
    }
    expect(whole.calls).toEqual(expect.arrayContaining(writes));
    await undisturbed.deliver(cyclesBefore + 1);
    const wanted = await rowsOf(undisturbed.features);
    const wantedFollowed = await followedBy(undisturbed.features);
    for (const moment of ["before", "after"] as const) {
      for (const [index, call] of whole.calls.entries()) {
        const room = learningRoom(["AAAUSDT"]);
        for (let cycle = 0; cycle < cyclesBefore; cycle++) await room.deliver(cycle);
        await expect(room.deliver(cyclesBefore, new Interruption(index, moment)), `${moment} ${call}`).rejects.toThrow(Crash);
        await room.deliver(cyclesBefore);
        await room.deliver(cyclesBefore);
        await room.deliver(cyclesBefore + 1);
        expect(await rowsOf(room.features), `${moment} ${index} ${call}`).toEqual(wanted);
        expect(await followedBy(room.features), `${moment} ${index} ${call}`).toBe(wantedFollowed);
      }
    }
  });

  it("has the end of a signal whose cycle was delivered after later ones", async () => {
    const [punctual, late] = [learningRoom(), learningRoom()];
    for (let cycle = 0; cycle < 40; cycle++) await punctual.deliver(cycle);
    const madeSignals = (await rowsOf(punctual.features)).filter(({ symbol }) => symbol === "AAAUSDT");
    const second = (Date.parse(madeSignals[1]!.cycleId) - firstCloseMs) / quarterMs;
    for (let cycle = 0; cycle < 40; cycle++) {
      if (cycle !== second) await late.deliver(cycle);
      if (cycle === second + 7) await late.deliver(second);
    }
    const endsOf = async (features: FeatureStore) =>
      (await rowsOf(features)).map(({ symbol, cycleId, outcome }) => [symbol, cycleId, outcome]);
    expect(await endsOf(late.features)).toEqual(await endsOf(punctual.features));
    expect(await followedBy(late.features)).toBe(await followedBy(punctual.features));
  });
});
