import type { Candle } from "@winiswin/domain/candle";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Strategy } from "../src/strategy.ts";
import { replay } from "./replay.ts";

const flat = 60;

/** Sixty quiet candles at 100 with ATR 2, then these. */
const candlesOf = (shapes: readonly (readonly [open: number, high: number, low: number, close: number])[]): Candle[] =>
  [...Array.from({ length: flat }, () => [100, 101, 99, 100] as const), ...shapes].map(([open, high, low, close], index) => ({
    openTimeMs: index * 900_000,
    open,
    high,
    low,
    close,
    volume: 100,
    quoteVolume: Number.NaN,
    tradeCount: Number.NaN,
    takerBuyVolume: Number.NaN,
  }));

/** Says long with the stop at 98 and the target at 104 at the last quiet candle, and at every candle after it. */
const always: Strategy = {
  name: "always",
  title: "Always",
  timeframe: "15m",
  needs: ["atr"],
  warmupCandles: 30,
  parameters: z.strictObject({}),
  evaluate: (view) =>
    view.bar < flat - 1
      ? undefined
      : {
          direction: "long",
          score: 7,
          confidence: 0.7,
          entryPrice: view.candle.close,
          stopPrice: 98,
          targetPrice: 104,
          atr: view.atr14,
          components: [],
          reasons: [],
        },
  explain: () => {
    throw new Error("not asked");
  },
};

const tradesOf = (shapes: Parameters<typeof candlesOf>[0], feeRate = 0) =>
  replay("TESTUSDT", [always], candlesOf(shapes), feeRate)[0]!.trades;

describe("replay", () => {
  it("enters at the next open and takes the target later", () => {
    const trades = tradesOf([
      [100.5, 101, 100, 101],
      [101, 104.5, 100.5, 104],
    ]);
    // From 100.5 to 104 with 2.5 to the stop.
    expect(trades).toEqual([{ entryTimeMs: flat * 900_000, candles: 2, grossR: 1.4, netR: 1.4 }]);
  });

  it("counts the stop when a candle reaches both, also the candle of the entry", () => {
    expect(tradesOf([[100, 105, 97, 100]])).toMatchObject([{ candles: 1, grossR: -1 }]);
  });

  it("fills at the open when it lies beyond the stop", () => {
    const trades = tradesOf([
      [100, 101, 99, 100],
      [97, 98, 96, 97],
    ]);
    expect(trades).toMatchObject([{ grossR: -1.5 }]);
  });

  it("takes fees of both sides, in R", () => {
    expect(tradesOf([[100, 105, 99, 104]], 0.0005)[0]!.netR).toBeCloseTo(2 - (0.0005 * 204) / 2, 12);
  });

  it("holds one position at a time, passes over entries that the open made pointless, and leaves the last one open", () => {
    const trades = tradesOf([
      [100, 101, 99, 100],
      [100, 105, 99, 104],
      // Signalled at 104, where the target already is.
      [104, 105, 103, 103],
      [103, 103.5, 102, 103],
    ]);
    expect(trades).toHaveLength(1);
  });
});
