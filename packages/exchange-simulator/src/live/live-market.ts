import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import type { ExchangeState } from "../matching/exchange-state.ts";
import { type Prices, priceOf, type TradedMarket } from "../matching/market.ts";
import type { Walk } from "../matching/market-event.ts";
import type { KnownSpan, PricePair } from "./known-span.ts";
import { LiveBook } from "./live-book.ts";
import { LiveWalk } from "./live-walk.ts";
import { priceAt } from "./price-course.ts";

/** The prices as they were last seen, and, while a span is matched, as they went in it. */
class LivePrices implements Prices {
  readonly latest = new Map<string, PricePair<number>>();
  span: KnownSpan | undefined;

  lastTicks(instrument: SimulatedInstrument, timeMs: number): number {
    return Math.round(this.at(instrument.symbol, timeMs, "last") / instrument.tickValue);
  }

  markPrice(instrument: SimulatedInstrument, timeMs: number): number {
    return this.at(instrument.symbol, timeMs, "mark");
  }

  /** 0 for a contract that nobody watches. */
  private at(symbol: string, timeMs: number, kind: keyof PricePair<number>): number {
    const course = this.span?.courses.get(symbol)?.[kind];
    return course === undefined ? (this.latest.get(symbol)?.[kind] ?? 0) : priceAt(course, timeMs);
  }
}

/** The market of a followed exchange: only what has been seen of it exists here. */
export class LiveMarket implements TradedMarket {
  readonly path = new LivePrices();
  readonly book = new LiveBook((instrument) => this.path.lastTicks(instrument, Number.POSITIVE_INFINITY));
  private readonly bySymbol = new Map<string, SimulatedInstrument>();
  private readonly known: KnownSpan[] = [];

  readonly feed = {
    instruments: [] as readonly SimulatedInstrument[],
    find: (symbol: string): SimulatedInstrument | undefined => this.bySymbol.get(symbol),
  };

  /** Takes over a newer list; contracts that are gone from it stay known but trade no more. */
  list(instruments: readonly SimulatedInstrument[]): void {
    const gone = new Set(this.bySymbol.keys());
    for (const instrument of instruments) {
      this.bySymbol.set(instrument.symbol, instrument);
      gone.delete(instrument.symbol);
    }
    for (const symbol of gone) this.bySymbol.set(symbol, { ...this.bySymbol.get(symbol)!, endMs: 0 });
    this.feed.instruments = [...this.bySymbol.values()];
  }

  markPrice(instrument: SimulatedInstrument, timeMs: number): DecimalValue {
    return decimal(this.path.markPrice(instrument, timeMs).toFixed(8));
  }

  lastPrice(instrument: SimulatedInstrument, timeMs: number): DecimalValue {
    return priceOf(instrument, this.path.lastTicks(instrument, timeMs));
  }

  walkOf(state: ExchangeState, instrumentOf: (symbol: string) => SimulatedInstrument): Walk {
    return new LiveWalk(state, this, instrumentOf);
  }

  /** Hands in a span that is to be matched. */
  learn(span: KnownSpan): void {
    this.known.push(span);
  }

  /** The oldest span that nobody matched yet; from now on prices are asked in it. */
  nextSpan(): KnownSpan | undefined {
    this.path.span = this.known.shift();
    return this.path.span;
  }
}
