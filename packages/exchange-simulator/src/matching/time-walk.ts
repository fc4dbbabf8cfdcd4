import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { minuteMs } from "../market/candle-columns.ts";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { pathTimesMs, segmentMs } from "../market/price-path.ts";
import { positionToLiquidate } from "./account-health.ts";
import { crossingOf, isStop } from "./conditional.ts";
import { activeSymbols, type ExchangeState } from "./exchange-state.ts";
import type { MarketEvent, TriggerEvent, Walk } from "./market-event.ts";
import { type Touch, touchOfLast, touchOfMark } from "./price-touch.ts";
import { Quietness, type WalkedMarket } from "./quietness.ts";
import type { AlgoOrderRecord, OrderRecord } from "./records.ts";
import { timedEvent } from "./timed-event.ts";
import { followTrail, type PriceLine } from "./trailing.ts";

const hourMs = 3_600_000;
const windowMs = 15 * minuteMs;

/**
 * Finds what concerns the account, in order of time, from the last instant matched up to now.
 *
 * Only symbols with a position or an open order are looked at. A stretch of 15 minutes whose range reaches none of their levels is skipped
 * whole; any other is walked minute by minute along the price path. When a stop and a target lie in the same minute, the stop comes first,
 * whatever the path says: a minute's inner order is a guess and the guess must not flatter.
 */
export class TimeWalk implements Walk {
  private readonly state: ExchangeState;
  private readonly market: WalkedMarket;
  private readonly instrumentOf: (symbol: string) => SimulatedInstrument;
  private readonly quietness: Quietness;

  constructor(state: ExchangeState, market: WalkedMarket, instrumentOf: (symbol: string) => SimulatedInstrument) {
    this.state = state;
    this.market = market;
    this.instrumentOf = instrumentOf;
    this.quietness = new Quietness(state, market, instrumentOf);
  }

  advance(nowMs: number, apply: (event: MarketEvent) => void): void {
    let atMs = this.state.account.processedMs;
    while (atMs < nowMs) {
      const symbols = activeSymbols(this.state);
      if (symbols.length === 0 && this.state.countdowns.size === 0) break;
      const untilMs = this.nextStop(symbols, atMs, nowMs);
      const event = this.earliest(symbols, atMs, untilMs);
      const reachedMs = event?.timeMs ?? untilMs;
      this.followTrails(atMs, reachedMs);
      if (event !== undefined) apply(event);
      atMs = reachedMs;
      if (atMs < untilMs) continue;
      for (const symbol of this.fundedAt(atMs)) apply(this.fundingOf(symbol, atMs));
    }
    if (nowMs > this.state.account.processedMs) {
      this.state.record({ kind: "account", record: { ...this.state.account, processedMs: nowMs } });
    }
  }

  /** Trailing stops remember how far the price has gone. */
  private followTrails(fromMs: number, untilMs: number): void {
    for (const algo of [...this.state.openAlgoOrders.values()]) {
      if (algo.trail === undefined) continue;
      const { extreme } = followTrail(algo, this.linesOf(algo, fromMs), fromMs, untilMs);
      if (extreme !== algo.trail.extreme) this.state.record({ kind: "algoOrder", record: { ...algo, trail: { ...algo.trail, extreme } } });
    }
  }

  private fundedAt(timeMs: number): readonly string[] {
    if (timeMs % hourMs !== 0) return [];
    return [...this.state.positions.keys()]
      .filter((symbol) => timeMs % (this.instrumentOf(symbol).fundingIntervalHours * hourMs) === 0)
      .sort();
  }

  private fundingOf(symbol: string, timeMs: number): MarketEvent {
    const instrument = this.instrumentOf(symbol);
    return {
      kind: "funding",
      symbol,
      timeMs,
      quantity: this.state.positions.get(symbol)!.quantity,
      markPrice: this.market.markPrice(instrument, timeMs).toFixed(),
      rate: this.market.feed.fundingRate(instrument, timeMs),
    };
  }

  /** The end of the next stretch to look at: 15 quiet minutes, or one minute. */
  private nextStop(symbols: readonly string[], atMs: number, nowMs: number): number {
    const windowEnd = (Math.floor(atMs / windowMs) + 1) * windowMs;
    if (this.quietness.isQuiet(symbols, atMs, Math.min(windowEnd, nowMs))) return Math.min(windowEnd, nowMs);
    return Math.min((Math.floor(atMs / minuteMs) + 1) * minuteMs, nowMs);
  }

  private earliest(symbols: readonly string[], fromMs: number, untilMs: number): MarketEvent | undefined {
    const timed = timedEvent(this.state, this.instrumentOf, fromMs, untilMs);
    // A quiet stretch is longer than a minute and holds nothing that prices bring.
    if (Math.floor(fromMs / minuteMs) !== Math.floor((untilMs - 1) / minuteMs)) return timed;
    let first: MarketEvent | undefined;
    for (const symbol of symbols) {
      for (const event of this.eventsOf(symbol, fromMs, timed?.timeMs ?? untilMs)) {
        if (first === undefined || event.timeMs < first.timeMs) first = event;
      }
    }
    return this.liquidation(fromMs, first?.timeMs ?? timed?.timeMs ?? untilMs) ?? first ?? timed;
  }

  /** What the orders of one symbol meet in a part of a minute, stops before the rest. */
  private *eventsOf(symbol: string, fromMs: number, untilMs: number): Generator<MarketEvent> {
    const instrument = this.instrumentOf(symbol);
    const minuteEnd = (Math.floor(fromMs / minuteMs) + 1) * minuteMs;
    const algos = [...this.state.openAlgoOrders.values()].filter((algo) => algo.symbol === symbol);
    const stops = algos.filter((algo) => isStop(algo.type));
    const stopComing = (side: AlgoOrderRecord["side"]): boolean =>
      stops.some((stop) => stop.side === side && this.triggerOf(instrument, stop, fromMs, minuteEnd) !== undefined);
    for (const algo of [...stops, ...algos.filter((other) => !isStop(other.type))]) {
      const event = this.triggerOf(instrument, algo, fromMs, untilMs);
      const yields = !isStop(algo.type) && event !== undefined && stopComing(algo.side);
      if (event !== undefined && !yields) yield event;
    }
    for (const order of this.state.openOrders.values()) {
      if (order.symbol !== symbol) continue;
      const touch = this.throughLimit(instrument, order, fromMs, untilMs);
      if (touch !== undefined && !(order.reduceOnly && stopComing(order.side))) yield { kind: "limitFill", timeMs: touch.timeMs, order };
    }
  }

  /** Traded through, not merely touched: one tick beyond the limit. */
  private throughLimit(instrument: SimulatedInstrument, order: OrderRecord, fromMs: number, untilMs: number): Touch | undefined {
    const limitTicks = Math.round(Number(order.price) / instrument.tickValue);
    const buys = order.side === "BUY";
    return touchOfLast(
      this.market.path,
      instrument,
      buys ? "atOrBelow" : "atOrAbove",
      buys ? limitTicks - 1 : limitTicks + 1,
      fromMs,
      untilMs,
    );
  }

  private triggerOf(instrument: SimulatedInstrument, algo: AlgoOrderRecord, fromMs: number, untilMs: number): TriggerEvent | undefined {
    if (algo.trail === undefined) {
      const touch = this.touch(instrument, algo, fromMs, untilMs);
      return touch === undefined ? undefined : { kind: "trigger", ...touch, algo };
    }
    const { extreme, triggerMs } = followTrail(algo, this.linesOf(algo, fromMs), fromMs, untilMs);
    if (triggerMs === undefined) return undefined;
    const ticks = this.market.path.lastTicks(instrument, triggerMs);
    return { kind: "trigger", timeMs: triggerMs, ticks, algo: { ...algo, trail: { ...algo.trail, extreme } } };
  }

  /** The course of the watched price in the minute that begins at or before the instant. */
  private linesOf({ symbol, workingType }: AlgoOrderRecord, timeMs: number): readonly PriceLine[] {
    const instrument = this.instrumentOf(symbol);
    const { path } = this.market;
    const start = Math.floor(timeMs / minuteMs) * minuteMs;
    const points =
      workingType === "MARK_PRICE"
        ? path.markPoints(instrument, start)
        : path.lastPoints(instrument, start).map((ticks) => ticks * instrument.tickValue);
    return [0, 1, 2].map((segment) => ({
      fromMs: start + pathTimesMs[segment]!,
      untilMs: start + pathTimesMs[segment + 1]!,
      from: points[segment]!,
      to: points[segment + 1]!,
    }));
  }

  private touch(instrument: SimulatedInstrument, algo: AlgoOrderRecord, fromMs: number, untilMs: number): Touch | undefined {
    const crossing = crossingOf(algo);
    const { path } = this.market;
    if (algo.workingType === "MARK_PRICE") return touchOfMark(path, instrument, crossing, Number(algo.triggerPrice), fromMs, untilMs);
    const exact = Number(algo.triggerPrice) / instrument.tickValue;
    // A trigger between two ticks is reached at the tick beyond it.
    const ticks = crossing === "atOrAbove" ? Math.ceil(exact - 1e-6) : Math.floor(exact + 1e-6);
    return touchOfLast(path, instrument, crossing, ticks, fromMs, untilMs);
  }

  /** Marks move in lines between the break points of a minute, so health changes sign at most once there: found by bisection to the millisecond. */
  private liquidation(fromMs: number, untilMs: number): MarketEvent | undefined {
    if (this.state.positions.size === 0) return undefined;
    const shortAt = (timeMs: number) =>
      positionToLiquidate(this.state, this.instrumentOf, (symbol) => this.market.path.markPrice(this.instrumentOf(symbol), timeMs));
    const start = Math.floor(fromMs / minuteMs) * minuteMs;
    // The last millisecond of a minute before the next one may open elsewhere.
    const turns = [start + segmentMs, start + 2 * segmentMs, start + minuteMs - 1].filter((turn) => turn > fromMs && turn < untilMs);
    let healthyMs = fromMs - 1;
    for (const turnMs of [...turns, untilMs]) {
      const short = shortAt(turnMs);
      if (short === undefined) {
        healthyMs = turnMs;
        continue;
      }
      let shortMs = turnMs;
      while (shortMs - healthyMs > 1) {
        const middle = Math.floor((healthyMs + shortMs) / 2);
        if (shortAt(middle) === undefined) healthyMs = middle;
        else shortMs = middle;
      }
      return { kind: "liquidation", timeMs: shortMs, symbol: (shortAt(shortMs) ?? short).symbol };
    }
    return undefined;
  }
}

/** A funding payment: quantity x mark x rate, paid by longs when the rate is positive. */
export const fundingPayment = (quantity: string, mark: DecimalValue, rate: string): DecimalValue =>
  decimal(quantity).times(mark).times(decimal(rate)).times(decimal("-1"));
