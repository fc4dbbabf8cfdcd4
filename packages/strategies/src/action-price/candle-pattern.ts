import type { RecentCandles, SymbolView } from "@winiswin/analysis";
import { candlePatterns } from "@winiswin/analysis/candle-patterns";
import type { Candle } from "@winiswin/domain/candle";
import { type Grade, grade } from "../grade.ts";
import { isPinBar } from "../pin-bar.ts";

/** The candles upside down about the last close, so that prices stay about as high as they are. */
function upsideDown(candles: RecentCandles): RecentCandles {
  const pivot = candles.last.close;
  const turned = (candle: Candle): Candle => ({
    ...candle,
    open: 2 * pivot - candle.open,
    high: 2 * pivot - candle.low,
    low: 2 * pivot - candle.high,
    close: 2 * pivot - candle.close,
  });
  return {
    timeframe: candles.timeframe,
    bar: candles.bar,
    run: candles.run,
    seen: candles.seen,
    last: turned(candles.candle(0)),
    candle: (back) => turned(candles.candle(back)),
  };
}

/**
 * 0 to 1 point: a pin bar by its strict definition 1, else any candlestick pattern for the direction 0.6.
 *
 * The library's bearish patterns are not the mirror of its bullish ones (a shooting star is rarer than a hammer, a hanging man has no
 * counterpart), so a short asks for the bullish patterns of the market upside down.
 */
export function candlePattern(view: SymbolView, sign: 1 | -1): Grade {
  if (isPinBar(view.candle, sign)) return grade(1, "pin bar");
  const seen = candlePatterns(sign === 1 ? view.candles : upsideDown(view.candles));
  const names = seen.filter(({ direction }) => direction === "long").map(({ name }) => (sign === 1 ? name : `inverted ${name}`));
  return grade(names.length === 0 ? 0 : 0.6, names.length === 0 ? "no candle pattern" : names.join(", "));
}
