import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import { type BreakView, StructureBreaks } from "./breaks.ts";
import { DealingRange, type DealingRangeView } from "./dealing-range.ts";
import { Displacement } from "./displacement.ts";
import { Swings, type SwingView } from "./swings.ts";

/** Swings, trend and range of the 15m candles. */
export interface StructureView {
  readonly swingHigh: SwingView;
  readonly swingLow: SwingView;
  /** Trend by breaks of structure: 1 up, -1 down, 0 before the first break. */
  readonly trend: -1 | 0 | 1;
  /** The break that set the trend last. */
  readonly lastBreak: BreakView | undefined;
  readonly lastBreakUp: BreakView;
  readonly lastBreakDown: BreakView;
  readonly range: DealingRangeView;
}

const swingStrength = 5;

/** Everything that follows from the swings of the 15m candles. */
export class MarketStructure implements StructureView {
  readonly swings = new Swings(swingStrength);
  readonly breaks = new StructureBreaks();
  readonly displacement = new Displacement();
  readonly range = new DealingRange();

  update(candles: CandleRing, atr: number, atrBefore: number, log: EventLog): void {
    this.swings.update(candles, atr, log);
    this.breaks.update(candles, this.swings, log);
    this.displacement.update(candles, atrBefore);
    this.range.update(candles, this.swings);
  }

  get swingHigh(): SwingView {
    return this.swings.highs;
  }
  get swingLow(): SwingView {
    return this.swings.lows;
  }
  get trend(): -1 | 0 | 1 {
    return this.breaks.trend;
  }
  get lastBreak(): BreakView | undefined {
    return this.breaks.last;
  }
  get lastBreakUp(): BreakView {
    return this.breaks.up;
  }
  get lastBreakDown(): BreakView {
    return this.breaks.down;
  }

  transfer(stream: StateStream): void {
    this.swings.transfer(stream);
    this.breaks.transfer(stream);
    this.displacement.transfer(stream);
    this.range.transfer(stream);
  }
}
