import type { DecimalValue } from "@winiswin/domain/decimal";
import { rowLength } from "../market/candle-columns.ts";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { type MarketFeed, maxBasis } from "../market/market-feed.ts";
import type { PricePath } from "../market/price-path.ts";
import { positionToLiquidate } from "./account-health.ts";
import { crossingOf } from "./conditional.ts";
import type { ExchangeState } from "./exchange-state.ts";

/** A market of which every minute can be asked for. */
export interface WalkedMarket {
  readonly feed: MarketFeed;
  readonly path: PricePath;
  markPrice(instrument: SimulatedInstrument, timeMs: number): DecimalValue;
}

/** Tells, from the candles alone, that nothing can happen to the account in a stretch of time, so that its minutes need not be walked. */
export class Quietness {
  private readonly state: ExchangeState;
  private readonly market: WalkedMarket;
  private readonly instrumentOf: (symbol: string) => SimulatedInstrument;

  constructor(state: ExchangeState, market: WalkedMarket, instrumentOf: (symbol: string) => SimulatedInstrument) {
    this.state = state;
    this.market = market;
    this.instrumentOf = instrumentOf;
  }

  /** Whether no level can be reached and no margin can be short, judged by the widest range that prices may have had. */
  isQuiet(symbols: readonly string[], fromMs: number, untilMs: number): boolean {
    const worstMarks = new Map<string, number>();
    for (const symbol of symbols) {
      const instrument = this.instrumentOf(symbol);
      if (this.isTrailed(symbol)) return false;
      const { low, high } = this.range(instrument, fromMs, untilMs);
      const lowMark = low * instrument.tickValue * (1 - maxBasis);
      const highMark = high * instrument.tickValue * (1 + maxBasis);
      if (this.mayReachLevel(symbol, lowMark, highMark)) return false;
      const position = this.state.positions.get(symbol);
      if (position !== undefined) worstMarks.set(symbol, Number(position.quantity) > 0 ? lowMark : highMark);
    }
    return positionToLiquidate(this.state, this.instrumentOf, (symbol) => worstMarks.get(symbol)!) === undefined;
  }

  private isTrailed(symbol: string): boolean {
    for (const algo of this.state.openAlgoOrders.values()) if (algo.symbol === symbol && algo.trail !== undefined) return true;
    return false;
  }

  private mayReachLevel(symbol: string, lowest: number, highest: number): boolean {
    for (const algo of this.state.openAlgoOrders.values()) {
      if (algo.symbol !== symbol) continue;
      const level = Number(algo.triggerPrice);
      if (crossingOf(algo) === "atOrAbove" ? highest >= level : lowest <= level) return true;
    }
    for (const order of this.state.openOrders.values()) {
      if (order.symbol === symbol && (order.side === "BUY" ? lowest <= Number(order.price) : highest >= Number(order.price))) return true;
    }
    return false;
  }

  /** Lowest and highest last price, in ticks, from `fromMs` up to `untilMs`; the mark price goes no further than its basis beyond them. */
  private range(instrument: SimulatedInstrument, fromMs: number, untilMs: number): { readonly low: number; readonly high: number } {
    const baseMs = this.market.feed.baseMs(instrument);
    let low = Number.POSITIVE_INFINITY;
    let high = 0;
    const include = (lowest: number, highest: number): void => {
      low = Math.min(low, lowest);
      high = Math.max(high, highest);
    };
    // Where a candle is missing the price stands still.
    const before = this.market.path.lastTicks(instrument, fromMs);
    if (before > 0) include(before, before);
    const dayLength = 86_400_000;
    for (let openMs = Math.floor(fromMs / baseMs) * baseMs; openMs <= untilMs; openMs += baseMs) {
      const day = Math.floor(openMs / dayLength);
      const rows = this.market.feed.day(instrument, day)?.rows;
      const offset = ((openMs - day * dayLength) / baseMs) * rowLength;
      if (rows !== undefined && rows[offset] !== 0) include(rows[offset + 2]!, rows[offset + 1]!);
    }
    return { low, high };
  }
}
