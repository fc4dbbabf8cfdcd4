import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededCandles } from "@winiswin/testkit/candles";

const columns = "open_time,open,high,low,close,volume,quote_volume,count,taker_buy_volume,taker_buy_quote_volume";

const contracts = [
  { symbol: "BTCUSDT", startPrice: 42_000, tickSize: 0.1 },
  { symbol: "ETHUSDT", startPrice: 2_300, tickSize: 0.01 },
  { symbol: "SOLUSDT", startPrice: 100, tickSize: 0.01 },
];

export const recordedSymbols: readonly string[] = contracts.map(({ symbol }) => symbol);

/** Traded enough in a day for every contract to be entered. */
const liquidity = 100;

/** Enough for every engine to be warm where the span begins. */
const count = 760;

/** From here to there the recording is run: 16 closes, none at a funding time. The seeds were chosen for trades and open positions within. */
export const span = { from: "2024-01-08T08:15:00Z", to: "2024-01-08T12:15:00Z", cycles: 16 } as const;

/** Writes the recording: one csv of 15m candles per symbol, from 2024-01-01 or so many days before it (another market then), each from a seed of its own. */
export function writeRecording(folder: string, daysBefore = 0, firstSeed = 79): void {
  mkdirSync(folder, { recursive: true });
  const startMs = Date.UTC(2024, 0, 1) - daysBefore * 86_400_000;
  for (const [index, { symbol, ...market }] of contracts.entries()) {
    const rows = seededCandles({ ...market, seed: firstSeed + index, startMs, count: count + daysBefore * 96 }).map((candle) =>
      [
        candle.openTimeMs,
        candle.open,
        candle.high,
        candle.low,
        candle.close,
        // An exchange counts in steps; the digits that a float is left with after a product come back from none.
        (candle.volume * liquidity).toFixed(3),
        (candle.quoteVolume * liquidity).toFixed(2),
        candle.tradeCount,
        (candle.takerBuyVolume * liquidity).toFixed(3),
        (candle.takerBuyVolume * candle.close * liquidity).toFixed(2),
      ].join(","),
    );
    writeFileSync(join(folder, `${symbol}.csv`), `${[columns, ...rows].join("\n")}\n`);
  }
}
