import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream, Transferable } from "../state-stream.ts";
import type { StructureBreaks } from "./breaks.ts";
import type { Displacement } from "./displacement.ts";
import { BlockState, type PriceArea } from "./price-area.ts";

/** The last opposite candle before a displacement that broke structure: where the move began. */
export interface OrderBlockView extends PriceArea {
  /** Bar number from which price was at its middle, -1 before. */
  readonly mitigatedBar: number;
}

export class OrderBlock implements OrderBlockView, Transferable {
  sign: 1 | -1 = 1;
  bar = -1;
  formedBar = -1;
  top = 0;
  bottom = 0;
  state: number = BlockState.fresh;
  touchedBar = -1;
  mitigatedBar = -1;

  transfer(stream: StateStream): void {
    this.sign = stream.number(this.sign) as 1 | -1;
    this.bar = stream.number(this.bar);
    this.formedBar = stream.number(this.formedBar);
    this.top = stream.number(this.top);
    this.bottom = stream.number(this.bottom);
    this.state = stream.number(this.state);
    this.touchedBar = stream.number(this.touchedBar);
    this.mitigatedBar = stream.number(this.mitigatedBar);
  }
}

const searchedBars = 10;
const widestInAtr = 2;
const livesBars = 200;
const heldBlocks = 32;

/** Order blocks from the break that made them until a close beyond them or 200 bars. */
export class OrderBlocks {
  readonly blocks: OrderBlock[] = [];

  update(candles: CandleRing, breaks: StructureBreaks, displacement: Displacement, atr: number, log: EventLog): void {
    if (this.blocks.length > 0) this.age(candles, log);
    if (breaks.brokenNow !== 0) this.form(candles, breaks, breaks.brokenNow, displacement, atr, log);
  }

  private age(candles: CandleRing, log: EventLog): void {
    const { blocks } = this;
    const { bar, timeframe, durationMs } = candles;
    const at = bar & candles.mask;
    const high = candles.high[at]!;
    const low = candles.low[at]!;
    const close = candles.close[at]!;
    let kept = 0;
    for (let index = 0; index < blocks.length; index++) {
      const block = blocks[index]!;
      const { sign, top, bottom } = block;
      const reached = sign === 1 ? low <= top : high >= bottom;
      if (reached) {
        if (block.state === BlockState.fresh) {
          block.state = BlockState.touched;
          block.touchedBar = bar;
          log.record("orderBlock.touched", timeframe, sign, block.bar * durationMs, top, bottom);
        }
        const middle = (top + bottom) / 2;
        if (block.state === BlockState.touched && (sign === 1 ? low <= middle : high >= middle)) {
          block.state = BlockState.mitigated;
          block.mitigatedBar = bar;
          log.record("orderBlock.mitigated", timeframe, sign, block.bar * durationMs, top, bottom);
        }
        if (sign === 1 ? close < bottom : close > top) {
          log.record("orderBlock.invalidated", timeframe, sign, block.bar * durationMs, top, bottom);
          continue;
        }
      }
      if (bar - block.formedBar >= livesBars) {
        log.record("orderBlock.expired", timeframe, sign, block.bar * durationMs, top, bottom);
        continue;
      }
      if (kept !== index) blocks[kept] = block;
      kept++;
    }
    if (kept !== blocks.length) blocks.length = kept;
  }

  private form(candles: CandleRing, breaks: StructureBreaks, sign: 1 | -1, displacement: Displacement, atr: number, log: EventLog): void {
    const barsAgo = displacement.startedBarsAgo(sign);
    if (barsAgo < 0) return;
    const { mask, timeframe, durationMs } = candles;
    const start = candles.bar - barsAgo;
    const broken = sign === 1 ? breaks.up : breaks.down;
    const earliest = Math.max(start - searchedBars, broken.levelBar, candles.bar - candles.run + 1);
    for (let bar = start - 1; bar >= earliest; bar--) {
      const at = bar & mask;
      if ((candles.close[at]! - candles.open[at]!) * sign >= 0) continue;
      const top = candles.high[at]!;
      const bottom = candles.low[at]!;
      if (top - bottom > widestInAtr * atr || this.holds(bar, sign)) return;
      if (this.blocks.length === heldBlocks) {
        const oldest = this.blocks.shift()!;
        log.record("orderBlock.expired", timeframe, oldest.sign, oldest.bar * durationMs, oldest.top, oldest.bottom);
      }
      const block = new OrderBlock();
      block.sign = sign;
      block.bar = bar;
      block.formedBar = candles.bar;
      block.top = top;
      block.bottom = bottom;
      this.blocks.push(block);
      log.record("orderBlock.formed", timeframe, sign, bar * durationMs, top, bottom);
      return;
    }
  }

  private holds(bar: number, sign: 1 | -1): boolean {
    for (const block of this.blocks) if (block.bar === bar && block.sign === sign) return true;
    return false;
  }

  transfer(stream: StateStream): void {
    stream.list(this.blocks, () => new OrderBlock());
  }
}
