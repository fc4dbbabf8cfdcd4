import type { Engine } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { durationMs, type Timeframe } from "@winiswin/domain/timeframe";
import { type Clock, sleepFor } from "../ports/clock.ts";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { MarketData } from "../ports/market-data.ts";
import type { EngineFactory } from "./engine-factory.ts";

export interface FetchRequest {
  readonly symbols: readonly string[];
  readonly engines: ReadonlyMap<string, Engine>;
  readonly closeTimeMs: number;
  readonly shardCount: number;
  readonly clock: Clock;
  readonly marketData: MarketData;
  readonly factory: EngineFactory;
}

export interface FetchedCandles {
  /** What an engine that exists has not seen, ascending. */
  readonly tails: ReadonlyMap<string, readonly Candle[]>;
  /** Whole histories for engines that must start. */
  readonly histories: ReadonlyMap<string, Partial<Record<Timeframe, readonly Candle[]>>>;
  /** Symbols whose bootstrap waits for a later cycle, because the request weight of this one is spent. */
  readonly postponed: readonly string[];
  readonly failures: readonly { readonly symbol: string; readonly reason: string }[];
}

/** What all shards together may use of the exchange's 2,400 a minute; the rest is left to the executor, the guard and strangers on the same address. */
const weightPerCycle = 2_000;
/** The most candles that one unit of weight buys; a longer gap starts the engine again. */
const longestTail = 98;
/** 499 candles for two units of weight is the cheapest history. */
const historyCandles = 499;
const historyWeight = 2;
const parallelRequests = 16;
/** The newest candle may appear late; ask for it a few times before giving the symbol up for this cycle. */
const freshnessRetries = 3;
const freshnessPauseMs = 700;

/** Fetches the tail of every engine that runs and the histories of as many new ones as the shard's share of the request weight allows. */
export async function fetchCandles(request: FetchRequest): Promise<FetchedCandles> {
  const { symbols, engines, closeTimeMs, shardCount } = request;
  const running = symbols.filter((symbol) => missingCandles(engines.get(symbol), closeTimeMs) <= longestTail);
  const starting = symbols.filter((symbol) => !running.includes(symbol));
  const bootstrapWeight = historyWeight * request.factory.create("BTCUSDT").bootstrapTimeframes().length;
  const affordable = Math.max(1, Math.floor((weightPerCycle / shardCount - running.length) / bootstrapWeight));
  const [now, later] = [starting.slice(0, affordable), starting.slice(affordable)];

  const tails = new Map<string, readonly Candle[]>();
  const histories = new Map<string, Partial<Record<Timeframe, readonly Candle[]>>>();
  const failures: { symbol: string; reason: string }[] = [];
  let bannedReason: string | undefined;
  const work = [
    ...running.map((symbol) => async () => void tails.set(symbol, await fetchTail(symbol, request))),
    ...now.map((symbol) => async () => void histories.set(symbol, await fetchHistory(symbol, request))),
  ];
  const names = [...running, ...now];
  await inParallel(work, parallelRequests, async (task, index) => {
    const symbol = names[index] ?? "";
    if (bannedReason !== undefined) {
      failures.push({ symbol, reason: bannedReason });
      return;
    }
    try {
      await task();
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      // One ban is for everybody: asking on would only lengthen it.
      if (error.kind === "banned") bannedReason = error.message;
      failures.push({ symbol, reason: error.message });
    }
  });
  return { tails, histories, postponed: later, failures: failures.sort((first, second) => (first.symbol < second.symbol ? -1 : 1)) };
}

function missingCandles(engine: Engine | undefined, closeTimeMs: number): number {
  const last = engine?.lastCloseTimeMs();
  return last === undefined ? Number.POSITIVE_INFINITY : (closeTimeMs - last) / durationMs("15m");
}

async function fetchTail(symbol: string, request: FetchRequest): Promise<readonly Candle[]> {
  const missing = missingCandles(request.engines.get(symbol), request.closeTimeMs);
  return missing <= 0 ? [] : freshCandles(symbol, "15m", missing, request);
}

async function fetchHistory(symbol: string, request: FetchRequest): Promise<Partial<Record<Timeframe, readonly Candle[]>>> {
  const history: Partial<Record<Timeframe, readonly Candle[]>> = {};
  for (const timeframe of request.factory.create(symbol).bootstrapTimeframes()) {
    history[timeframe] =
      timeframe === "15m"
        ? await freshCandles(symbol, timeframe, historyCandles, request)
        : await request.marketData.closedCandles(symbol, timeframe, historyCandles, request.closeTimeMs);
  }
  return history;
}

async function freshCandles(
  symbol: string,
  timeframe: Timeframe,
  limit: number,
  { marketData, clock, closeTimeMs }: FetchRequest,
): Promise<readonly Candle[]> {
  for (let attempt = 0; ; attempt++) {
    const candles = await marketData.closedCandles(symbol, timeframe, limit, closeTimeMs);
    const last = candles.at(-1);
    const isFresh = last !== undefined && last.openTimeMs + durationMs(timeframe) === closeTimeMs;
    if (isFresh || attempt === freshnessRetries) return candles;
    await sleepFor(clock, freshnessPauseMs);
  }
}

async function inParallel<Task>(tasks: readonly Task[], width: number, run: (task: Task, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < tasks.length; index = next++) await run(tasks[index] as Task, index);
  };
  await Promise.all(Array.from({ length: Math.min(width, tasks.length) }, worker));
}
