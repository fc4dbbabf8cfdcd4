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

const levelsDeep = 160;

/**
 * A book made from the last price: a spread of one tick, or of 0.05 to 8 basis points (0.5 / square root of turnover) if that is wider,
 * and levels half a basis point apart whose size grows with the distance and with the contract's turnover.
 *
 * Nothing random but the level sizes, and those are a function of symbol, minute and level.
 */
export class OrderBook {
  private readonly feed: MarketFeed;
  private readonly turnovers = new Map<string, { readonly day: number; readonly usdt: number }>();

  constructor(feed: MarketFeed) {
    this.feed = feed;
  }

  best(instrument: SimulatedInstrument, timeMs: number, lastTicks: number): BestPrices {
    return { bid: this.level(instrument, timeMs, lastTicks, "SELL", 0), ask: this.level(instrument, timeMs, lastTicks, "BUY", 0) };
  }

  /** What an order of that side meets, best price first: a BUY meets asks. */
  *levels(instrument: SimulatedInstrument, timeMs: number, lastTicks: number, side: Side): Generator<BookLevel> {
    for (let depth = 0; depth < levelsDeep; depth++) {
      const level = this.level(instrument, timeMs, lastTicks, side, depth);
      if (level.ticks < 1) return;
      yield level;
    }
  }

  private level(instrument: SimulatedInstrument, timeMs: number, lastTicks: number, side: Side, depth: number): BookLevel {
    const turnover = this.turnover(instrument, timeMs);
    const price = lastTicks * instrument.tickValue;
    // Half a basis point for the busiest contracts, about four for those that turn over a few millions a day.
    const spreadShare = Math.min(0.0008, Math.max(0.000005, 0.5 / Math.sqrt(turnover)));
    const spread = Math.max(1, Math.round(lastTicks * spreadShare));
    const apart = Math.max(1, Math.round(lastTicks * 0.00005));
    const below = Math.floor(spread / 2);
    // Levels thin out: twice as far apart after every forty.
    const distance = apart * (depth % 40) * 2 ** Math.floor(depth / 40) + apart * 40 * (2 ** Math.floor(depth / 40) - 1);
    const ticks = side === "SELL" ? lastTicks - below - distance : lastTicks - below + spread + distance;
    const draw = hashAt(instrument.seed ^ (side === "BUY" ? 0xb1 : 0xb2), Math.floor(timeMs / 60_000) * 256 + depth);
    const usdt = turnover * 0.000018 * (1 + depth / 12) * lognormalFrom(draw, 4);
    return { ticks, steps: Math.max(1, Math.round(usdt / price / Number(instrument.stepSize))) };
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
