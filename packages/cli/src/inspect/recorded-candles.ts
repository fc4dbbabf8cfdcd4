import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Candle } from "@winiswin/domain/candle";
import { durationMs } from "@winiswin/domain/timeframe";
import { type CandleFile, readCandleFile, symbolOf } from "@winiswin/exchange-simulator/market/candle-file";
import { CommandFailure, usageFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-code.ts";

/** The 15m candles of one symbol from a folder of recordings; throws a failure that names the file and what is wrong with it. */
export function recordedCandles(folder: string, symbol: string): readonly Candle[] {
  const files = readdirSync(folder).filter((name) => /\.csv(\.gz)?$/i.test(name));
  const name = files.find((file) => symbolOf(file) === symbol.toUpperCase());
  if (name === undefined) {
    const known = files.map(symbolOf).sort().join(", ");
    throw new CommandFailure(`${folder} holds no candles of ${symbol.toUpperCase()}.`, `It has ${known}.`, exitCodes.notFound);
  }
  const file = readable(join(folder, name));
  if (file.baseMs !== durationMs("15m")) {
    throw usageFailure(
      `${join(folder, name)} holds candles of ${file.baseMs / 60_000} minutes.`,
      "The engine folds 15-minute candles: name a folder of those.",
    );
  }
  return candlesOf(file);
}

function readable(path: string): CandleFile {
  try {
    return readCandleFile(path);
  } catch (error) {
    throw new CommandFailure(
      error instanceof Error ? error.message : String(error),
      "Each file needs a header with open_time, open, high, low, close, volume.",
    );
  }
}

/** An empty cell is unknown, never 0. */
const known = (text: string | undefined): number => (text === undefined || text === "" ? Number.NaN : Number(text));

const candlesOf = (file: CandleFile): readonly Candle[] =>
  file.prices.map(([open, high, low, close], index) => ({
    openTimeMs: file.openTimesMs[index]!,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    volume: Number(file.volumes[index]),
    quoteVolume: known(file.quoteVolumes[index]),
    tradeCount: known(file.trades[index]),
    takerBuyVolume: known(file.takerBuys[index]),
  }));
