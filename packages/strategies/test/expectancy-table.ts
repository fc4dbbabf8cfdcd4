import { z } from "zod";
import { recordedCandles, recordedDataFolder } from "../../analysis/test/recorded-candles.ts";
import { strategies } from "../src/registry.ts";
import type { Strategy } from "../src/strategy.ts";
import { type Replay, type ReplayedTrade, replay } from "./replay.ts";

/** What no opinion at all gives: a long and a short every other half day, 2 ATR to the stop and 4 to the target, as the baselines have them. */
const clockwork: Strategy = {
  name: "(clockwork)",
  title: "Clockwork",
  timeframe: "15m",
  needs: ["atr"],
  warmupCandles: 30,
  parameters: z.strictObject({}),
  evaluate(view) {
    if (view.bar % 48 !== 0) return undefined;
    const entryPrice = view.candle.close;
    const sign = view.bar % 96 === 0 ? 1 : -1;
    const stopPrice = entryPrice - sign * 2 * view.atr14;
    const direction = sign === 1 ? "long" : "short";
    return { direction, score: 5, confidence: 0.5, entryPrice, stopPrice, atr: view.atr14, components: [], reasons: [] };
  },
  explain() {
    throw new Error("clockwork has no opinion to explain");
  },
};

/** News are not recorded, so a strategy that reads them would have a row without a signal. */
const judged = [...strategies.filter(({ readsNews }) => readsNews !== true), clockwork];
const feeRate = 0.0005;
const candlesPerMonth = (4 * 24 * 365.25) / 12;
const warmupCandles = Math.max(...strategies.map((strategy) => strategy.warmupCandles));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const text = (value: number, digits: number): string => (Number.isNaN(value) ? "-" : value.toFixed(digits));

/** Half of the 95 % interval of the mean result, as if trades were independent. */
function uncertainty(trades: readonly ReplayedTrade[]): number {
  const results = trades.map(({ netR }) => netR);
  const average = mean(results);
  return 1.96 * Math.sqrt(mean(results.map((result) => (result - average) ** 2)) / results.length);
}

function row(symbol: string, months: number, { strategy, signals, longSignals, trades }: Replay): string {
  const results = trades.map(({ netR }) => netR);
  const share = (count: number, of: number): string => text((100 * count) / of, 0);
  return `| ${[
    strategy,
    symbol,
    text(signals / months, 1),
    share(longSignals, signals),
    text(trades.length / months, 1),
    text(mean(trades.map(({ candles }) => candles)) / 4, 1),
    share(results.filter((result) => result > 0).length, results.length),
    text(mean(trades.map(({ grossR }) => grossR)), 3),
    text(mean(results), 3),
    text(uncertainty(trades), 3),
  ].join(" | ")} |`;
}

const rows: string[] = [];
for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
  const candles = recordedCandles(`futures-15m/${symbol}.csv.gz`);
  if (candles === undefined) {
    process.stderr.write(`the optional recorded candles are not in ${recordedDataFolder}; WINISWIN_DATA names another folder\n`);
    process.exit(1);
  }
  const months = (candles.length - warmupCandles) / candlesPerMonth;
  for (const one of replay(symbol, judged, candles, feeRate)) rows.push(row(symbol, months, one));
}

process.stdout.write(
  [
    "| strategy | symbol | signals a month | of them long, % | trades a month | mean holding, hours | won after fees, % | R before fees | R after fees | +- |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.sort(),
    "",
  ].join("\n"),
);
