import { createEngine, type SymbolView } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import type { Strategy } from "../src/strategy.ts";

/** Shows the view at each close from which on every declared detector is warm. */
export function forEachWarmView(
  strategy: Pick<Strategy, "needs">,
  candles: readonly Candle[],
  visit: (view: SymbolView, index: number) => void,
): void {
  const engine = createEngine("TESTUSDT", strategy.needs);
  candles.forEach((candle, index) => {
    engine.update(candle);
    if (engine.isWarm()) visit(engine.view, index);
  });
}

/** The candles at another height, so that mirroring about it keeps sizes in percent nearly equal; whole ticks keep sums exact. */
export const raised = (candles: readonly Candle[], by: number): Candle[] =>
  candles.map((candle) => ({
    ...candle,
    open: candle.open + by,
    high: candle.high + by,
    low: candle.low + by,
    close: candle.close + by,
    quoteVolume: Number.NaN,
  }));
