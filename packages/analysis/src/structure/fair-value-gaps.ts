import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import { PriceAreas } from "./price-area.ts";

const smallestInAtr = 0.25;

/** Direction of the imbalance between the first and third of three candles that do not overlap, 0 when they do. */
export function gapDirection(firstHigh: number, firstLow: number, thirdHigh: number, thirdLow: number): -1 | 0 | 1 {
  if (thirdLow > firstHigh) return 1;
  return thirdHigh < firstLow ? -1 : 0;
}

/** Fair value gaps of at least 0.25 ATR: about the middle of three candles, known at the close of the third, until filled or 200 bars old. */
export class FairValueGaps {
  readonly gaps = new PriceAreas({
    formed: "gap.formed",
    touched: "gap.touched",
    middle: "gap.halfFilled",
    ended: "gap.filled",
    expired: "gap.expired",
    endsBy: "wick",
  });

  update(candles: CandleRing, atr: number, log: EventLog): void {
    this.gaps.age(candles, log);
    if (candles.run < 3) return;
    const { bar, mask } = candles;
    const first = (bar - 2) & mask;
    const third = bar & mask;
    const sign = gapDirection(candles.high[first]!, candles.low[first]!, candles.high[third]!, candles.low[third]!);
    if (sign === 0) return;
    const top = sign === 1 ? candles.low[third]! : candles.low[first]!;
    const bottom = sign === 1 ? candles.high[first]! : candles.high[third]!;
    if (top - bottom >= smallestInAtr * atr) this.gaps.add(sign, bar - 1, bar, top, bottom, candles, log);
  }

  transfer(stream: StateStream): void {
    this.gaps.transfer(stream);
  }
}
