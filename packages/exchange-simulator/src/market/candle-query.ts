import { CandleSum, dayMs, minuteMs, rowLength } from "./candle-columns.ts";
import type { SimulatedInstrument } from "./instrument.ts";
import { unitsToText } from "./instrument.ts";
import type { Interval } from "./interval.ts";
import type { MarketFeed } from "./market-feed.ts";
import { type PricePath, pathTicks } from "./price-path.ts";

/** Longer spans than this are read once and not kept. */
const keptSpanDays = 12;

/** Candles as the exchange shows them at an instant: nothing of the future, the last one still open. */
export class CandleQuery {
  private readonly feed: MarketFeed;
  private readonly path: PricePath;
  private readonly sum = new CandleSum();
  private readonly part = new Float64Array(rowLength);

  constructor(feed: MarketFeed, path: PricePath) {
    this.feed = feed;
    this.path = path;
  }

  /** Whether candles of this length can be given: minutes are bridged from any base, other lengths must be made of whole base candles. */
  serves(instrument: SimulatedInstrument, interval: Interval): boolean {
    const baseMs = this.feed.baseMs(instrument);
    return interval.lengthMs < 15 * minuteMs || interval.lengthMs >= baseMs;
  }

  /**
   * The JSON text of the `limit` last candles that open in [fromMs, toMs] and not after `nowMs`; with `fromMs` the first `limit` from there.
   *
   * Unknown quote volume, trades and taker flow are written as "0", because the wire has no word for unknown: a reader treats
   * `trades == 0 && volume > 0` as unknown flow, and quote volume 0 beside a volume as unknown quote volume. Generated candles always trade.
   */
  json(instrument: SimulatedInstrument, interval: Interval, limit: number, nowMs: number, fromMs?: number, toMs?: number): string {
    const newest = interval.openTimeOf(Math.min(nowMs, toMs ?? nowMs, instrument.endMs - 1));
    const oldest = interval.openTimeOf(instrument.onboardMs);
    let first: number;
    let last = newest;
    if (fromMs === undefined) {
      first = Math.max(oldest, interval.shift(newest, 1 - limit));
    } else {
      const start = interval.openTimeOf(fromMs);
      first = Math.max(oldest, start < fromMs ? interval.shift(start, 1) : start);
      last = Math.min(newest, interval.shift(first, limit - 1));
    }
    let text = "";
    for (let openTimeMs = first; openTimeMs <= last; ) {
      const next = interval.shift(openTimeMs, 1);
      this.total(instrument, openTimeMs, Math.min(next, Math.max(nowMs, openTimeMs + 1)));
      if (!this.sum.empty) text += `${text === "" ? "" : ","}${candleText(instrument, this.sum.row, openTimeMs, next - 1)}`;
      openTimeMs = next;
    }
    return `[${text}]`;
  }

  /** Sums up what is known from `fromMs` to `untilMs`, both UTC; the end may lie inside a minute. The row is valid until the next call. */
  total(instrument: SimulatedInstrument, fromMs: number, untilMs: number): Float64Array {
    const baseMs = this.feed.baseMs(instrument);
    this.sum.clear();
    const wholeFrom = Math.ceil(fromMs / baseMs) * baseMs;
    const wholeUntil = Math.floor(untilMs / baseMs) * baseMs;
    if (wholeUntil <= wholeFrom) {
      this.addMinutes(instrument, fromMs, untilMs);
    } else {
      if (fromMs < wholeFrom) this.addMinutes(instrument, fromMs, wholeFrom);
      this.addWhole(instrument, wholeFrom, wholeUntil, baseMs);
      if (wholeUntil < untilMs) this.addMinutes(instrument, wholeUntil, untilMs);
    }
    return this.sum.row;
  }

  private addWhole(instrument: SimulatedInstrument, fromMs: number, untilMs: number, baseMs: number): void {
    const keep = untilMs - fromMs <= keptSpanDays * dayMs;
    for (let day = Math.floor(fromMs / dayMs); day * dayMs < untilMs; day++) {
      const candles = this.feed.day(instrument, day, keep);
      if (candles === undefined) continue;
      const firstSlot = Math.max(0, (fromMs - day * dayMs) / baseMs);
      const endSlot = Math.min(candles.slots, (untilMs - day * dayMs) / baseMs);
      for (let slot = firstSlot; slot < endSlot; slot++) {
        if (candles.rows[slot * rowLength] !== 0) this.sum.add(candles.rows, slot * rowLength);
      }
    }
  }

  private addMinutes(instrument: SimulatedInstrument, fromMs: number, untilMs: number): void {
    for (let minuteStart = Math.floor(fromMs / minuteMs) * minuteMs; minuteStart < untilMs; minuteStart += minuteMs) {
      const minute = this.path.minuteAt(instrument, minuteStart);
      if (minute === undefined) continue;
      if (minuteStart + minuteMs <= untilMs) this.sum.add(minute.rows, minute.offset);
      else this.addPart(minute.rows, minute.offset, untilMs - minuteStart);
    }
  }

  /** The first `elapsedMs` of a minute: the path so far, and volumes in proportion. */
  private addPart(rows: Float64Array, offset: number, elapsedMs: number): void {
    const ticks = pathTicks(rows, offset);
    const part = this.part;
    const segment = Math.min(2, Math.floor(elapsedMs / 20_000));
    const now = Math.round(ticks[segment]! + ((ticks[segment + 1]! - ticks[segment]!) * (elapsedMs - segment * 20_000)) / 20_000);
    part[0] = ticks[0];
    part[1] = Math.max(now, ...ticks.slice(0, segment + 1));
    part[2] = Math.min(now, ...ticks.slice(0, segment + 1));
    part[3] = now;
    for (let index = 4; index < rowLength; index++) part[index] = Math.floor((rows[offset + index]! * elapsedMs) / minuteMs);
    if (part[4]! > 0 && part[6] === 0) part[6] = 1;
    this.sum.add(part, 0);
  }
}

/** Units as decimal text, "0" when unknown. */
const known = (units: number, decimals: number): string => (Number.isNaN(units) ? "0" : unitsToText(units, decimals));

function candleText(instrument: SimulatedInstrument, row: Float64Array, openTimeMs: number, closeTimeMs: number): string {
  const { tickDecimals, volumeDecimals, quoteDecimals } = instrument;
  return (
    `[${openTimeMs},"${unitsToText(row[0]!, tickDecimals)}","${unitsToText(row[1]!, tickDecimals)}","${unitsToText(row[2]!, tickDecimals)}",` +
    `"${unitsToText(row[3]!, tickDecimals)}","${unitsToText(row[4]!, volumeDecimals)}",${closeTimeMs},"${known(row[5]!, quoteDecimals)}",` +
    `${known(row[6]!, 0)},"${known(row[7]!, volumeDecimals)}","${known(row[8]!, quoteDecimals)}","0"]`
  );
}
