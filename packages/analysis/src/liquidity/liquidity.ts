import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { TradingSession } from "../location/trading-session.ts";
import type { VolumeWeightedPrices } from "../location/volume-weighted-prices.ts";
import type { StateStream } from "../state-stream.ts";
import type { SwingSide, Swings } from "../structure/swings.ts";
import { LevelBook, levelKinds, type RestingLevel, type SweepView } from "./level-book.ts";
import { type PeriodExtremes, previousDay, previousWeek } from "./period-levels.ts";
import { roundNumberStep } from "./round-number.ts";

/** Where stops rest on both sides of price, and when they were last taken. */
export interface LiquidityView {
  /** Resting levels above: equal highs, previous highs, the next round number. */
  readonly above: readonly RestingLevel[];
  readonly below: readonly RestingLevel[];
  readonly sweptAbove: SweepView;
  readonly sweptBelow: SweepView;
  /** Undefined while no whole period has been seen. */
  readonly previousDay: PeriodExtremes | undefined;
  readonly previousWeek: PeriodExtremes | undefined;
}

const heldLevels = 32;
const heldSwings = 16;
const poolToleranceInAtr = 0.2;
const poolKind = levelKinds.indexOf("pool");
const roundKind = levelKinds.indexOf("round");

/** One side of the liquidity: swings that may become pools, and the book of levels. */
class LiquiditySide {
  readonly book: LevelBook;
  private readonly prices = new Float64Array(heldSwings);
  private readonly bars = new Int32Array(heldSwings);
  private count = 0;
  private roundPrice = Number.NaN;

  constructor(sign: 1 | -1) {
    this.book = new LevelBook(sign, heldLevels);
  }

  takeSwing(swing: SwingSide, candles: CandleRing, atr: number, log: EventLog): void {
    if (swing.replacedBar >= 0 && this.count > 0 && this.bars[this.count - 1] === swing.replacedBar) this.count--;
    const tolerance = poolToleranceInAtr * atr;
    this.forgetPassed(swing.price, tolerance);
    this.join(swing, candles, tolerance, log);
    if (this.count === heldSwings) {
      this.prices.copyWithin(0, 1);
      this.bars.copyWithin(0, 1);
      this.count--;
    }
    this.prices[this.count] = swing.price;
    this.bars[this.count++] = swing.bar;
  }

  /** Swings that the newer one exceeds were traded through on the way to it. */
  private forgetPassed(price: number, tolerance: number): void {
    const { sign } = this.book;
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      if ((price - this.prices[index]!) * sign > tolerance) continue;
      this.prices[kept] = this.prices[index]!;
      this.bars[kept++] = this.bars[index]!;
    }
    this.count = kept;
  }

  private join(swing: SwingSide, candles: CandleRing, tolerance: number, log: EventLog): void {
    const { book } = this;
    const direction = -book.sign as 1 | -1;
    const pool = book.find(poolKind, swing.price, tolerance);
    if (pool >= 0) {
      const level = book.widen(pool, swing.price);
      log.record("pool.joined", candles.timeframe, direction, swing.bar * candles.durationMs, level, level);
      return;
    }
    for (let index = this.count - 1; index >= 0; index--) {
      const partner = this.prices[index]!;
      if (Math.abs(partner - swing.price) > tolerance) continue;
      const level = book.sign === 1 ? Math.max(partner, swing.price) : Math.min(partner, swing.price);
      book.add(poolKind, level, swing.bar);
      log.record("pool.formed", candles.timeframe, direction, swing.bar * candles.durationMs, partner, swing.price);
      return;
    }
  }

  restAtRound(price: number, bar: number): void {
    if (price > 0 && price !== this.roundPrice) this.book.replace(roundKind, price, bar);
    this.roundPrice = price;
  }

  /** The round number that rests on this side, NaN before the first. */
  get round(): number {
    return this.roundPrice;
  }

  transfer(stream: StateStream): void {
    this.book.transfer(stream);
    stream.numbers(this.prices);
    stream.numbers(this.bars);
    this.count = stream.number(this.count);
    this.roundPrice = stream.number(this.roundPrice);
  }
}

/** Pools of equal swings (two or more within 0.2 ATR), extremes of the previous day, week and sessions, round numbers; and their sweeps. */
export class Liquidity implements LiquidityView {
  private readonly highs = new LiquiditySide(1);
  private readonly lows = new LiquiditySide(-1);
  private readonly days: CandleRing;
  private readonly sessions: readonly TradingSession[];
  private knownDay = -1;

  constructor(days: CandleRing, prices: VolumeWeightedPrices) {
    this.days = days;
    this.sessions = [prices.asia, prices.london, prices.newYork];
  }

  update(candles: CandleRing, swings: Swings, atr: number, log: EventLog): void {
    const { highs, lows } = this;
    highs.book.update(candles, atr, log);
    lows.book.update(candles, atr, log);
    if (swings.highs.changed) highs.takeSwing(swings.highs, candles, atr, log);
    if (swings.lows.changed) lows.takeSwing(swings.lows, candles, atr, log);
    for (let index = 0; index < this.sessions.length; index++) {
      const session = this.sessions[index]!;
      if (session.endedNow) this.rest(sessionKinds[index]!, session.previousHigh, session.previousLow, candles.bar);
    }
    if (this.days.bar !== this.knownDay) this.takeDay(candles.bar);
    const close = candles.close[candles.bar & candles.mask]!;
    if (close > lows.round && close < highs.round) return;
    const step = roundNumberStep(close);
    highs.restAtRound((Math.floor(close / step) + 1) * step, candles.bar);
    lows.restAtRound((Math.ceil(close / step) - 1) * step, candles.bar);
  }

  private takeDay(bar: number): void {
    const isNewWeek = Math.floor((this.days.bar + 4) / 7) !== Math.floor((this.knownDay + 4) / 7);
    this.knownDay = this.days.bar;
    const day = this.previousDay;
    if (day !== undefined) this.rest(levelKinds.indexOf("previousDay"), day.high, day.low, bar);
    const week = isNewWeek ? this.previousWeek : undefined;
    if (week !== undefined) this.rest(levelKinds.indexOf("previousWeek"), week.high, week.low, bar);
  }

  /** A period's extremes rest where they were; one that price already passed is swept or broken by the next candle. */
  private rest(kind: number, high: number, low: number, bar: number): void {
    this.highs.book.replace(kind, high, bar);
    this.lows.book.replace(kind, low, bar);
  }

  get above(): readonly RestingLevel[] {
    return this.highs.book.levels();
  }
  get below(): readonly RestingLevel[] {
    return this.lows.book.levels();
  }
  get sweptAbove(): SweepView {
    return this.highs.book;
  }
  get sweptBelow(): SweepView {
    return this.lows.book;
  }
  get previousDay(): PeriodExtremes | undefined {
    return previousDay(this.days);
  }
  get previousWeek(): PeriodExtremes | undefined {
    return previousWeek(this.days);
  }

  transfer(stream: StateStream): void {
    this.highs.transfer(stream);
    this.lows.transfer(stream);
    this.knownDay = stream.number(this.knownDay);
  }
}

const sessionKinds = [levelKinds.indexOf("asia"), levelKinds.indexOf("london"), levelKinds.indexOf("newYork")];
