import { type DayCandles, dayMs, minuteMs, rowLength } from "./candle-columns.ts";
import type { SimulatedInstrument } from "./instrument.ts";
import type { MarketFeed } from "./market-feed.ts";
import { splitIntoMinutes } from "./minute-candles.ts";

/** One base candle and its minutes. */
interface SplitCandle {
  readonly openTimeMs: number;
  readonly minutes: Float64Array;
}

/** Rows of one minute: where they are. */
export interface MinuteRow {
  readonly rows: Float64Array;
  readonly offset: number;
}

/** Break points of the price inside a minute, in milliseconds from its start: open, first extreme, second extreme, close. */
export const pathTimesMs = [0, 20_000, 40_000, 60_000] as const;
export const segmentMs = 20_000;

/** Prices at the break points of a minute. */
export type PathPoints = readonly [number, number, number, number];

/** The prices at those points: a minute that does not fall visits its low first. */
export function pathTicks(rows: Float64Array, offset: number): PathPoints {
  const open = rows[offset]!;
  const high = rows[offset + 1]!;
  const low = rows[offset + 2]!;
  const close = rows[offset + 3]!;
  return close >= open ? [open, low, high, close] : [open, high, low, close];
}

/**
 * The one course of prices that everything agrees on: last price at any millisecond, the mark price, the minutes that matching walks
 * and the candle that is still open.
 */
export class PricePath {
  private readonly feed: MarketFeed;
  private readonly splits = new Map<string, SplitCandle[]>();
  private readonly lastCloses = new Map<string, { readonly day: number; readonly slot: number; readonly ticks: number }>();

  constructor(feed: MarketFeed) {
    this.feed = feed;
  }

  /** The minute that contains the instant, undefined where there is no candle. */
  minuteAt(instrument: SimulatedInstrument, timeMs: number): MinuteRow | undefined {
    const baseMs = this.feed.baseMs(instrument);
    const openTimeMs = Math.floor(timeMs / baseMs) * baseMs;
    const split = this.split(instrument, openTimeMs, baseMs);
    if (split === undefined) return undefined;
    return { rows: split.minutes, offset: Math.floor((timeMs - openTimeMs) / minuteMs) * rowLength };
  }

  /** The last price, in ticks; where no candle is known, the close before; 0 before the first candle. */
  lastTicks(instrument: SimulatedInstrument, timeMs: number): number {
    return Math.round(this.exactTicks(instrument, timeMs));
  }

  exactTicks(instrument: SimulatedInstrument, timeMs: number): number {
    const minute = this.minuteAt(instrument, timeMs);
    if (minute === undefined) return this.closeBefore(instrument, timeMs);
    const ticks = pathTicks(minute.rows, minute.offset);
    const inside = timeMs % minuteMs;
    const segment = Math.min(2, Math.floor(inside / 20_000));
    return ticks[segment]! + ((ticks[segment + 1]! - ticks[segment]!) * (inside - pathTimesMs[segment]!)) / 20_000;
  }

  /** The last price, in ticks, at the break points of a minute. */
  lastPoints(instrument: SimulatedInstrument, minuteStartMs: number): PathPoints {
    const minute = this.minuteAt(instrument, minuteStartMs);
    return minute === undefined ? standing(this.closeBefore(instrument, minuteStartMs)) : pathTicks(minute.rows, minute.offset);
  }

  /** The mark price in quote asset. */
  markPrice(instrument: SimulatedInstrument, timeMs: number): number {
    const inside = timeMs % minuteMs;
    const segment = Math.min(2, Math.floor(inside / segmentMs));
    const points = this.markPoints(instrument, timeMs - inside);
    const along = (inside - pathTimesMs[segment]!) / segmentMs;
    return along === 0 ? points[segment]! : points[segment]! + (points[segment + 1]! - points[segment]!) * along;
  }

  /**
   * The mark price at the break points of a minute; in lines between them, and where the last price jumps from one minute to the next, so
   * does the mark.
   *
   * It goes with the market and without delay, as an index of many exchanges does; of a wick, which is partly one exchange's own, it shares
   * half. A small basis, which changes over hours, keeps it apart from the last price.
   */
  markPoints(instrument: SimulatedInstrument, minuteStartMs: number): PathPoints {
    const [open, first, second, close] = this.lastPoints(instrument, minuteStartMs);
    const top = Math.max(open, close);
    const bottom = Math.min(open, close);
    const position = minuteStartMs / minuteMs;
    const from = instrument.tickValue * (1 + this.feed.basis(instrument, position));
    const to = instrument.tickValue * (1 + this.feed.basis(instrument, position + 1));
    const step = (to - from) / 3;
    return [
      open * from,
      withoutHalfWick(first, bottom, top) * (from + step),
      withoutHalfWick(second, bottom, top) * (from + 2 * step),
      close * to,
    ];
  }

  /** The price of the index behind the contract: the mark price without the premium. */
  indexPrice(instrument: SimulatedInstrument, timeMs: number): number {
    return this.markPrice(instrument, timeMs) / (1 + this.feed.premium(instrument, timeMs / minuteMs));
  }

  private split(instrument: SimulatedInstrument, openTimeMs: number, baseMs: number): SplitCandle | undefined {
    let recent = this.splits.get(instrument.symbol);
    const known = recent?.find((split) => split.openTimeMs === openTimeMs);
    if (known !== undefined) return known;
    const day = Math.floor(openTimeMs / dayMs);
    const candles = this.feed.day(instrument, day);
    if (candles === undefined) return undefined;
    const slot = (openTimeMs - day * dayMs) / baseMs;
    if (candles.rows[slot * rowLength] === 0) return undefined;
    const count = baseMs / minuteMs;
    if (recent === undefined) {
      recent = [];
      this.splits.set(instrument.symbol, recent);
    }
    // The oldest of the last three is overwritten: two are in use at a boundary.
    const minutes = recent.length < 3 ? new Float64Array(count * rowLength) : recent.shift()!.minutes;
    const recorded = this.feed.minutesOf?.(instrument, openTimeMs);
    if (recorded === undefined) splitIntoMinutes(candles.rows, slot * rowLength, count, instrument.seed, openTimeMs / baseMs, minutes);
    else minutes.set(recorded);
    const made = { openTimeMs, minutes };
    recent.push(made);
    return made;
  }

  /** The close of the last candle that ended at or before the instant. */
  private closeBefore(instrument: SimulatedInstrument, timeMs: number): number {
    const baseMs = this.feed.baseMs(instrument);
    const firstDay = Math.floor(instrument.onboardMs / dayMs);
    const bounded = Math.min(timeMs, instrument.endMs);
    const lastDay = Math.floor((bounded - 1) / dayMs);
    const lastSlot = Math.floor((bounded - 1 - lastDay * dayMs) / baseMs);
    const known = this.lastCloses.get(instrument.symbol);
    if (known !== undefined && known.day === lastDay && known.slot === lastSlot) return known.ticks;
    const ticks = this.searchClose(instrument, firstDay, lastDay, lastSlot);
    this.lastCloses.set(instrument.symbol, { day: lastDay, slot: lastSlot, ticks });
    return ticks;
  }

  private searchClose(instrument: SimulatedInstrument, firstDay: number, lastDay: number, lastSlot: number): number {
    for (let day = lastDay, from = lastSlot; day >= firstDay; day--, from = Number.POSITIVE_INFINITY) {
      const candles: DayCandles | undefined = this.feed.day(instrument, day);
      if (candles === undefined) continue;
      for (let slot = Math.min(from, candles.slots - 1); slot >= 0; slot--) {
        const close = candles.rows[slot * rowLength + 3]!;
        if (close !== 0) return close;
      }
    }
    return 0;
  }
}

const standing = (ticks: number): PathPoints => [ticks, ticks, ticks, ticks];

const withoutHalfWick = (extreme: number, bottom: number, top: number): number =>
  extreme > top ? (extreme + top) / 2 : extreme < bottom ? (extreme + bottom) / 2 : extreme;
