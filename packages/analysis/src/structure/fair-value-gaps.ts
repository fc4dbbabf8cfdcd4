import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream, Transferable } from "../state-stream.ts";
import { BlockState, type PriceArea } from "./price-area.ts";

/** A three-candle imbalance: the first and the third candle do not overlap. */
export interface FairValueGapView extends PriceArea {
  /** Bar number at which half of it was filled, -1 before. */
  readonly halfFilledBar: number;
}

export class FairValueGap implements FairValueGapView, Transferable {
  sign: 1 | -1 = 1;
  bar = -1;
  formedBar = -1;
  top = 0;
  bottom = 0;
  state: number = BlockState.fresh;
  touchedBar = -1;
  halfFilledBar = -1;

  transfer(stream: StateStream): void {
    this.sign = stream.number(this.sign) as 1 | -1;
    this.bar = stream.number(this.bar);
    this.formedBar = stream.number(this.formedBar);
    this.top = stream.number(this.top);
    this.bottom = stream.number(this.bottom);
    this.state = stream.number(this.state);
    this.touchedBar = stream.number(this.touchedBar);
    this.halfFilledBar = stream.number(this.halfFilledBar);
  }
}

const smallestInAtr = 0.25;
const livesBars = 200;
const heldGaps = 32;

/** Direction of the gap between the first and third of three candles, 0 without one. */
export function gapDirection(firstHigh: number, firstLow: number, thirdHigh: number, thirdLow: number): -1 | 0 | 1 {
  if (thirdLow > firstHigh) return 1;
  return thirdHigh < firstLow ? -1 : 0;
}

/** Fair value gaps of at least 0.25 ATR, known at the close of the third candle, until filled or 200 bars old. */
export class FairValueGaps {
  readonly gaps: FairValueGap[] = [];

  update(candles: CandleRing, atr: number, log: EventLog): void {
    if (this.gaps.length > 0) this.age(candles, log);
    if (candles.run >= 3) this.form(candles, atr, log);
  }

  private age(candles: CandleRing, log: EventLog): void {
    const { gaps } = this;
    const { bar, timeframe, durationMs } = candles;
    const high = candles.high[bar & candles.mask]!;
    const low = candles.low[bar & candles.mask]!;
    let kept = 0;
    for (let index = 0; index < gaps.length; index++) {
      const gap = gaps[index]!;
      const { sign, top, bottom } = gap;
      if (sign === 1 ? low <= top : high >= bottom) {
        if (gap.state === BlockState.fresh) {
          gap.state = BlockState.touched;
          gap.touchedBar = bar;
          log.record("gap.touched", timeframe, sign, gap.bar * durationMs, top, bottom);
        }
        const middle = (top + bottom) / 2;
        if (gap.state === BlockState.touched && (sign === 1 ? low <= middle : high >= middle)) {
          gap.state = BlockState.mitigated;
          gap.halfFilledBar = bar;
          log.record("gap.halfFilled", timeframe, sign, gap.bar * durationMs, top, bottom);
        }
        if (sign === 1 ? low <= bottom : high >= top) {
          log.record("gap.filled", timeframe, sign, gap.bar * durationMs, top, bottom);
          continue;
        }
      }
      if (bar - gap.formedBar >= livesBars) {
        log.record("gap.expired", timeframe, sign, gap.bar * durationMs, top, bottom);
        continue;
      }
      if (kept !== index) gaps[kept] = gap;
      kept++;
    }
    if (kept !== gaps.length) gaps.length = kept;
  }

  private form(candles: CandleRing, atr: number, log: EventLog): void {
    const { bar, mask, timeframe, durationMs } = candles;
    const first = (bar - 2) & mask;
    const third = bar & mask;
    const sign = gapDirection(candles.high[first]!, candles.low[first]!, candles.high[third]!, candles.low[third]!);
    if (sign === 0) return;
    const top = sign === 1 ? candles.low[third]! : candles.low[first]!;
    const bottom = sign === 1 ? candles.high[first]! : candles.high[third]!;
    if (!(top - bottom >= smallestInAtr * atr)) return;
    if (this.gaps.length === heldGaps) {
      const oldest = this.gaps.shift()!;
      log.record("gap.expired", timeframe, oldest.sign, oldest.bar * durationMs, oldest.top, oldest.bottom);
    }
    const gap = new FairValueGap();
    gap.sign = sign;
    gap.bar = bar - 1;
    gap.formedBar = bar;
    gap.top = top;
    gap.bottom = bottom;
    this.gaps.push(gap);
    log.record("gap.formed", timeframe, sign, gap.bar * durationMs, top, bottom);
  }

  transfer(stream: StateStream): void {
    stream.list(this.gaps, () => new FairValueGap());
  }
}
