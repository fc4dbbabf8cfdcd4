import { dayMs, minuteMs, rowLength } from "./candle-columns.ts";

/** Candles as rows of whole units, day after day; a hole has open 0. */
export interface DenseCandles {
  readonly baseMs: number;
  readonly firstDay: number;
  readonly rows: Float64Array;
}

/** In how many candles the recorded minutes are the course of the price, and why not in the others. */
export interface MinuteDefects {
  readonly fileName: string;
  /** Candles between the first and the last recorded minute. */
  readonly candles: number;
  readonly followed: number;
  /** Of the others: not all minutes are there, they have other prices than the candle, or another volume. */
  readonly incomplete: number;
  readonly otherPrices: number;
  readonly otherVolume: number;
  /** Open time of the first candle that is not followed. */
  readonly firstMs: number | undefined;
}

type Fault = "incomplete" | "otherPrices" | "otherVolume";

/**
 * The minutes inside recorded candles, where they were recorded, too.
 *
 * A candle is followed when its minutes are all there and sum up to it exactly: first open, highest high, lowest low, last close, and
 * every volume that both know. The others keep the minutes that are drawn for them.
 */
export class RecordedMinutes {
  readonly defects: MinuteDefects;
  private readonly minutes: DenseCandles;
  private readonly baseMs: number;
  /** One mark for each candle from the first recorded day on. */
  private readonly isFollowed: Uint8Array;

  constructor(fileName: string, minutes: DenseCandles, candles: DenseCandles) {
    this.minutes = minutes;
    this.baseMs = candles.baseMs;
    this.isFollowed = new Uint8Array((minutes.rows.length / rowLength) * (minuteMs / candles.baseMs));
    this.defects = this.follow(fileName, candles);
  }

  /** Where the minutes of the candle are that opens then; undefined when they are not to be followed. */
  of(openTimeMs: number): Float64Array | undefined {
    const index = this.indexOf(openTimeMs);
    if (this.isFollowed[index] !== 1) return undefined;
    const length = (this.baseMs / minuteMs) * rowLength;
    return this.minutes.rows.subarray(index * length, (index + 1) * length);
  }

  private indexOf(openTimeMs: number): number {
    return (openTimeMs - this.minutes.firstDay * dayMs) / this.baseMs;
  }

  private follow(fileName: string, candles: DenseCandles): MinuteDefects {
    const counts = { candles: 0, followed: 0, incomplete: 0, otherPrices: 0, otherVolume: 0 };
    const [firstMs, lastMs] = this.span();
    let firstFaultMs: number | undefined;
    for (let offset = 0; offset < candles.rows.length; offset += rowLength) {
      const openTimeMs = candles.firstDay * dayMs + (offset / rowLength) * candles.baseMs;
      if (candles.rows[offset] === 0 || openTimeMs + candles.baseMs <= firstMs || openTimeMs > lastMs) continue;
      counts.candles++;
      const fault = this.faultOf(candles.rows, offset, openTimeMs);
      if (fault === undefined) {
        counts.followed++;
        this.isFollowed[this.indexOf(openTimeMs)] = 1;
      } else {
        counts[fault]++;
        firstFaultMs ??= openTimeMs;
      }
    }
    return { fileName, ...counts, firstMs: firstFaultMs };
  }

  private span(): readonly [firstMs: number, lastMs: number] {
    const { rows, firstDay } = this.minutes;
    let first = 0;
    while (rows[first * rowLength] === 0) first++;
    let last = rows.length / rowLength - 1;
    while (rows[last * rowLength] === 0) last--;
    return [firstDay * dayMs + first * minuteMs, firstDay * dayMs + last * minuteMs];
  }

  private faultOf(parent: Float64Array, parentOffset: number, openTimeMs: number): Fault | undefined {
    const { rows, firstDay } = this.minutes;
    const from = ((openTimeMs - firstDay * dayMs) / minuteMs) * rowLength;
    const until = from + (this.baseMs / minuteMs) * rowLength;
    if (from < 0 || until > rows.length) return "incomplete";
    let high = 0;
    let low = Number.POSITIVE_INFINITY;
    for (let offset = from; offset < until; offset += rowLength) {
      if (rows[offset] === 0) return "incomplete";
      high = Math.max(high, rows[offset + 1]!);
      low = Math.min(low, rows[offset + 2]!);
    }
    const found = [rows[from]!, high, low, rows[until - rowLength + 3]!];
    if (found.some((price, part) => price !== parent[parentOffset + part])) return "otherPrices";
    for (let part = 4; part < rowLength; part++) {
      let sum = 0;
      for (let offset = from; offset < until; offset += rowLength) sum += rows[offset + part]!;
      const whole = parent[parentOffset + part]!;
      // What one of the two does not know contradicts nothing.
      if (!Number.isNaN(sum) && !Number.isNaN(whole) && sum !== whole) return "otherVolume";
    }
    return undefined;
  }
}
