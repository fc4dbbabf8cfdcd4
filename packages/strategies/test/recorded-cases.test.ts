import { createEngine, type SymbolView } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { beforeAll, describe, expect, it } from "vitest";
import { recordedCandles } from "../../analysis/test/recorded-candles.ts";
import { strategies, strategyNamed } from "../src/registry.ts";
import type { StrategyOpinion, StrategySignal } from "../src/strategy.ts";

// BTCUSDT 15m; every fact below is worked out again from the raw candles, plainly, and compared with what the strategy said.
const firstIndex = 20_000;
const indexOf = (time: string, candles: readonly Candle[]): number =>
  candles.findIndex(({ openTimeMs }) => openTimeMs === Date.parse(time));

const cases = {
  "liquidity-sweep": "2023-09-01T15:00:00Z",
  "break-and-retest": "2023-09-01T12:45:00Z",
  "order-flow": "2023-09-01T15:00:00Z",
  "ma-vwap-pullback": "2023-09-01T01:00:00Z",
  "volume-profile": "2023-09-05T12:30:00Z",
  "atr-momentum": "2023-08-31T19:15:00Z",
  "action-price": "2023-09-01T02:45:00Z",
  rsi: "2023-09-18T17:30:00Z",
  "volatile-coins": "2023-08-31T17:15:00Z",
  "simple-profitable": "2023-09-01T07:15:00Z",
  enhanced: "2023-09-01T12:00:00Z",
} as const;

type Name = keyof typeof cases;

interface Case {
  /** Up to and with the candle of the case. */
  readonly candles: readonly Candle[];
  readonly last: Candle;
  readonly opinion: StrategyOpinion;
  readonly signal: StrategySignal;
  readonly atr: number;
}

const found = new Map<Name, Case>();

const recorded = recordedCandles("futures-15m/BTCUSDT.csv.gz");

beforeAll(() => {
  if (recorded === undefined) return;
  const names = Object.keys(cases) as Name[];
  const wanted = new Map<number, Name[]>();
  for (const name of names) {
    const index = indexOf(cases[name], recorded);
    wanted.set(index, [...(wanted.get(index) ?? []), name]);
  }
  const engine = createEngine("BTCUSDT", [...new Set(strategies.flatMap(({ needs }) => needs))]);
  for (let index = firstIndex; index <= Math.max(...wanted.keys()); index++) {
    engine.update(recorded[index]!);
    for (const name of wanted.get(index) ?? []) keep(name, recorded.slice(firstIndex, index + 1), engine.view);
  }
});

function keep(name: Name, candles: readonly Candle[], view: SymbolView): void {
  const strategy = strategyNamed(name)!;
  const opinion = strategy.explain(view, strategy.parameters.parse({}));
  found.set(name, { candles, last: candles.at(-1)!, opinion, signal: opinion.signal!, atr: view.atr14 });
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Moving averages that give the newest value `1 / length` (Wilder) or `2 / (length + 1)` of the weight, begun with a plain mean. */
function smoothed(values: readonly number[], length: number, share: number): number[] {
  const result = [mean(values.slice(0, length))];
  for (const value of values.slice(length)) result.push(result.at(-1)! + (value - result.at(-1)!) * share);
  return result;
}

const trueRanges = (candles: readonly Candle[]): number[] =>
  candles.map(({ high, low }, index) => {
    const before = candles[index - 1]?.close;
    return before === undefined ? high - low : Math.max(high, before) - Math.min(low, before);
  });

const component = (signal: StrategySignal, name: string): number => signal.components.find((one) => one.name === name)!.value;

/** A case for which the optional candles are needed. */
const recordedIt = (name: string, check: () => void): void =>
  it(name, ({ skip }) => (recorded === undefined ? skip("the optional recorded candles are absent") : check()));

describe("on recorded BTCUSDT candles", () => {
  recordedIt("Liquidity Sweep: the low of 2023-08-31 is swept on seven times the usual volume", () => {
    const { candles, last, signal, atr } = found.get("liquidity-sweep")!;
    const day = candles.filter(({ openTimeMs }) => openTimeMs >= Date.parse("2023-08-31") && openTimeMs < Date.parse("2023-09-01"));
    const level = Math.min(...day.map(({ low }) => low));
    const three = candles.slice(-3);
    const extreme = Math.min(...three.map(({ low }) => low));
    expect([level, extreme, last.close]).toEqual([25_617.8, 25_555, 25_779.5]);
    expect(signal.reasons[0]).toBe("long: swept the low of the previous day at 25617.8 to 25555 and closed back");
    const usual = median(candles.slice(-21, -1).map(({ volume }) => volume));
    const busiest = Math.max(...three.filter(({ low }) => low < level).map(({ volume }) => volume));
    expect(busiest / usual).toBeCloseTo(7.49, 2);
    expect(signal.stopPrice).toBeCloseTo(extreme - 0.1 * atr, 9);
    // No taker flow in these candles: the component is worth nothing.
    expect(component(signal, "delta")).toBe(0);
  });

  recordedIt("Break and Retest: three candles after the close above a zone the low comes back to it and the close holds", () => {
    const { candles, last, signal, atr } = found.get("break-and-retest")!;
    expect(signal.reasons[0]).toBe("long: retest of the zone at 26028.85, broken 3 candles ago, that held");
    const [before, breaking] = candles.slice(-5, -3);
    // The close before had crept over the zone, but by less than a quarter ATR; before that, closes lay below it.
    expect(before!.close).toBeLessThan(26_028.85 + 0.25 * atr);
    expect(Math.min(...candles.slice(-21, -4).map(({ close }) => close))).toBeLessThanOrEqual(26_028.85);
    expect(breaking!.close).toBeGreaterThanOrEqual(26_028.85 + 0.25 * atr);
    expect((breaking!.close - 26_028.85) / atr).toBeCloseTo(component(signal, "break"), 2);
    expect(last.low).toBeLessThanOrEqual(26_028.85 + 0.1 * atr);
    expect(last.close).toBeGreaterThan(Math.max(26_028.85, last.open));
    const usual = median(candles.slice(-24, -4).map(({ volume }) => volume));
    expect(component(signal, "volume")).toBeCloseTo(breaking!.volume / usual / 2.5, 5);
  });

  recordedIt("Order Flow: says that the flow is unknown", () => {
    expect(found.get("order-flow")!.opinion.long.unmet?.actual).toBe("delta score unknown, no new divergence");
  });

  recordedIt("MA/VWAP Pullback: in a fall the high reaches EMA20 and the close stays below", () => {
    const { candles, last, signal, atr } = found.get("ma-vwap-pullback")!;
    const closes = candles.map(({ close }) => close);
    const [ema20, ema50, ema200] = [20, 50, 200].map((length) => smoothed(closes, length, 2 / (length + 1)).at(-1)!);
    expect([ema20! < ema50!, ema50! < ema200!]).toEqual([true, true]);
    expect(last.high).toBeGreaterThanOrEqual(ema20! - 0.1 * atr);
    expect(last.close).toBeLessThan(Math.min(ema20!, last.open));
    expect(component(signal, "spread")).toBe(1);
    expect((ema50! - ema20!) / atr).toBeGreaterThan(3);
    const edge = Math.max(...candles.slice(-3).map(({ high }) => high));
    expect(signal.stopPrice).toBeCloseTo(last.close + Math.min(2 * atr, Math.max(0.5 * atr, edge - last.close + 0.1 * atr)), 9);
  });

  recordedIt("Volume Profile: turns at the lower edge of value and aims at the price with most volume", () => {
    const { candles, last, signal, atr } = found.get("volume-profile")!;
    expect(signal.reasons[0]).toBe("long: rejected at the edge of value 25728, toward POC 25899");
    expect(last.low).toBeLessThanOrEqual(25_728 + 0.1 * atr);
    expect(last.close).toBeGreaterThan(25_728);
    expect(signal.targetPrice).toBe(25_899);
    // More volume of the last 192 candles touched the POC than the edge of value or the close.
    const volumeAt = (price: number): number =>
      candles
        .slice(-192)
        .reduce((sum, { high, low, volume }) => sum + (low <= price && price <= high ? volume / Math.max(1, high - low) : 0), 0);
    expect(volumeAt(25_899)).toBeGreaterThan(volumeAt(25_728));
    expect(volumeAt(25_899)).toBeGreaterThan(volumeAt(last.close));
  });

  recordedIt("ATR Momentum: ranges are 2.37 times their median, far below both long averages", () => {
    const { candles, last, signal } = found.get("atr-momentum")!;
    const atr = smoothed(trueRanges(candles).slice(1), 14, 1 / 14);
    expect(atr.at(-1)! / median(atr.slice(-101, -1))).toBeCloseTo(2.37, 2);
    const hourly = candles.filter(({ openTimeMs }) => (openTimeMs + 900_000) % 3_600_000 === 0).map(({ close }) => close);
    expect(last.close).toBeLessThan(smoothed(hourly, 200, 2 / 201).at(-1)!);
    expect(signal.direction).toBe("short");
  });

  recordedIt("Action Price: the high comes within a quarter ATR of a 1h resistance zone and the candle turns", () => {
    const { last, signal, atr } = found.get("action-price")!;
    expect(signal.reasons[0]).toBe("short: visit to the resistance zone 26097.61 to 26218.97");
    expect(26_097.61 - last.high).toBeLessThanOrEqual(0.25 * atr);
    expect(last.close).toBeLessThan(last.open);
    expect(signal.stopPrice).toBeCloseTo(26_218.97 + 0.1 * atr, 1);
    expect(signal.reasons[1]).toBe("a standard signal");
  });

  recordedIt("RSI: 27.7 while the close is above its average of 200 candles", () => {
    const { candles, last, signal } = found.get("rsi")!;
    const moves = candles.slice(1).map(({ close }, index) => close - candles[index]!.close);
    const gain = smoothed(
      moves.map((move) => Math.max(0, move)),
      14,
      1 / 14,
    ).at(-1)!;
    const loss = smoothed(
      moves.map((move) => Math.max(0, -move)),
      14,
      1 / 14,
    ).at(-1)!;
    expect(100 - 100 / (1 + gain / loss)).toBeCloseTo(27.71, 2);
    expect(last.close).toBeGreaterThan(mean(candles.slice(-200).map(({ close }) => close)));
    expect(signal.direction).toBe("long");
  });

  recordedIt("Volatile Coins: below the lower Bollinger band and closed back", () => {
    const { candles, last, signal, atr } = found.get("volatile-coins")!;
    const closes = candles.slice(-20).map(({ close }) => close);
    const middle = mean(closes);
    const lower = middle - 2 * Math.sqrt(mean(closes.map((close) => (close - middle) ** 2)));
    expect(last.low).toBeLessThanOrEqual(lower);
    expect(last.close).toBeGreaterThan(lower);
    expect(atr / last.close).toBeGreaterThan(0.005);
    expect(signal.stopPrice).toBeCloseTo(last.close - 2 * atr, 9);
  });

  recordedIt("Simple Profitable: the MACD histogram turns down below EMA50 and EMA200", () => {
    const { candles, signal } = found.get("simple-profitable")!;
    const closes = candles.map(({ close }) => close);
    const fast = smoothed(closes, 12, 2 / 13).slice(14);
    const line = smoothed(closes, 26, 2 / 27).map((slow, index) => fast[index]! - slow);
    const [before, now] = smoothed(line, 9, 2 / 10)
      .slice(-2)
      .map((value, index) => line.at(index - 2)! - value);
    expect([before! >= 0, now! < 0]).toEqual([true, true]);
    expect(signal.direction).toBe("short");
  });

  recordedIt("Enhanced: closes above the highest high of the 20 candles before, out of a squeeze", () => {
    const { candles, last, signal } = found.get("enhanced")!;
    expect(last.close).toBeGreaterThan(Math.max(...candles.slice(-21, -1).map(({ high }) => high)));
    expect(signal.reasons[0]).toBe("long: broke out of a squeeze");
  });
});
