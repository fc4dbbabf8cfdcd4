import type { DetectorName } from "@winiswin/analysis";
import { type AnalyzeDependencies, analyzeShard } from "@winiswin/application/analysis/analyze-shard";
import { closeCycleAtDeadline } from "@winiswin/application/analysis/complete-cycle";
import { withDefaultParameters } from "@winiswin/application/analysis/configured-strategy";
import { deadlineMs, dispatchCycle, settleMs } from "@winiswin/application/analysis/dispatch-cycle";
import { engineFactory } from "@winiswin/application/analysis/engine-factory";
import type { NewsDependencies } from "@winiswin/application/analysis/read-news";
import { parseConfiguration } from "@winiswin/application/configuration";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { AnalysisMessage, AnalyzeShard } from "@winiswin/application/ports/messages";
import type { NewsProvider } from "@winiswin/application/ports/news-provider";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { durationMs } from "@winiswin/domain/timeframe";
import { type Strategy, scoringNeeds } from "@winiswin/strategies";
import {
  Crash,
  collectedEvents,
  FakeMarket,
  Interruption,
  inMemoryCycleStore,
  inMemoryEngineStore,
  inMemoryInstrumentStore,
  inMemorySignalStore,
  silentLogger,
  steppedClock,
} from "@winiswin/testkit";
import { inMemoryNewsMemory } from "@winiswin/testkit/in-memory-news-memory";
import { describe, expect, it } from "vitest";
import * as z from "zod";

/** Says long above EMA 50 and short below: a signal on every symbol, every cycle. */
const sideOfAverage: Strategy = {
  name: "side-of-average",
  title: "Side of EMA 50",
  timeframe: "15m",
  needs: ["ema", "atr", "atrPercentile"],
  warmupCandles: 200,
  parameters: z.strictObject({}),
  evaluate(view) {
    const direction = view.candle.close >= view.ema50 ? ("long" as const) : ("short" as const);
    const sign = direction === "long" ? 1 : -1;
    const entryPrice = view.candle.close;
    return {
      direction,
      score: 7 + (view.bar % 3),
      confidence: 0.8,
      entryPrice,
      stopPrice: entryPrice - sign * 2 * view.atr14,
      atr: view.atr14,
      components: [],
      reasons: ["test"],
    };
  },
  explain: () => {
    throw new Error("not asked in these tests");
  },
};

const startMs = Date.UTC(2026, 0, 1);
const quarterMs = durationMs("15m");
const firstCloseMs = startMs + 600 * quarterMs;
const symbols = ["AAAUSDT", "BBBUSDT", "CCCUSDT", "DDDUSDT"];

interface RoomOptions {
  readonly listed?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly alsoNeeded?: readonly DetectorName[];
  readonly news?: NewsDependencies;
  /** Text of winiswin.yaml. */
  readonly file?: string;
}

function analysisRoom(
  shardCount = 2,
  closeTimeMs = firstCloseMs,
  { listed = symbols, environment, alsoNeeded, news, file = "" }: RoomOptions = {},
) {
  const clock = steppedClock(closeTimeMs - 60_000);
  const market = new FakeMarket(listed, startMs, 700);
  const [cycles, signals, engineStore, bus] = [inMemoryCycleStore(), inMemorySignalStore(), inMemoryEngineStore(), collectedEvents()];
  const configuration = parseConfiguration({ SHARD_COUNT: String(shardCount), ...environment }, { name: "winiswin.yaml", text: file });
  if (!configuration.ok) throw new Error(configuration.failure.join("; "));
  const queue: { message: AnalysisMessage; notBeforeMs: number }[] = [];
  const dependencies = (life: Interruption): AnalyzeDependencies => ({
    clock,
    logger: silentLogger,
    marketData: life.wrap("market", market),
    cycles: life.wrap("cycles", cycles),
    signals: life.wrap("signals", signals),
    engineStore: life.wrap("engines", engineStore),
    eventBus: life.wrap("bus", bus),
    engines: engineFactory(withDefaultParameters([sideOfAverage]), alsoNeeded),
    stopwatchMs: () => 0,
  });
  const shards = () => queue.flatMap(({ message }) => (message.kind === "analyzeShard" ? [message] : []));
  return {
    clock,
    market,
    cycles,
    signals,
    engineStore,
    queue,
    events: bus.events,
    shards,
    dispatch: (life = new Interruption(), dueTimeMs = clock.nowMs()) =>
      dispatchCycle(dueTimeMs, {
        // A stepped clock leaves no real time to read anything.
        clock: { ...clock, nowMs: () => clock.nowMs(), realMsUntil: (atMs) => (news === undefined ? 0 : atMs - clock.nowMs()) },
        logger: silentLogger,
        marketData: life.wrap("market", market),
        cycles: life.wrap("cycles", cycles),
        instruments: inMemoryInstrumentStore(),
        analysisQueue: life.wrap("queue", {
          send: async (message, notBeforeMs) => void queue.push({ message, notBeforeMs }),
          sendAll: async (messages) => void queue.push(...messages),
        }),
        configuration: configuration.value,
        ...(news === undefined ? {} : { news }),
      }),
    analyze: (message: AnalyzeShard, life = new Interruption()) => analyzeShard(message, dependencies(life)),
    deadline: (life = new Interruption()) => closeCycleAtDeadline(cycleIdOf(firstCloseMs), dependencies(life)),
    cycle: async (closeTimeMs = firstCloseMs) => {
      const cycle = await cycles.find(cycleIdOf(closeTimeMs));
      if (cycle === undefined) throw new Error("the cycle was never created");
      return cycle;
    },
  };
}

type AnalysisRoom = ReturnType<typeof analysisRoom>;

async function wholeCycle(room: AnalysisRoom): Promise<void> {
  await room.dispatch();
  for (const message of room.shards()) await room.analyze(message);
}

describe("dispatchCycle", () => {
  it("creates the cycle of the coming close, one message per shard for two seconds after it, and its deadline", async () => {
    const room = analysisRoom();
    await room.dispatch();
    expect(await room.cycle()).toMatchObject({ status: "dispatched", shardCount: 2, symbols: 4 });
    expect(
      room
        .shards()
        .flatMap((message) => message.symbols)
        .sort(),
    ).toEqual(symbols);
    expect(room.queue.map(({ message, notBeforeMs }) => [message.kind, notBeforeMs - firstCloseMs])).toEqual([
      ["analyzeShard", settleMs],
      ["analyzeShard", settleMs],
      ["cycleDeadline", deadlineMs],
    ]);
  });

  it("means the cycle that it was scheduled for, even when it runs after the close", async () => {
    const room = analysisRoom();
    await room.dispatch(new Interruption(), firstCloseMs - 60_000 - quarterMs);
    expect(await room.cycle(firstCloseMs - quarterMs)).toMatchObject({ status: "dispatched" });
  });

  it("keeps the news with the cycle before any shard is told, once, and only when an enabled strategy reads them", async () => {
    const asked: string[] = [];
    const provider: NewsProvider = {
      name: "words",
      requests: 1,
      read: async ({ subjects }) => {
        asked.push(subjects.map(({ symbol }) => symbol).join());
        return { ok: true, value: [{ symbol: "AAAUSDT", sentiment: 0.9, headlines: 4, reason: "good" }] };
      },
    };
    const limits = { timeoutMs: 1_000, keptMs: 1, requestsPerDay: 9 };
    const news = { provider, memory: inMemoryNewsMemory(), limits };
    const room = analysisRoom(2, firstCloseMs, { news, file: "strategies: { news-sentiment: { enabled: true } }" });
    const life = new Interruption();
    await room.dispatch(life);
    await room.dispatch();
    expect(asked).toEqual([symbols.join()]);
    expect((await room.cycle()).news).toMatchObject({
      provider: "words",
      sentiments: [{ symbol: "AAAUSDT", sentiment: 0.9 }],
      off: undefined,
    });
    expect(life.calls.indexOf("cycles.recordNews")).toBeGreaterThan(life.calls.indexOf("cycles.create"));
    expect(life.calls.indexOf("cycles.recordNews")).toBeLessThan(life.calls.indexOf("queue.sendAll"));

    const without = analysisRoom(2, firstCloseMs, { news });
    await without.dispatch();
    expect(asked).toHaveLength(1);
    expect((await without.cycle()).news).toBeUndefined();
  });

  it("sends the messages again when it is woken twice, and creates the cycle once", async () => {
    const room = analysisRoom();
    await room.dispatch();
    const created = await room.cycle();
    await room.dispatch();
    expect(room.shards()).toHaveLength(4);
    expect(await room.cycle()).toEqual(created);
  });
});

describe("analyzeShard", () => {
  it("publishes the cycle once, when the last shard has reported", async () => {
    const room = analysisRoom();
    await room.dispatch();
    const [first, second] = room.shards();
    await room.analyze(first!);
    expect(room.events).toEqual([]);
    await room.analyze(second!);
    await room.analyze(second!);
    expect(room.events).toMatchObject([{ type: "CycleAnalyzed", complete: true, signals: 4 }]);
    expect(await room.cycle()).toMatchObject({
      status: "analyzed",
      complete: true,
      signals: 4,
      signalsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("never looks beyond the close, even when it runs late", async () => {
    const punctual = analysisRoom();
    await wholeCycle(punctual);
    const late = analysisRoom();
    await late.dispatch();
    late.clock.advanceTo(firstCloseMs + 50 * 60_000);
    for (const message of late.shards()) await late.analyze(message);
    expect((await late.cycle()).signalsHash).toBe((await punctual.cycle()).signalsHash);
  });

  it("asks only for the new candle once its engines run, and gives what a fresh start gives", async () => {
    const room = analysisRoom();
    await wholeCycle(room);
    room.market.requests.length = 0;
    room.queue.length = 0;
    room.clock.advanceTo(firstCloseMs + quarterMs - 60_000);
    await wholeCycle(room);
    expect([...room.market.requests].sort()).toEqual(symbols.map((symbol) => `${symbol} 15m 1`));
    const next = await room.cycle(firstCloseMs + quarterMs);
    expect(next).toMatchObject({ signals: 4, complete: true });
  });

  it("heals a gap of hours from one tail", async () => {
    const room = analysisRoom();
    await wholeCycle(room);
    room.market.requests.length = 0;
    room.queue.length = 0;
    room.clock.advanceTo(firstCloseMs + 20 * quarterMs - 60_000);
    await wholeCycle(room);
    expect([...room.market.requests].sort()).toEqual(symbols.map((symbol) => `${symbol} 15m 20`));
    expect(await room.cycle(firstCloseMs + 20 * quarterMs)).toMatchObject({ signals: 4 });
  });

  it("lets one symbol fail alone and says so", async () => {
    const room = analysisRoom(1);
    room.market.faultAt = (symbol) => (symbol === "BBBUSDT" ? new ExchangeError("retryable", "no answer") : undefined);
    await wholeCycle(room);
    expect((await room.cycle()).shards).toMatchObject([{ symbols: 4, analyzed: 3, failed: 1, signals: 3 }]);
  });

  it("stops asking for everybody when the exchange bans us", async () => {
    const room = analysisRoom(1);
    room.market.faultAt = () => new ExchangeError("banned", "banned until later");
    await wholeCycle(room);
    expect((await room.cycle()).shards).toMatchObject([{ analyzed: 0, failed: 4 }]);
    expect(room.market.requests.length).toBeLessThanOrEqual(8);
  });

  it("counts a symbol whose candle is not there as failed and gives no signal on the old one", async () => {
    const room = analysisRoom(1);
    await wholeCycle(room);
    room.queue.length = 0;
    room.market.late.set("CCCUSDT", 1);
    room.clock.advanceTo(firstCloseMs + quarterMs - 60_000);
    await wholeCycle(room);
    expect((await room.cycle(firstCloseMs + quarterMs)).shards).toMatchObject([{ analyzed: 3, failed: 1, signals: 3 }]);
  });

  it("counts a young symbol as warming, not as failed", async () => {
    const room = analysisRoom(1, startMs + 100 * quarterMs);
    await wholeCycle(room);
    expect((await room.cycle(startMs + 100 * quarterMs)).shards).toMatchObject([{ analyzed: 0, warming: 4, failed: 0, signals: 0 }]);
  });

  it("tells what BTC does from the shard that holds it, also when BTC is analysed as a reference alone and asked for no signal", async () => {
    const listed = [...symbols, "BTCUSDT"];
    const within = analysisRoom(2, firstCloseMs, { listed, alsoNeeded: scoringNeeds });
    await wholeCycle(within);
    const beside = analysisRoom(2, firstCloseMs, {
      // The same place in the list, so that the candles are the same.
      listed,
      alsoNeeded: scoringNeeds,
      environment: { SYMBOL_MODE: "static", STATIC_SYMBOLS: symbols.join(",") },
    });
    await wholeCycle(beside);

    const btcOf = async (room: AnalysisRoom) => (await room.cycle()).shards.flatMap(({ btc }) => btc ?? []);
    expect(await btcOf(within)).toEqual([{ symbol: "BTCUSDT", trend1h: expect.any(Number), moveAtr: expect.any(Number) }]);
    expect(await btcOf(beside)).toEqual(await btcOf(within));
    expect(await within.cycle()).toMatchObject({ symbols: 5, signals: 5 });
    expect(await beside.cycle()).toMatchObject({ symbols: 4, signals: 4 });
    expect(beside.shards().flatMap(({ references }) => references ?? [])).toEqual(["BTCUSDT"]);
    const stored = await beside.signals.ofCycle(cycleIdOf(firstCloseMs));
    expect(stored.map(({ facts }) => facts?.regime?.name)).not.toContain(undefined);
  });

  it("says nothing of BTC when its candle is not there", async () => {
    const room = analysisRoom(1, firstCloseMs, { listed: [...symbols, "BTCUSDT"], alsoNeeded: scoringNeeds });
    room.market.late.set("BTCUSDT", 1);
    await wholeCycle(room);
    expect((await room.cycle()).shards[0]?.btc).toBeUndefined();
  });

  it("starts again from candles when the snapshot is corrupt", async () => {
    const room = analysisRoom(1);
    await wholeCycle(room);
    for (const [key, snapshot] of room.engineStore.snapshots)
      room.engineStore.snapshots.set(key, { ...snapshot, bytes: snapshot.bytes.slice(0, 100) });
    room.queue.length = 0;
    room.clock.advanceTo(firstCloseMs + quarterMs - 60_000);
    await wholeCycle(room);
    expect(await room.cycle(firstCloseMs + quarterMs)).toMatchObject({ signals: 4, complete: true });
  });

  it("gives the same cycle whenever it dies and is delivered again", async () => {
    const undisturbed = analysisRoom();
    await wholeCycle(undisturbed);
    const wanted = await undisturbed.cycle();
    const whole = new Interruption();
    const probe = analysisRoom();
    await probe.dispatch();
    await probe.analyze(probe.shards()[0]!);
    await probe.analyze(probe.shards()[1]!, whole);
    expect(whole.calls.length).toBeGreaterThan(10);
    for (const moment of ["before", "after"] as const) {
      for (const [index, call] of whole.calls.entries()) {
        const room = analysisRoom();
        await room.dispatch();
        const [first, second] = room.shards();
        await room.analyze(first!);
        await expect(room.analyze(second!, new Interruption(index, moment)), `${moment} ${call}`).rejects.toThrow(Crash);
        await room.analyze(second!);
        const cycle = await room.cycle();
        expect([cycle.status, cycle.signalsHash, cycle.signals, cycle.complete], `${moment} ${call}`).toEqual([
          wanted.status,
          wanted.signalsHash,
          wanted.signals,
          wanted.complete,
        ]);
        expect(new Set(room.events.map((event) => JSON.stringify(event))).size, `${moment} ${call}`).toBe(1);
      }
    }
  });
});

describe("closeCycleAtDeadline", () => {
  it("publishes what is there when a shard was lost, and says that it is incomplete", async () => {
    const room = analysisRoom();
    await room.dispatch();
    const [first, second] = room.shards();
    await room.analyze(first!);
    await room.deadline();
    const closed = await room.cycle();
    expect(closed).toMatchObject({ status: "analyzed", complete: false, signals: first!.symbols.length });
    await room.analyze(second!);
    expect((await room.cycle()).signalsHash).toBe(closed.signalsHash);
    expect(await room.signals.ofCycle(closed.cycleId)).toHaveLength(first!.symbols.length);
    expect(room.events).toHaveLength(1);
  });

  it("changes nothing about a complete cycle", async () => {
    const room = analysisRoom();
    await wholeCycle(room);
    const before = await room.cycle();
    await room.deadline();
    expect(await room.cycle()).toEqual(before);
    expect(room.events).toHaveLength(1);
  });
});
