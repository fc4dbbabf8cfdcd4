import type { Candle } from "@winiswin/domain/candle";
import { durationMs, type Timeframe } from "@winiswin/domain/timeframe";
import type { StateStream } from "./state-stream.ts";

/** The most recent candles of one timeframe, read-only; `back` 0 is the last closed candle. */
export interface RecentCandles {
  readonly timeframe: Timeframe;
  /** Number of the last candle since 1970 in units of its timeframe; -1 before the first. */
  readonly bar: number;
  /** How many candles in a row, the last included, follow each other without a gap (and are still held). */
  readonly run: number;
  /** How many candles were accepted since the engine began. */
  readonly seen: number;
  /** The last candle as a live object, valid until the next update. */
  readonly last: Candle;
  /** A copy of one candle; throws when fewer consecutive candles are held. */
  candle(back: number): Candle;
}

/** The last candle of a ring as a live object: nothing is copied when it is read. */
class LastCandle implements Candle {
  private readonly ring: CandleRing;

  constructor(ring: CandleRing) {
    this.ring = ring;
  }

  get openTimeMs(): number {
    return this.ring.bar * this.ring.durationMs;
  }
  get open(): number {
    return this.ring.open[this.ring.bar & this.ring.mask]!;
  }
  get high(): number {
    return this.ring.high[this.ring.bar & this.ring.mask]!;
  }
  get low(): number {
    return this.ring.low[this.ring.bar & this.ring.mask]!;
  }
  get close(): number {
    return this.ring.close[this.ring.bar & this.ring.mask]!;
  }
  get volume(): number {
    return this.ring.volume[this.ring.bar & this.ring.mask]!;
  }
  get quoteVolume(): number {
    return this.ring.quoteVolume[this.ring.bar & this.ring.mask]!;
  }
  get tradeCount(): number {
    return this.ring.tradeCount[this.ring.bar & this.ring.mask]!;
  }
  get takerBuyVolume(): number {
    return this.ring.takerBuyVolume[this.ring.bar & this.ring.mask]!;
  }
}

/** The last candles in columns, addressed by bar number; a power of two of them. */
export class CandleRing implements RecentCandles {
  readonly timeframe: Timeframe;
  readonly durationMs: number;
  readonly mask: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly quoteVolume: Float64Array;
  readonly tradeCount: Float64Array;
  readonly takerBuyVolume: Float64Array;
  readonly last: Candle = new LastCandle(this);
  bar = -1;
  run = 0;
  seen = 0;
  /** Candles still to come until the state is trusted again after a gap. */
  healing = 0;

  constructor(timeframe: Timeframe, capacity: number) {
    this.timeframe = timeframe;
    this.durationMs = durationMs(timeframe);
    this.mask = capacity - 1;
    this.open = new Float64Array(capacity);
    this.high = new Float64Array(capacity);
    this.low = new Float64Array(capacity);
    this.close = new Float64Array(capacity);
    this.volume = new Float64Array(capacity);
    this.quoteVolume = new Float64Array(capacity);
    this.tradeCount = new Float64Array(capacity);
    this.takerBuyVolume = new Float64Array(capacity);
  }

  push(bar: number, candle: Candle): void {
    if (bar === this.bar + 1) {
      if (this.run <= this.mask) this.run++;
      if (this.healing > 0) this.healing--;
    } else {
      if (this.bar >= 0) this.healing = Math.max(this.healing, healingAfter(bar - this.bar - 1));
      this.run = 1;
    }
    this.bar = bar;
    this.seen++;
    const at = bar & this.mask;
    this.open[at] = candle.open;
    this.high[at] = candle.high;
    this.low[at] = candle.low;
    this.close[at] = candle.close;
    this.volume[at] = candle.volume;
    this.quoteVolume[at] = candle.quoteVolume;
    this.tradeCount[at] = candle.tradeCount;
    this.takerBuyVolume[at] = candle.takerBuyVolume;
  }

  candle(back: number): Candle {
    if (back < 0 || back >= this.run)
      throw new RangeError(`only ${this.run} consecutive ${this.timeframe} candles are held, not ${back + 1}`);
    const bar = this.bar - back;
    const at = bar & this.mask;
    return {
      openTimeMs: bar * this.durationMs,
      open: this.open[at]!,
      high: this.high[at]!,
      low: this.low[at]!,
      close: this.close[at]!,
      volume: this.volume[at]!,
      quoteVolume: this.quoteVolume[at]!,
      tradeCount: this.tradeCount[at]!,
      takerBuyVolume: this.takerBuyVolume[at]!,
    };
  }

  transfer(stream: StateStream): void {
    this.bar = stream.number(this.bar);
    this.run = stream.number(this.run);
    this.seen = stream.number(this.seen);
    this.healing = stream.number(this.healing);
    stream.numbers(this.open);
    stream.numbers(this.high);
    stream.numbers(this.low);
    stream.numbers(this.close);
    stream.numbers(this.volume);
    stream.numbers(this.quoteVolume);
    stream.numbers(this.tradeCount);
    stream.numbers(this.takerBuyVolume);
  }
}

/** Averages carry on over a gap and are warming for Wilder's 14 candles, or twice the missing ones when that is longer. */
const healingAfter = (missing: number): number => Math.max(14, 2 * missing);
