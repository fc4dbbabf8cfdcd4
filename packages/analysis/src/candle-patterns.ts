import type { Direction } from "@winiswin/domain/direction";
import * as indicators from "technicalindicators";
import type { RecentCandles } from "./candle-ring.ts";

/** Candlestick patterns that `technicalindicators` recognises, in its own definitions. */
export type CandlePatternName =
  | "bullish engulfing"
  | "bearish engulfing"
  | "hammer"
  | "shooting star"
  | "hanging man"
  | "morning star"
  | "evening star"
  | "morning doji star"
  | "evening doji star"
  | "piercing line"
  | "dark cloud cover"
  | "three white soldiers"
  | "three black crows"
  | "bullish harami"
  | "bearish harami"
  | "tweezer bottom"
  | "tweezer top";

export interface CandlePattern {
  readonly name: CandlePatternName;
  readonly direction: Direction;
}

interface PatternCandles {
  open: number[];
  high: number[];
  low: number[];
  close: number[];
}

interface Recognition extends CandlePattern {
  /** Candles that the pattern looks at, the trend before it included. */
  readonly candles: number;
  readonly isSeen: (candles: PatternCandles) => boolean;
}

const recognitions: readonly Recognition[] = [
  { name: "bullish engulfing", direction: "long", candles: 2, isSeen: indicators.bullishengulfingpattern },
  { name: "bearish engulfing", direction: "short", candles: 2, isSeen: indicators.bearishengulfingpattern },
  { name: "hammer", direction: "long", candles: 5, isSeen: indicators.hammerpatternunconfirmed },
  { name: "shooting star", direction: "short", candles: 5, isSeen: indicators.shootingstarunconfirmed },
  { name: "hanging man", direction: "short", candles: 5, isSeen: indicators.hangingmanunconfirmed },
  { name: "morning star", direction: "long", candles: 3, isSeen: indicators.morningstar },
  { name: "evening star", direction: "short", candles: 3, isSeen: indicators.eveningstar },
  { name: "morning doji star", direction: "long", candles: 3, isSeen: indicators.morningdojistar },
  { name: "evening doji star", direction: "short", candles: 3, isSeen: indicators.eveningdojistar },
  { name: "piercing line", direction: "long", candles: 2, isSeen: indicators.piercingline },
  { name: "dark cloud cover", direction: "short", candles: 2, isSeen: indicators.darkcloudcover },
  { name: "three white soldiers", direction: "long", candles: 3, isSeen: indicators.threewhitesoldiers },
  { name: "three black crows", direction: "short", candles: 3, isSeen: indicators.threeblackcrows },
  { name: "bullish harami", direction: "long", candles: 2, isSeen: indicators.bullishharami },
  { name: "bearish harami", direction: "short", candles: 2, isSeen: indicators.bearishharami },
  { name: "tweezer bottom", direction: "long", candles: 5, isSeen: indicators.tweezerbottom },
  { name: "tweezer top", direction: "short", candles: 5, isSeen: indicators.tweezertop },
];

/**
 * The patterns that end with the last closed candle; for candidates only, since each costs up to some microseconds.
 *
 * A pattern that needs more consecutive candles than are held is not looked for.
 */
export function candlePatterns(candles: RecentCandles): readonly CandlePattern[] {
  return recognitions
    .filter(({ candles: needed, isSeen }) => candles.run >= needed && isSeen(lastCandles(candles, needed)))
    .map(({ name, direction }) => ({ name, direction }));
}

function lastCandles(candles: RecentCandles, count: number): PatternCandles {
  const result: PatternCandles = { open: [], high: [], low: [], close: [] };
  for (let back = count - 1; back >= 0; back--) {
    const candle = candles.candle(back);
    result.open.push(candle.open);
    result.high.push(candle.high);
    result.low.push(candle.low);
    result.close.push(candle.close);
  }
  return result;
}
