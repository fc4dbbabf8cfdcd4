import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";

/** What kind of level rests there. */
export type LevelKind = "swing" | "pool" | "previousDay" | "previousWeek" | "asia" | "london" | "newYork" | "round";

export const levelKinds: readonly LevelKind[] = ["swing", "pool", "previousDay", "previousWeek", "asia", "london", "newYork", "round"];

/** The last sweep of one side: price went beyond a level and closed back. */
export interface SweepView {
  /** Bar number of the close that confirmed it; -1 while there is none. */
  readonly bar: number;
  /** The swept price; NaN while there is none. */
  readonly level: number;
  /** The most extreme price beyond the level. */
  readonly extreme: number;
  readonly kind: LevelKind;
}

/** A level that price has not yet traded through. */
export interface RestingLevel {
  readonly kind: LevelKind;
  readonly price: number;
  /** Bar number that it comes from. */
  readonly bar: number;
}

const leastInAtr = 0.05;
const mostInAtr = 1;
const barsToCloseBack = 3;

/**
 * Levels above (sign 1) or below (sign -1) price, where stops rest, and the last sweep of one: beyond by 0.05 to 1 ATR and closed back on the
 * same bar or within 3. A level leaves the book when it is swept or traded through.
 */
export class LevelBook implements SweepView {
  readonly sign: 1 | -1;
  bar = -1;
  level = Number.NaN;
  extreme = Number.NaN;
  private sweptKind = 0;
  private readonly prices: Float64Array;
  private readonly bars: Int32Array;
  private readonly kinds: Int32Array;
  /** Bar at which price first went beyond the level, -1 before. */
  private readonly breachBars: Int32Array;
  private readonly extremes: Float64Array;
  private count = 0;
  private breached = 0;
  /** The least advanced price of the book, times the sign: a candle that does not reach it changes nothing. */
  private nearest = Number.POSITIVE_INFINITY;

  constructor(sign: 1 | -1, capacity: number) {
    this.sign = sign;
    this.prices = new Float64Array(capacity);
    this.bars = new Int32Array(capacity);
    this.kinds = new Int32Array(capacity);
    this.breachBars = new Int32Array(capacity);
    this.extremes = new Float64Array(capacity);
  }

  get kind(): LevelKind {
    return levelKinds[this.sweptKind]!;
  }

  /** The levels at rest, in the order in which they came. */
  levels(): RestingLevel[] {
    return Array.from({ length: this.count }, (_, index) => ({
      kind: levelKinds[this.kinds[index]!]!,
      price: this.prices[index]!,
      bar: this.bars[index]!,
    }));
  }

  add(kind: number, price: number, bar: number): void {
    if (this.count === this.prices.length) this.removeAt(0);
    const at = this.count++;
    this.prices[at] = price;
    this.bars[at] = bar;
    this.kinds[at] = kind;
    this.breachBars[at] = -1;
    this.extremes[at] = 0;
    this.nearest = Math.min(this.nearest, price * this.sign);
  }

  /** Puts a level in place of the one of the same kind. */
  replace(kind: number, price: number, bar: number): void {
    for (let index = this.count - 1; index >= 0; index--) if (this.kinds[index] === kind) this.removeAt(index);
    this.add(kind, price, bar);
  }

  /** Where a level of this kind within `tolerance` of the price rests, -1 for nowhere. */
  find(kind: number, price: number, tolerance: number): number {
    for (let index = 0; index < this.count; index++) {
      if (this.kinds[index] === kind && this.breachBars[index] === -1 && Math.abs(this.prices[index]! - price) <= tolerance) return index;
    }
    return -1;
  }

  /** Moves a level outward to a price that is more extreme. */
  widen(index: number, price: number): number {
    if (price * this.sign > this.prices[index]! * this.sign) this.prices[index] = price;
    return this.prices[index]!;
  }

  update(candles: CandleRing, atr: number, log: EventLog): void {
    const { sign } = this;
    const at = candles.bar & candles.mask;
    const reach = (sign === 1 ? candles.high[at]! : candles.low[at]!) * sign;
    if (reach <= this.nearest && this.breached === 0) return;
    const close = candles.close[at]! * sign;
    let kept = 0;
    let breached = 0;
    let nearest = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.count; index++) {
      if (!this.outlives(index, reach, close, candles, atr, log)) continue;
      if (kept !== index) this.move(index, kept);
      if (this.breachBars[kept]! >= 0) breached++;
      nearest = Math.min(nearest, this.prices[kept]! * sign);
      kept++;
    }
    this.count = kept;
    this.breached = breached;
    this.nearest = nearest;
  }

  /** Whether the level is still untraded, or breached so lately that it may close back. */
  private outlives(index: number, reach: number, close: number, candles: CandleRing, atr: number, log: EventLog): boolean {
    const level = this.prices[index]! * this.sign;
    const { bar } = candles;
    if (this.breachBars[index] === -1) {
      const beyond = reach - level;
      if (beyond < leastInAtr * atr || beyond <= 0) return true;
      this.breachBars[index] = bar;
      this.extremes[index] = reach;
    } else if (reach > this.extremes[index]!) {
      this.extremes[index] = reach;
    }
    const extreme = this.extremes[index]!;
    if (extreme - level > mostInAtr * atr) {
      this.reportBroken(index, candles, log);
      return false;
    }
    if (close < level) {
      this.bar = bar;
      this.level = this.prices[index]!;
      this.extreme = extreme * this.sign;
      this.sweptKind = this.kinds[index]!;
      const breachedAtMs = this.breachBars[index]! * candles.durationMs;
      log.record("sweep.confirmed", candles.timeframe, -this.sign as 1 | -1, breachedAtMs, this.extreme, this.level, this.kind);
      return false;
    }
    if (bar - this.breachBars[index]! < barsToCloseBack - 1) return true;
    this.reportBroken(index, candles, log);
    return false;
  }

  private reportBroken(index: number, candles: CandleRing, log: EventLog): void {
    const kind = levelKinds[this.kinds[index]!]!;
    if (kind === "swing" || kind === "round") return;
    const price = this.prices[index]!;
    log.record("level.broken", candles.timeframe, this.sign, this.bars[index]! * candles.durationMs, price, price, kind);
  }

  private move(from: number, to: number): void {
    this.prices[to] = this.prices[from]!;
    this.bars[to] = this.bars[from]!;
    this.kinds[to] = this.kinds[from]!;
    this.breachBars[to] = this.breachBars[from]!;
    this.extremes[to] = this.extremes[from]!;
  }

  private removeAt(removed: number): void {
    if (this.breachBars[removed]! >= 0) this.breached--;
    for (let index = removed + 1; index < this.count; index++) this.move(index, index - 1);
    this.count--;
  }

  transfer(stream: StateStream): void {
    this.bar = stream.number(this.bar);
    this.level = stream.number(this.level);
    this.extreme = stream.number(this.extreme);
    this.sweptKind = stream.number(this.sweptKind);
    stream.numbers(this.prices);
    stream.numbers(this.bars);
    stream.numbers(this.kinds);
    stream.numbers(this.breachBars);
    stream.numbers(this.extremes);
    this.count = stream.number(this.count);
    this.breached = stream.number(this.breached);
    this.nearest = stream.number(this.nearest);
  }
}
