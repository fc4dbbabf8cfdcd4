import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import type { SwingSide, Swings } from "./swings.ts";

/** The last sweep of one side: price went beyond a level and closed back. */
export interface SweepView {
  /** Bar number of the close that confirmed it; -1 while there is none. */
  readonly bar: number;
  /** The swept price; NaN while there is none. */
  readonly level: number;
  /** The most extreme price beyond the level. */
  readonly extreme: number;
}

const leastInAtr = 0.05;
const mostInAtr = 1;
const barsToCloseBack = 3;
const heldLevels = 16;

/** Swing levels of one side (sign 1: highs) that were not yet traded through, and the last sweep of one. */
class SweepSide implements SweepView {
  readonly sign: 1 | -1;
  bar = -1;
  level = Number.NaN;
  extreme = Number.NaN;
  private readonly prices = new Float64Array(heldLevels);
  private readonly bars = new Int32Array(heldLevels);
  /** Bar at which price first went beyond the level, -1 before. */
  private readonly breachBars = new Int32Array(heldLevels);
  private readonly extremes = new Float64Array(heldLevels);
  private count = 0;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  takeSwing(swing: SwingSide): void {
    if (this.count === heldLevels) this.removeFirst();
    const at = this.count++;
    this.prices[at] = swing.price;
    this.bars[at] = swing.bar;
    this.breachBars[at] = -1;
    this.extremes[at] = 0;
  }

  update(candles: CandleRing, atr: number, log: EventLog): void {
    const { sign } = this;
    const at = candles.bar & candles.mask;
    const reach = (sign === 1 ? candles.high[at]! : candles.low[at]!) * sign;
    const close = candles.close[at]! * sign;
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      if (this.outlives(index, reach, close, candles, atr, log)) {
        if (kept !== index) this.move(index, kept);
        kept++;
      }
    }
    this.count = kept;
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
    if (extreme - level > mostInAtr * atr) return false;
    if (close < level) {
      this.bar = bar;
      this.level = this.prices[index]!;
      this.extreme = extreme * this.sign;
      const breachedAtMs = this.breachBars[index]! * candles.durationMs;
      log.record("sweep.confirmed", candles.timeframe, -this.sign as 1 | -1, breachedAtMs, this.extreme, this.level);
      return false;
    }
    return bar - this.breachBars[index]! < barsToCloseBack - 1;
  }

  private move(from: number, to: number): void {
    this.prices[to] = this.prices[from]!;
    this.bars[to] = this.bars[from]!;
    this.breachBars[to] = this.breachBars[from]!;
    this.extremes[to] = this.extremes[from]!;
  }

  private removeFirst(): void {
    for (let index = 1; index < this.count; index++) this.move(index, index - 1);
    this.count--;
  }

  transfer(stream: StateStream): void {
    this.bar = stream.number(this.bar);
    this.level = stream.number(this.level);
    this.extreme = stream.number(this.extreme);
    stream.numbers(this.prices);
    stream.numbers(this.bars);
    stream.numbers(this.breachBars);
    stream.numbers(this.extremes);
    this.count = stream.number(this.count);
  }
}

/** Sweeps of swing levels: beyond by 0.05 to 1 ATR and closed back on the same bar or within 3; once per level. */
export class Sweeps {
  /** Of swing highs: against a long. */
  readonly ofHighs = new SweepSide(1);
  /** Of swing lows: against a short. */
  readonly ofLows = new SweepSide(-1);

  update(candles: CandleRing, swings: Swings, atr: number, log: EventLog): void {
    this.ofHighs.update(candles, atr, log);
    this.ofLows.update(candles, atr, log);
    if (swings.highs.changed) this.ofHighs.takeSwing(swings.highs);
    if (swings.lows.changed) this.ofLows.takeSwing(swings.lows);
  }

  transfer(stream: StateStream): void {
    this.ofHighs.transfer(stream);
    this.ofLows.transfer(stream);
  }
}
