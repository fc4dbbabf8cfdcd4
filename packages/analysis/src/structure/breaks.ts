import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import type { SwingSide, Swings } from "./swings.ts";

export type BreakKind = "bos" | "choch";

/** The last close beyond a swing in one direction. */
export interface BreakView {
  /** Bar number of the breaking close; -1 while there is none. */
  readonly bar: number;
  /** Price of the broken swing; NaN while there is none. */
  readonly level: number;
  /** Bar number of the broken swing. */
  readonly levelBar: number;
  readonly kind: BreakKind;
}

const heldLevels = 16;

/** Uncrossed swings of one side, the latest last, and the last break through one of them. */
class BreakSide implements BreakView {
  readonly sign: 1 | -1;
  bar = -1;
  level = Number.NaN;
  levelBar = -1;
  isChangeOfCharacter = false;
  private readonly prices = new Float64Array(heldLevels);
  private readonly bars = new Int32Array(heldLevels);
  private count = 0;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  get kind(): BreakKind {
    return this.isChangeOfCharacter ? "choch" : "bos";
  }

  takeSwing(swing: SwingSide): void {
    if (swing.replacedBar >= 0 && this.count > 0 && this.bars[this.count - 1] === swing.replacedBar) this.count--;
    if (this.count === heldLevels) {
      this.prices.copyWithin(0, 1);
      this.bars.copyWithin(0, 1);
      this.count--;
    }
    this.prices[this.count] = swing.price;
    this.bars[this.count] = swing.bar;
    this.count++;
  }

  /** Whether the close lies beyond the last uncrossed swing; every swing behind the close is crossed with it. */
  crossedBy(close: number, bar: number): boolean {
    const { sign, prices } = this;
    if (this.count === 0 || close * sign <= prices[this.count - 1]! * sign) return false;
    this.bar = bar;
    this.level = prices[this.count - 1]!;
    this.levelBar = this.bars[this.count - 1]!;
    while (this.count > 0 && close * sign > prices[this.count - 1]! * sign) this.count--;
    return true;
  }

  transfer(stream: StateStream): void {
    this.bar = stream.number(this.bar);
    this.level = stream.number(this.level);
    this.levelBar = stream.number(this.levelBar);
    this.isChangeOfCharacter = stream.flag(this.isChangeOfCharacter);
    stream.numbers(this.prices);
    stream.numbers(this.bars);
    this.count = stream.number(this.count);
  }
}

/** Trend by breaks of structure: a close beyond the last uncrossed swing goes on with the trend (BOS) or turns it (CHoCH). */
export class StructureBreaks {
  readonly up = new BreakSide(1);
  readonly down = new BreakSide(-1);
  /** 1 up, -1 down, 0 before the first break. */
  trend: -1 | 0 | 1 = 0;
  /** Direction of a break confirmed in this update, else 0. */
  brokenNow: -1 | 0 | 1 = 0;

  update(candles: CandleRing, swings: Swings, log: EventLog): void {
    this.brokenNow = 0;
    if (swings.highs.changed) this.up.takeSwing(swings.highs);
    if (swings.lows.changed) this.down.takeSwing(swings.lows);
    const close = candles.close[candles.bar & candles.mask]!;
    this.tryBreak(this.up, close, candles, log);
    this.tryBreak(this.down, close, candles, log);
  }

  private tryBreak(side: BreakSide, close: number, candles: CandleRing, log: EventLog): void {
    if (!side.crossedBy(close, candles.bar)) return;
    side.isChangeOfCharacter = this.trend === -side.sign;
    this.trend = side.sign;
    this.brokenNow = side.sign;
    const kind = side.isChangeOfCharacter ? "structure.choch" : "structure.bos";
    log.record(kind, candles.timeframe, side.sign, candles.bar * candles.durationMs, side.level, side.level);
  }

  /** The side that was broken last, undefined before the first break. */
  get last(): BreakView | undefined {
    if (this.trend === 0) return undefined;
    return this.trend === 1 ? this.up : this.down;
  }

  transfer(stream: StateStream): void {
    this.up.transfer(stream);
    this.down.transfer(stream);
    this.trend = stream.number(this.trend) as -1 | 0 | 1;
  }
}
