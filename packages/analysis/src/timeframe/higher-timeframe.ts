import type { Candle } from "@winiswin/domain/candle";
import { durationMs, type Timeframe } from "@winiswin/domain/timeframe";
import { CandleRing, type RecentCandles } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import { AverageTrueRange } from "../indicators/average-true-range.ts";
import { ExponentialAverage } from "../indicators/exponential-average.ts";
import type { StateStream } from "../state-stream.ts";
import { type BreakView, StructureBreaks } from "../structure/breaks.ts";
import { Swings, type SwingView } from "../structure/swings.ts";
import { TimeframeZones } from "../zones/timeframe-zones.ts";
import { Aggregator } from "./aggregator.ts";

/** A longer timeframe as of its last closed candle, whose close is never later than that of the last 15m candle. */
export interface HigherTimeframeView {
  readonly timeframe: Timeframe;
  readonly candles: RecentCandles;
  /** Close of the last closed candle of this timeframe. */
  readonly close: number;
  /** Trusted with detector `trend1h` (`trend4h`, `trend1d`). */
  readonly ema20: number;
  readonly ema50: number;
  /** Trusted with detector `longTrend1h` (`longTrend4h`): a young symbol has none, and NaN is what it shows. */
  readonly ema200: number;
  readonly atr14: number;
  readonly swingHigh: SwingView;
  readonly swingLow: SwingView;
  /** Trend by breaks of structure: 1 up, -1 down, 0 before the first break. */
  readonly structureTrend: -1 | 0 | 1;
  readonly lastBreak: BreakView | undefined;
}

const swingStrength = 3;
const heldCandles = 64;

/** One longer timeframe: aggregation, averages, ATR, swings and breaks, and its zones where they are wanted. */
export class HigherTimeframe implements HigherTimeframeView {
  readonly timeframe: Timeframe;
  readonly candles: CandleRing;
  readonly aggregator: Aggregator;
  /** Whether the last 15m candle closed a candle of this timeframe. */
  closedNow = false;
  private readonly average20 = new ExponentialAverage(20);
  private readonly average50 = new ExponentialAverage(50);
  private readonly average200 = new ExponentialAverage(200);
  private readonly trueRange = new AverageTrueRange(14);
  readonly swings = new Swings(swingStrength);
  readonly zones: TimeframeZones | undefined;
  private readonly breaks = new StructureBreaks();

  constructor(timeframe: Timeframe, hasZones: boolean) {
    this.zones = hasZones ? new TimeframeZones(timeframe) : undefined;
    this.timeframe = timeframe;
    this.candles = new CandleRing(timeframe, heldCandles);
    this.aggregator = new Aggregator(timeframe);
  }

  /** Folds a 15m candle in. */
  update(bar: number, candle: Candle, log: EventLog): void {
    this.closedNow = this.aggregator.add(bar, candle) && this.aggregator.parentBar > this.candles.bar;
    if (this.closedNow) this.fold(this.aggregator.parentBar, this.aggregator, log);
  }

  /** Folds a native candle of this timeframe in, in order; one that is already known is passed over. */
  updateNative(candle: Candle, log: EventLog): void {
    const bar = candle.openTimeMs / durationMs(this.timeframe);
    if (bar > this.candles.bar) this.fold(bar, candle, log);
  }

  private fold(bar: number, candle: Candle, log: EventLog): void {
    const { candles } = this;
    candles.push(bar, candle);
    this.average20.update(candle.close);
    this.average50.update(candle.close);
    this.average200.update(candle.close);
    this.trueRange.update(candle.high, candle.low, candle.close);
    this.swings.update(candles, this.trueRange.value, log);
    this.breaks.update(candles, this.swings, log);
    this.zones?.update(candles, this.trueRange.value, log);
  }

  get close(): number {
    return this.candles.bar < 0 ? Number.NaN : this.candles.close[this.candles.bar & this.candles.mask]!;
  }
  get ema20(): number {
    return this.average20.value;
  }
  get ema50(): number {
    return this.average50.value;
  }
  get ema200(): number {
    return this.average200.value;
  }
  get atr14(): number {
    return this.trueRange.value;
  }
  get swingHigh(): SwingView {
    return this.swings.highs;
  }
  get swingLow(): SwingView {
    return this.swings.lows;
  }
  get structureTrend(): -1 | 0 | 1 {
    return this.breaks.trend;
  }
  get lastBreak(): BreakView | undefined {
    return this.breaks.last;
  }

  transfer(stream: StateStream): void {
    this.candles.transfer(stream);
    this.aggregator.transfer(stream);
    this.average20.transfer(stream);
    this.average50.transfer(stream);
    this.average200.transfer(stream);
    this.trueRange.transfer(stream);
    this.swings.transfer(stream);
    this.breaks.transfer(stream);
    this.zones?.transfer(stream);
  }
}
