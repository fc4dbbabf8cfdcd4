import type { SimulatedInstrument } from "../market/instrument.ts";
import { type BestPrices, type Book, type BookLevel, levelDistance, levelSteps, levelsDeep, usualSpread } from "../matching/order-book.ts";
import type { Side } from "../matching/records.ts";

/** The best prices of the followed exchange at an instant. */
export interface LiveQuote {
  readonly atMs: number;
  readonly bidTicks: number;
  readonly bidSteps: number;
  readonly askTicks: number;
  readonly askSteps: number;
}

/** Older than this the top of the book is not the top any more; its spread is believed longer. */
const topAgeMs = 10_000;
const spreadAgeMs = 300_000;
const leastTurnover = 100_000;

/**
 * The top of the book is the real one; behind it lie the usual levels, as deep as the contract's turnover of a day makes them.
 *
 * At a price of the past, where a conditional order was triggered between two looks, the last known spread lies around that price.
 */
export class LiveBook implements Book {
  private readonly quotes = new Map<string, LiveQuote>();
  private readonly turnovers = new Map<string, number>();
  private readonly lastTicksOf: (instrument: SimulatedInstrument) => number;

  constructor(lastTicksOf: (instrument: SimulatedInstrument) => number) {
    this.lastTicksOf = lastTicksOf;
  }

  quote(symbol: string, quote: LiveQuote): void {
    this.quotes.set(symbol, quote);
  }

  /** USDT in the last 24 hours. */
  turnover(symbol: string, usdt: number): void {
    this.turnovers.set(symbol, usdt);
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
    const turnover = Math.max(leastTurnover, this.turnovers.get(instrument.symbol) ?? 0);
    const quote = this.quotes.get(instrument.symbol);
    const usualSteps = levelSteps(instrument, timeMs, lastTicks, side, depth, turnover);
    const isTop = quote !== undefined && Math.abs(timeMs - quote.atMs) <= topAgeMs && lastTicks === this.lastTicksOf(instrument);
    const best = isTop ? topOf(quote, side) : this.around(lastTicks, side, spreadOf(quote, timeMs) ?? usualSpread(lastTicks, turnover));
    const distance = levelDistance(lastTicks, depth);
    const steps = isTop && depth === 0 ? (side === "SELL" ? quote.bidSteps : quote.askSteps) : usualSteps;
    return { ticks: side === "SELL" ? best - distance : best + distance, steps };
  }

  private around(lastTicks: number, side: Side, spread: number): number {
    const below = Math.floor(spread / 2);
    return side === "SELL" ? lastTicks - below : lastTicks - below + spread;
  }
}

const topOf = (quote: LiveQuote, side: Side): number => (side === "SELL" ? quote.bidTicks : quote.askTicks);

const spreadOf = (quote: LiveQuote | undefined, timeMs: number): number | undefined =>
  quote === undefined || Math.abs(timeMs - quote.atMs) > spreadAgeMs ? undefined : Math.max(1, quote.askTicks - quote.bidTicks);
