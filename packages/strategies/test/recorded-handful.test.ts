import { createEngine } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { signOf } from "@winiswin/domain/direction";
import { beforeAll, describe, expect, it } from "vitest";
import { recordedCandles } from "../../analysis/test/recorded-candles.ts";
import { strategies } from "../src/registry.ts";
import type { StrategySignal } from "../src/strategy.ts";
import { atrsOf, bandsOf, closesOf, emaOf, histogramsOf, rsiOf } from "./plain-figures.ts";

// The first five signals of each strategy on BTCUSDT 15m from 2023-07-28 on; what can be worked out from the raw candles in a few lines is, plainly.
const firstIndex = 20_000;
const lastIndex = 29_000;
const handful = 5;

interface Spoken {
  /** From where the engine began up to and with the candle of the signal. */
  readonly candles: readonly Candle[];
  readonly last: Candle;
  readonly signal: StrategySignal;
  readonly sign: 1 | -1;
}

const found = new Map<string, Spoken[]>();
const recorded = recordedCandles("futures-15m/BTCUSDT.csv.gz");

beforeAll(() => {
  if (recorded === undefined) return;
  const engine = createEngine("BTCUSDT", [...new Set(strategies.flatMap(({ needs }) => needs))]);
  const configured = strategies.map((strategy) => ({ strategy, parameters: strategy.parameters.parse({}) }));
  for (let index = firstIndex; index <= lastIndex; index++) {
    engine.update(recorded[index]!);
    if (!engine.isWarm()) continue;
    for (const { strategy, parameters } of configured) {
      const spoken = found.get(strategy.name) ?? [];
      if (spoken.length >= handful) continue;
      const signal = strategy.evaluate(engine.view, parameters);
      if (signal === undefined) continue;
      const candles = recorded.slice(firstIndex, index + 1);
      found.set(strategy.name, [...spoken, { candles, last: recorded[index]!, signal, sign: signOf(signal.direction) }]);
    }
  }
}, 60_000);

const component = ({ signal }: Spoken, name: string): number => signal.components.find((one) => one.name === name)!.value;

/** What each strategy promises of its signals, from the candles alone. */
const promises: Readonly<Record<string, (spoken: Spoken) => void>> = {
  "ict-smc": (spoken) => {
    const { candles, signal, sign } = spoken;
    const [before, now] = histogramsOf(candles);
    const rsi = rsiOf(candles);
    const seen = sign === 1 ? rsi : 100 - rsi;
    const momentum =
      (now * sign > 0 && (now - before) * sign > 0 ? 5 : 0) +
      (seen >= 45 && seen <= 70 ? 3 : 0) +
      ((emaOf(candles, 9) - emaOf(candles, 21)) * sign > 0 ? 2 : 0);
    expect(component(spoken, "momentum")).toBe(momentum / 10);
    expect(component(spoken, "trend1h")).toBeGreaterThan(0);
    expect(signal.confidence).toBeGreaterThanOrEqual(0.7);
    expect(signal.confidence).toBeCloseTo(
      0.4 * component(spoken, "trend1h") +
        0.2 * component(spoken, "structure") +
        0.2 * component(spoken, "position") +
        0.1 * component(spoken, "momentum") +
        0.1 * component(spoken, "volatility"),
      6,
    );
  },
  rsi: ({ candles, last, sign }) => {
    const rsi = rsiOf(candles);
    expect(sign === 1 ? rsi : 100 - rsi).toBeLessThanOrEqual(30);
    const average =
      closesOf(candles)
        .slice(-200)
        .reduce((sum, close) => sum + close, 0) / 200;
    expect((last.close - average) * sign).toBeGreaterThan(0);
  },
  "volatile-coins": ({ candles, last, sign }) => {
    expect(atrsOf(candles).at(-1)! / last.close).toBeGreaterThanOrEqual(0.005);
    const { lower, upper } = bandsOf(candles);
    const band = sign === 1 ? lower : upper;
    expect(((sign === 1 ? last.low : last.high) - band) * sign).toBeLessThanOrEqual(0);
    expect((last.close - band) * sign).toBeGreaterThan(0);
    const [before, now] = histogramsOf(candles);
    expect((now - before) * sign).toBeGreaterThan(0);
  },
  "simple-profitable": ({ candles, last, sign }) => {
    const [before, now] = histogramsOf(candles);
    expect([now * sign > 0, before * sign <= 0]).toEqual([true, true]);
    const [ema50, ema200] = [emaOf(candles, 50), emaOf(candles, 200)];
    expect([(last.close - ema50) * sign > 0, (ema50 - ema200) * sign > 0]).toEqual([true, true]);
  },
  "ma-vwap-pullback": ({ candles, last, sign }) => {
    const [ema20, ema50, ema200] = [emaOf(candles, 20), emaOf(candles, 50), emaOf(candles, 200)];
    expect([(ema20 - ema50) * sign > 0, (ema50 - ema200) * sign > 0]).toEqual([true, true]);
    expect((last.close - last.open) * sign).toBeGreaterThan(0);
  },
  "atr-momentum": ({ candles, sign }) => {
    const atrs = atrsOf(candles);
    const hundred = atrs.slice(-101, -1).sort((one, other) => one - other);
    expect(atrs.at(-1)!).toBeGreaterThanOrEqual(1.4 * ((hundred[49]! + hundred[50]!) / 2));
    const rsi = rsiOf(candles);
    expect(sign === 1 ? rsi : 100 - rsi).toBeLessThan(78);
  },
};

describe("the first five signals on recorded BTCUSDT candles", () => {
  for (const [name, promise] of Object.entries(promises)) {
    it(`of ${name} hold what it promises, worked out again from the candles`, ({ skip }) => {
      if (recorded === undefined) return skip("the optional recorded candles are absent");
      const spoken = found.get(name) ?? [];
      expect(spoken).toHaveLength(handful);
      for (const one of spoken) {
        promise(one);
        expect(one.signal.entryPrice).toBe(one.last.close);
        expect(one.signal.atr).toBeCloseTo(atrsOf(one.candles).at(-1)!, 6);
        const stopInAtr = ((one.last.close - one.signal.stopPrice) * one.sign) / one.signal.atr;
        expect(stopInAtr).toBeGreaterThanOrEqual(0.5 - 1e-9);
      }
    });
  }
});
