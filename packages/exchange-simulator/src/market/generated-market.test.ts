import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayMs, minuteMs } from "./candle-columns.ts";
import { CandleQuery } from "./candle-query.ts";
import { GeneratedMarket } from "./generated-market.ts";
import { findInterval } from "./interval.ts";
import { PricePath } from "./price-path.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);

function query(
  seed = "law",
  symbols = 70,
  at = startMs,
): { readonly feed: GeneratedMarket; readonly path: PricePath; readonly candles: CandleQuery } {
  const feed = new GeneratedMarket(seed, symbols, at);
  const path = new PricePath(feed);
  return { feed, path, candles: new CandleQuery(feed, path) };
}

type Row = readonly [
  openTime: number,
  open: string,
  high: string,
  low: string,
  close: string,
  volume: string,
  closeTime: number,
  quote: string,
  trades: number,
  takerBuy: string,
  takerQuote: string,
  ignored: string,
];

function rowsOf(
  market: ReturnType<typeof query>,
  symbol: string,
  interval: string,
  limit: number,
  nowMs: number,
  fromMs?: number,
  toMs?: number,
): readonly Row[] {
  return JSON.parse(market.candles.json(market.feed.find(symbol)!, findInterval(interval)!, limit, nowMs, fromMs, toMs));
}

const anySymbol = fc.integer({ min: 0, max: 69 });
const anyPast = fc.integer({ min: 0, max: 100 * 24 * 60 * 60 }).map((seconds) => startMs - seconds * 1_000);

/** Adds decimal texts exactly, at the given number of decimals. */
const total = (texts: readonly string[]): bigint => texts.reduce((sum, text) => sum + BigInt(text.replace(".", "")), 0n);

describe("the generated market", () => {
  test("is the same whatever was read before: a fresh market gives the same candles as one that was asked much", () => {
    const worn = query();
    for (const { symbol } of worn.feed.instruments.slice(0, 20)) rowsOf(worn, symbol, "1d", 40, startMs);
    fc.assert(
      fc.property(anySymbol, anyPast, (index, nowMs) => {
        const fresh = query();
        const { symbol } = fresh.feed.instruments[index]!;
        expect(rowsOf(fresh, symbol, "15m", 5, nowMs)).toEqual(rowsOf(worn, symbol, "15m", 5, nowMs));
      }),
      { numRuns: 20 },
    );
  });

  test("does not depend on the start of the clock, which only decides when contracts were listed", () => {
    const early = query("law", 10, startMs - 30 * dayMs);
    const late = query("law", 10, startMs);
    expect(rowsOf(early, "BTCUSDT", "1h", 50, startMs)).toEqual(rowsOf(late, "BTCUSDT", "1h", 50, startMs));
  });

  test("shows closed candles that never change when time goes on", () => {
    const market = query();
    fc.assert(
      fc.property(anySymbol, anyPast, fc.integer({ min: 1, max: 3 * 86_400_000 }), (index, nowMs, later) => {
        const { symbol } = market.feed.instruments[index]!;
        const before = rowsOf(market, symbol, "15m", 8, nowMs).filter((row) => row[6] < nowMs);
        const after = rowsOf(market, symbol, "15m", 1_000, nowMs + later);
        for (const row of before) expect(after).toContainEqual(row);
      }),
      { numRuns: 30 },
    );
  });

  test.each(["3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d"])(
    "gives %s candles that are exactly the sum of their minutes or quarters",
    (name) => {
      const market = query();
      const coarse = findInterval(name)!;
      const finer = coarse.lengthMs <= 15 * minuteMs ? "1m" : "15m";
      const count = coarse.lengthMs / findInterval(finer)!.lengthMs;
      fc.assert(
        fc.property(anySymbol, anyPast, (index, nowMs) => {
          const { symbol } = market.feed.instruments[index]!;
          const parent = rowsOf(market, symbol, name, 2, nowMs)[0]!;
          const children = rowsOf(market, symbol, finer, count, nowMs, parent[0], parent[6]);
          expect(children).toHaveLength(count);
          expect(children[0]![1]).toBe(parent[1]);
          expect(children.at(-1)![4]).toBe(parent[4]);
          expect(Math.max(...children.map((row) => Number(row[2])))).toBe(Number(parent[2]));
          expect(Math.min(...children.map((row) => Number(row[3])))).toBe(Number(parent[3]));
          for (const column of [5, 7, 9, 10] as const) expect(total(children.map((row) => row[column]))).toBe(total([parent[column]]));
          expect(children.reduce((sum, row) => sum + row[8], 0)).toBe(parent[8]);
        }),
        { numRuns: 60 },
      );
    },
  );

  test("keeps every candle sound: extremes around open and close, taker flow within volume, a trade wherever there is volume", () => {
    const market = query();
    fc.assert(
      fc.property(anySymbol, anyPast, fc.constantFrom("1m", "15m", "1h"), (index, nowMs, interval) => {
        for (const row of rowsOf(market, market.feed.instruments[index]!.symbol, interval, 40, nowMs)) {
          const [, open, high, low, close, volume, , quote, trades, takerBuy, takerQuote] = row.map(Number) as number[];
          expect(high!).toBeGreaterThanOrEqual(Math.max(open!, close!));
          expect(low!).toBeLessThanOrEqual(Math.min(open!, close!));
          expect(low!).toBeGreaterThan(0);
          expect(takerBuy!).toBeLessThanOrEqual(volume!);
          expect(takerQuote!).toBeLessThanOrEqual(quote! + 0.01);
          expect(volume! > 0 && trades === 0).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("ends with the open candle, whose close is the last price", () => {
    const market = query();
    fc.assert(
      fc.property(anySymbol, anyPast, (index, nowMs) => {
        const instrument = market.feed.instruments[index]!;
        const last = rowsOf(market, instrument.symbol, "15m", 1, nowMs + 1).at(-1)!;
        expect(last[0]).toBeLessThanOrEqual(nowMs + 1);
        expect(last[6]).toBeGreaterThanOrEqual(nowMs);
        expect(Number(last[4])).toBeCloseTo(market.path.lastTicks(instrument, nowMs + 1) * instrument.tickValue, 6);
      }),
      { numRuns: 40 },
    );
  });

  test("answers startTime and endTime as the exchange does: inclusive on the open time, oldest first from startTime", () => {
    const market = query();
    const hour = 3_600_000;
    const day = Date.UTC(2026, 10, 20);
    const opens = (fromMs?: number, toMs?: number, limit = 500) =>
      rowsOf(market, "ETHUSDT", "1h", limit, startMs, fromMs, toMs).map((row) => row[0]);
    expect(opens(day, day + 2 * hour)).toEqual([day, day + hour, day + 2 * hour]);
    expect(opens(day + 1, day + 2 * hour - 1)).toEqual([day + hour]);
    expect(opens(day, undefined, 2)).toEqual([day, day + hour]);
    expect(opens(undefined, day + hour, 2)).toEqual([day, day + hour]);
    expect(opens(day + 2 * hour, day)).toEqual([]);
    expect(opens(startMs + hour)).toEqual([]);
  });

  test("moves together: altcoins' hourly returns correlate with Bitcoin's, and large moves cluster", () => {
    const market = query();
    const returns = (symbol: string) =>
      rowsOf(market, symbol, "1h", 1_400, startMs).map((row) => Math.log(Number(row[4]) / Number(row[1])));
    const bitcoin = returns("BTCUSDT");
    for (const symbol of ["ETHUSDT", "SOLUSDT", "ADAUSDT"]) {
      const correlated = correlation(bitcoin, returns(symbol));
      expect(correlated).toBeGreaterThan(0.3);
      expect(correlated).toBeLessThan(0.97);
    }
    const sizes = bitcoin.map(Math.abs);
    expect(correlation(sizes.slice(1), sizes.slice(0, -1))).toBeGreaterThan(0.1);
  });

  test("adds contracts that a careful bot skips to the tradable ones, and one name in Chinese", () => {
    const { feed } = query("law", 650);
    const kinds = new Set(feed.instruments.map(({ contractType, underlyingType }) => `${contractType} ${underlyingType}`));
    expect(feed.instruments).toHaveLength(655);
    expect(new Set(feed.instruments.map(({ symbol }) => symbol)).size).toBe(655);
    expect(kinds).toEqual(new Set(["PERPETUAL COIN", "TRADIFI_PERPETUAL EQUITY", "PERPETUAL INDEX", "CURRENT_QUARTER COIN"]));
    expect(feed.instruments.slice(0, 2).map(({ symbol }) => symbol)).toEqual(["BTCUSDT", "ETHUSDT"]);
    expect(feed.instruments.some(({ symbol }) => /\p{Script=Han}/u.test(symbol))).toBe(true);
    expect(feed.instruments.some(({ symbol }) => symbol === "BTCUSDT_261225")).toBe(true);
  });

  test("shows nothing before a contract is listed nor after it is settled", () => {
    const market = query();
    const fresh = market.feed.find("FRESHLYUSDT")!;
    const faded = market.feed.find("FADEDUSDT")!;
    expect(rowsOf(market, fresh.symbol, "15m", 1_500, startMs)[0]![0]).toBe(Math.ceil(fresh.onboardMs / 900_000) * 900_000);
    expect(rowsOf(market, faded.symbol, "15m", 5, startMs).at(-1)![0]).toBeLessThan(faded.endMs);
    expect(market.path.lastTicks(faded, startMs)).toBeGreaterThan(0);
  });
});

function correlation(left: readonly number[], right: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [leftMean, rightMean] = [mean(left), mean(right)];
  const covariance = mean(left.map((value, index) => (value - leftMean) * (right[index]! - rightMean)));
  const deviation = (values: readonly number[], center: number) => Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
  return covariance / (deviation(left, leftMean) * deviation(right, rightMean));
}
