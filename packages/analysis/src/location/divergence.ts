import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import type { SwingSide } from "../structure/swings.ts";
import type { CumulativeDelta } from "./cumulative-delta.ts";

/** The last divergence in one direction: price made a new extreme at a swing, the taker flow did not. */
export interface DivergenceView {
  /** 15m bar number of the close that confirmed it, -1 while there is none. */
  readonly bar: number;
  /** Price of the newer swing. */
  readonly price: number;
}

/** Compares the last two swings of one type with the running delta at their bars. */
class DivergenceSide implements DivergenceView {
  bar = -1;
  price = Number.NaN;
  private lastSwingBar = -1;
  private lastTotal = Number.NaN;
  private previousTotal = Number.NaN;

  /** `lastChild` is the 15m bar at whose close the swing's own bar closed. */
  take(swing: SwingSide, lastChild: number, flow: CumulativeDelta, candles: CandleRing, source: CandleRing, log: EventLog): void {
    if (swing.replacedBar < 0) this.previousTotal = this.lastSwingBar === swing.previousBar ? this.lastTotal : Number.NaN;
    this.lastSwingBar = swing.bar;
    this.lastTotal = flow.totalAt(lastChild, candles.bar);
    const { sign } = swing;
    if (swing.previousBar < 0 || Number.isNaN(this.lastTotal) || Number.isNaN(this.previousTotal)) return;
    const childrenPerBar = source.durationMs / candles.durationMs;
    if (!flow.isKnownSince((swing.previousBar + 1) * childrenPerBar - 1)) return;
    const priceAdvanced = (swing.price - swing.previousPrice) * sign > 0;
    const flowAdvanced = (this.lastTotal - this.previousTotal) * sign >= 0;
    if (!priceAdvanced || flowAdvanced) return;
    this.bar = candles.bar;
    this.price = swing.price;
    // A higher high without buyers speaks for the short side.
    const direction = -sign as 1 | -1;
    log.record("divergence.confirmed", source.timeframe, direction, swing.bar * source.durationMs, swing.price, swing.previousPrice);
  }

  transfer(stream: StateStream): void {
    this.bar = stream.number(this.bar);
    this.price = stream.number(this.price);
    this.lastSwingBar = stream.number(this.lastSwingBar);
    this.lastTotal = stream.number(this.lastTotal);
    this.previousTotal = stream.number(this.previousTotal);
  }
}

/** Divergences between the swings of one timeframe and the taker flow. */
export class Divergences {
  /** For shorts: at swing highs. */
  readonly bearish = new DivergenceSide();
  /** For longs: at swing lows. */
  readonly bullish = new DivergenceSide();

  update(highs: SwingSide, lows: SwingSide, flow: CumulativeDelta, candles: CandleRing, source: CandleRing, log: EventLog): void {
    const childrenPerBar = source.durationMs / candles.durationMs;
    if (highs.changed) this.bearish.take(highs, (highs.bar + 1) * childrenPerBar - 1, flow, candles, source, log);
    if (lows.changed) this.bullish.take(lows, (lows.bar + 1) * childrenPerBar - 1, flow, candles, source, log);
  }

  transfer(stream: StateStream): void {
    this.bearish.transfer(stream);
    this.bullish.transfer(stream);
  }
}
