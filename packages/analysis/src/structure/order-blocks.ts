import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import type { StructureBreaks } from "./breaks.ts";
import type { Displacement } from "./displacement.ts";
import { type PriceArea, PriceAreas } from "./price-area.ts";

const searchedBars = 10;
const widestInAtr = 2;

/**
 * Order blocks: at a break of structure with displacement, the last opposite candle before the displacement. A block lives until a close
 * beyond it, when it becomes a breaker the other way, or for 200 bars.
 */
export class OrderBlocks {
  readonly blocks = new PriceAreas({
    formed: "orderBlock.formed",
    touched: "orderBlock.touched",
    middle: "orderBlock.mitigated",
    ended: "orderBlock.invalidated",
    expired: "orderBlock.expired",
    endsBy: "close",
  });
  readonly breakers = new PriceAreas({
    formed: "breaker.formed",
    touched: "breaker.touched",
    middle: "breaker.mitigated",
    ended: "breaker.invalidated",
    expired: "breaker.expired",
    endsBy: "close",
  });
  private readonly invalidated: PriceArea[] = [];

  update(candles: CandleRing, breaks: StructureBreaks, displacement: Displacement, atr: number, log: EventLog): void {
    this.breakers.age(candles, log);
    const { invalidated } = this;
    this.blocks.age(candles, log, invalidated);
    if (invalidated.length > 0) {
      for (const { sign, bar, top, bottom } of invalidated) this.breakers.add(-sign as 1 | -1, bar, candles.bar, top, bottom, candles, log);
      invalidated.length = 0;
    }
    if (breaks.brokenNow !== 0) this.form(candles, breaks, breaks.brokenNow, displacement, atr, log);
  }

  private form(candles: CandleRing, breaks: StructureBreaks, sign: 1 | -1, displacement: Displacement, atr: number, log: EventLog): void {
    const barsAgo = displacement.startedBarsAgo(sign);
    if (barsAgo < 0) return;
    const { mask } = candles;
    const start = candles.bar - barsAgo;
    const broken = sign === 1 ? breaks.up : breaks.down;
    const earliest = Math.max(start - searchedBars, broken.levelBar, candles.bar - candles.run + 1);
    for (let bar = start - 1; bar >= earliest; bar--) {
      const at = bar & mask;
      if ((candles.close[at]! - candles.open[at]!) * sign >= 0) continue;
      const top = candles.high[at]!;
      const bottom = candles.low[at]!;
      const isKnown = this.blocks.areas.some((block) => block.bar === bar && block.sign === sign);
      if (top - bottom <= widestInAtr * atr && !isKnown) this.blocks.add(sign, bar, candles.bar, top, bottom, candles, log);
      return;
    }
  }

  transfer(stream: StateStream): void {
    this.blocks.transfer(stream);
    this.breakers.transfer(stream);
  }
}
