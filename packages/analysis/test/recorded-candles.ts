import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Candle } from "@winiswin/domain/candle";

/** Where the optional recorded data lies: `WINISWIN_DATA`, else beside the repository. */
export const recordedDataFolder = resolve(process.env.WINISWIN_DATA ?? resolve(import.meta.dirname, "../../../../shared/data"));

/** Rows of a recorded csv.gz by column name, or undefined when the optional data is not there. */
export function recordedRows(path: string): Record<string, string>[] | undefined {
  const file = resolve(recordedDataFolder, path);
  if (!existsSync(file)) return undefined;
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trim().split(/\r?\n/);
  const names = header!.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}

/** Recorded candles of `futures-15m/BTCUSDT.csv.gz` and the like; columns that are missing stay unknown. */
export function recordedCandles(path: string): Candle[] | undefined {
  return recordedRows(path)?.map((row) => {
    const column = (name: string): number => (row[name] === undefined || row[name] === "" ? Number.NaN : Number(row[name]));
    return {
      openTimeMs: column("open_time"),
      open: column("open"),
      high: column("high"),
      low: column("low"),
      close: column("close"),
      volume: column("volume"),
      quoteVolume: column("quote_volume"),
      tradeCount: column("count"),
      takerBuyVolume: column("taker_buy_base"),
    };
  });
}
