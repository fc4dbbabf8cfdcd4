import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Candle } from "@winiswin/domain/candle";
import { seededCandles } from "@winiswin/testkit/candles";

const recordedFile = resolve(
  process.env.WINISWIN_DATA ?? resolve(import.meta.dirname, "../../../../../shared/data"),
  "futures-15m/BTCUSDT.csv.gz",
);

/** 15m candles to measure with: recorded BTCUSDT when the optional data is there, else generated ones. */
export function benchmarkCandles(): { readonly source: string; readonly candles: readonly Candle[] } {
  if (!existsSync(recordedFile))
    return { source: "generated", candles: seededCandles({ seed: 1, count: 70_000, startPrice: 40_000, tickSize: 0.1 }) };
  const [, ...lines] = gunzipSync(readFileSync(recordedFile)).toString("utf8").trim().split(/\r?\n/);
  const unknown = Number.NaN;
  const candles = lines.map((line) => {
    const [openTimeMs, open, high, low, close, volume] = line.split(",").map(Number) as [number, number, number, number, number, number];
    return { openTimeMs, open, high, low, close, volume, quoteVolume: unknown, tradeCount: unknown, takerBuyVolume: unknown };
  });
  return { source: "recorded BTCUSDT", candles };
}

/** The same candles over and over, each round later by its length, until there are `count`. */
export function repeatedCandles(candles: readonly Candle[], count: number): Candle[] {
  const spanMs = candles.at(-1)!.openTimeMs - candles[0]!.openTimeMs + 900_000;
  return Array.from({ length: count }, (_, index) => {
    const candle = candles[index % candles.length]!;
    return { ...candle, openTimeMs: candle.openTimeMs + Math.floor(index / candles.length) * spanMs };
  });
}
