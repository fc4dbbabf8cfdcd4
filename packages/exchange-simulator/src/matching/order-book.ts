import { dayMs, rowLength } from "../market/candle-columns.ts";
import type { SimulatedInstrument } from "../market/instrument.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import { hashAt, lognormalFrom } from "../market/noise.ts";
import type { Side } from "./records.ts";

export interface BookLevel {
  readonly ticks: number;
  /** In whole steps of the contract. */
  readonly steps: number;
}

export interface BestPrices {
  readonly bid: BookLevel;
  readonly ask: BookLevel;
}

/** What an order finds on the other side. */
export interface Book {
  best(instrument: SimulatedInstrument, timeMs: number, lastTicks: number): BestPrices;
  /** What an order of that side meets, best price first: a BUY meets asks. */
  levels(instrument: SimulatedInstrument, timeMs: number, lastTicks: number, side: Side): Iterable<BookLevel>;
}

export const levelsDeep = 160;

/** The usual spread of a contract that turns over so many USDT a day: half a basis point for the busiest, about four for a few millions. */
export function usualSpread(lastTicks: number, turnover: number): number {
  const spreadShare = Math.min(0.0008, Math.max(0.000005, 0.5 / Math.sqrt(turnover)));
  return Math.max(1, Math.round(lastTicks * spreadShare));
}

/** How many ticks a level lies behind the best one: half a basis point each, twice as far apart after every forty. */
export function levelDistance(lastTicks: number, depth: number): number {
  const apart = Math.max(1, Math.round(lastTicks * 0.00005));
  return apart * (depth % 40) * 2 ** Math.floor(depth / 40) + apart * 40 * (2 ** Math.floor(depth / 40) - 1);
}

/** What a level offers, in steps: more for contracts that turn over more and with the distance, drawn anew every minute. */
export function levelSteps(
  instrument: SimulatedInstrument,
  timeMs: number,
  lastTicks: number,
  side: Side,
  depth: number,
  turnover: number,
): number {
  const draw = hashAt(instrument.seed ^ (side === "BUY" ? 0xb1 : 0xb2), Math.floor(timeMs / 60_000) * 256 + depth);
  const usdt = turnover * 0.000018 * (1 + depth / 12) * lognormalFrom(draw, 4);
  return Math.max(1, Math.round(usdt / (lastTicks * instrument.tickValue) / Number(instrument.stepSize)));
}

/**
 * A book made from the last price: a spread of one tick, or of 0.05 to 8 basis points (0.5 / square root of turnover) if that is wider,
 * and levels half a basis point apart whose size grows with the distance and with the contract's turnover.
 *
 * Nothing random but the level sizes, and those are a function of symbol, minute and level.
 */
export class OrderBook implements Book {
  private readonly feed: MarketFeed;
  private readonly turnovers = new Map<string, { readonly day: number; readonly usdt: number }>();

  constructor(feed: MarketFeed) {
    this.feed = feed;
  }

  best(instrument: SimulatedInstrument, timeMs: number, lastTicks: number): BestPrices {
    return { bid: this.level(instrument, timeMs, lastTicks, "SELL", 0), ask: this.level(instrument, timeMs, lastTicks, "BUY", 0) };
  }

  *levels(instrument: SimulatedInstrument, timeMs: number, lastTicks: number, side: Side): Generator<BookLevel> {
    for (let depth = 0; depth < levelsDeep; depth++) {
      const level = this.level(instrument, timeMs, lastTicks, side, depth);
      if (level.ticks < 1) return;
      yield level;
    }
  }

  private level(instrument: SimulatedInstrument, timeMs: number, lastTicks: number, side: Side, depth: number): BookLevel {
    const turnover = this.turnover(instrument, timeMs);
    const spread = usualSpread(lastTicks, turnover);
    const below = Math.floor(spread / 2);
    const distance = levelDistance(lastTicks, depth);
    const ticks = side === "SELL" ? lastTicks - below - distance : lastTicks - below + spread + distance;
    return { ticks, steps: levelSteps(instrument, timeMs, lastTicks, side, depth, turnover) };
  }

  /** Turnover of the day before in USDT: known to everyone at `timeMs`. */
  private turnover(instrument: SimulatedInstrument, timeMs: number): number {
    const day = Math.floor(timeMs / dayMs) - 1;
    const known = this.turnovers.get(instrument.symbol);
    if (known?.day === day) return known.usdt;
    const usdt = Math.max(100_000, this.sumTurnover(instrument, day) || this.sumTurnover(instrument, day + 1));
    this.turnovers.set(instrument.symbol, { day, usdt });
    return usdt;
  }

  private sumTurnover(instrument: SimulatedInstrument, day: number): number {
    const candles = this.feed.day(instrument, day);
    if (candles === undefined) return 0;
    let usdt = 0;
    for (let slot = 0; slot < candles.slots; slot++) {
      const offset = slot * rowLength;
      if (candles.rows[offset] === 0) continue;
      usdt += (candles.rows[offset + 4]! / 10 ** instrument.volumeDecimals) * candles.rows[offset + 3]! * instrument.tickValue;
    }
    return usdt;
  }
}
