import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import { type ExtremeRule, isExtreme } from "./extreme.ts";

/** Against the previous swing of its type: higher, lower, or equal within 0.1 ATR. */
export type SwingLabel = "" | "HH" | "HL" | "LH" | "LL" | "EQH" | "EQL";

/** The last confirmed swing of one type. */
export interface SwingView {
  /** NaN while there is none. */
  readonly price: number;
  /** Bar number of the swing itself, -1 while there is none; it became known `strength` bars later. */
  readonly bar: number;
  readonly label: SwingLabel;
  readonly previousPrice: number;
  readonly previousBar: number;
}

const equalWithinAtr = 0.1;

/** Swing highs (sign 1) or swing lows (sign -1); prices are compared times the sign, so that both are one piece of code. */
export class SwingSide implements SwingView {
  readonly sign: 1 | -1;
  price = Number.NaN;
  bar = -1;
  previousPrice = Number.NaN;
  previousBar = -1;
  /** Bar of the swing that the last one replaced in this very update, else -1. */
  replacedBar = -1;
  /** Whether this update confirmed or replaced a swing of this type. */
  changed = false;
  private labelCode = 0;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  get label(): SwingLabel {
    return this.sign === 1 ? highLabels[this.labelCode]! : lowLabels[this.labelCode]!;
  }

  take(bar: number, price: number, replaces: boolean, atr: number): void {
    this.changed = true;
    if (replaces) {
      this.replacedBar = this.bar;
    } else {
      this.previousPrice = this.price;
      this.previousBar = this.bar;
    }
    this.bar = bar;
    this.price = price;
    if (this.previousBar < 0) return;
    const difference = price - this.previousPrice;
    if (Math.abs(difference) <= equalWithinAtr * atr) this.labelCode = 3;
    else this.labelCode = difference > 0 ? 1 : 2;
  }

  transfer(stream: StateStream): void {
    this.price = stream.number(this.price);
    this.bar = stream.number(this.bar);
    this.previousPrice = stream.number(this.previousPrice);
    this.previousBar = stream.number(this.previousBar);
    this.labelCode = stream.number(this.labelCode);
  }
}

const highLabels: readonly SwingLabel[] = ["", "HH", "LH", "EQH"];
const lowLabels: readonly SwingLabel[] = ["", "HL", "LL", "EQL"];

/**
 * Swing highs and lows of one strength, alternating: confirmed `strength` bars later, a more extreme one of the pending type replaces it,
 * and the pending one is final when the other type is confirmed.
 */
export class Swings {
  readonly strength: number;
  readonly highs = new SwingSide(1);
  readonly lows = new SwingSide(-1);
  private pending: -1 | 0 | 1 = 0;

  private readonly rule: ExtremeRule;

  constructor(strength: number, rule: ExtremeRule = isExtreme) {
    this.strength = strength;
    this.rule = rule;
  }

  update(candles: CandleRing, atr: number, log: EventLog): void {
    const { highs, lows, strength } = this;
    highs.changed = false;
    lows.changed = false;
    highs.replacedBar = -1;
    lows.replacedBar = -1;
    if (candles.run <= 2 * strength) return;
    const bar = candles.bar - strength;
    const isHigh = this.rule(candles.high, candles.mask, bar, strength, 1);
    const isLow = this.rule(candles.low, candles.mask, bar, strength, -1);
    if (!isHigh && !isLow) return;
    // One candle can be both: the pending type speaks first, so that mirrored prices give mirrored swings.
    const highFirst = this.pending === 1 || (this.pending === 0 && candles.close[bar & candles.mask]! < candles.open[bar & candles.mask]!);
    if (highFirst) {
      if (isHigh) this.confirm(highs, lows, bar, candles.high[bar & candles.mask]!, candles, atr, log);
      if (isLow) this.confirm(lows, highs, bar, candles.low[bar & candles.mask]!, candles, atr, log);
    } else {
      if (isLow) this.confirm(lows, highs, bar, candles.low[bar & candles.mask]!, candles, atr, log);
      if (isHigh) this.confirm(highs, lows, bar, candles.high[bar & candles.mask]!, candles, atr, log);
    }
  }

  private confirm(side: SwingSide, other: SwingSide, bar: number, price: number, candles: CandleRing, atr: number, log: EventLog): void {
    const { sign } = side;
    const barMs = candles.durationMs;
    // A high is what lies above, so it speaks for the short side.
    const direction = -sign as 1 | -1;
    if (this.pending === sign) {
      if (price * sign <= side.price * sign) return;
      side.take(bar, price, true, atr);
      log.record("swing.replaced", candles.timeframe, direction, bar * barMs, price, price, side.label);
      return;
    }
    if (this.pending !== 0) log.record("swing.final", candles.timeframe, sign, other.bar * barMs, other.price, other.price, other.label);
    this.pending = sign;
    side.take(bar, price, false, atr);
    log.record("swing.confirmed", candles.timeframe, direction, bar * barMs, price, price, side.label);
  }

  transfer(stream: StateStream): void {
    this.highs.transfer(stream);
    this.lows.transfer(stream);
    this.pending = stream.number(this.pending) as -1 | 0 | 1;
  }
}
