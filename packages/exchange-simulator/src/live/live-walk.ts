import type { SimulatedInstrument } from "../market/instrument.ts";
import { positionToLiquidate } from "../matching/account-health.ts";
import { crossingOf, isStop } from "../matching/conditional.ts";
import { activeSymbols, type ExchangeState } from "../matching/exchange-state.ts";
import type { Prices } from "../matching/market.ts";
import type { MarketEvent, TriggerEvent, Walk } from "../matching/market-event.ts";
import type { AlgoOrderRecord, OrderRecord } from "../matching/records.ts";
import { timedEvent } from "../matching/timed-event.ts";
import { followTrail } from "../matching/trailing.ts";
import type { KnownSpan, PricePair } from "./known-span.ts";
import { linesOf, priceAt, touchOf, turningTimes } from "./price-course.ts";

const hourMs = 3_600_000;

/** Where the walk finds what has been learned. */
export interface LearnedMarket {
  /** Asked for an instant, it tells the price in the span that is being walked. */
  readonly path: Pick<Prices, "markPrice"> & { readonly latest: Map<string, PricePair<number>> };
  /** The oldest span that nobody walked yet. */
  nextSpan(): KnownSpan | undefined;
}

/**
 * Finds what concerns the account in the spans that the follower has learned; time goes no further than they do.
 *
 * The same rules as on a market that is known beforehand: a stop before a target when one minute holds both, a limit order only when traded
 * through, liquidation at the mark price. Funding is only noted here, with what was held: its rate comes later.
 */
export class LiveWalk implements Walk {
  private readonly state: ExchangeState;
  private readonly market: LearnedMarket;
  private readonly instrumentOf: (symbol: string) => SimulatedInstrument;

  constructor(state: ExchangeState, market: LearnedMarket, instrumentOf: (symbol: string) => SimulatedInstrument) {
    this.state = state;
    this.market = market;
    this.instrumentOf = instrumentOf;
  }

  advance(_nowMs: number, apply: (event: MarketEvent) => void): void {
    for (let span = this.market.nextSpan(); span !== undefined; span = this.market.nextSpan()) {
      this.walk(span, apply);
      this.state.record({ kind: "account", record: { ...this.state.account, processedMs: span.untilMs } });
    }
  }

  private walk(span: KnownSpan, apply: (event: MarketEvent) => void): void {
    let atMs = span.fromMs;
    for (let event = this.earliest(span, atMs); event !== undefined; event = this.earliest(span, atMs)) {
      this.followTrails(span, atMs, event.timeMs);
      apply(event);
      atMs = event.timeMs;
    }
    this.followTrails(span, atMs, span.untilMs);
    for (const [symbol, { last, mark }] of span.courses) {
      this.market.path.latest.set(symbol, { last: priceAt(last, span.untilMs), mark: priceAt(mark, span.untilMs) });
    }
    if (span.untilMs % hourMs !== 0 || span.untilMs === span.fromMs) return;
    for (const { symbol, quantity } of this.state.positions.values())
      this.state.record({ kind: "fundingDue", record: { symbol, timeMs: span.untilMs, quantity, settled: false } });
  }

  private earliest(span: KnownSpan, fromMs: number): MarketEvent | undefined {
    let first = timedEvent(this.state, this.instrumentOf, fromMs, span.untilMs);
    for (const symbol of activeSymbols(this.state)) {
      for (const event of this.eventsOf(span, symbol, fromMs)) if (first === undefined || event.timeMs < first.timeMs) first = event;
    }
    return this.liquidation(span, fromMs, first?.timeMs ?? span.untilMs) ?? first;
  }

  /** Trailing stops remember how far the price has gone. */
  private followTrails(span: KnownSpan, fromMs: number, untilMs: number): void {
    for (const algo of [...this.state.openAlgoOrders.values()]) {
      const courses = span.courses.get(algo.symbol);
      if (algo.trail === undefined || courses === undefined) continue;
      const course = algo.workingType === "MARK_PRICE" ? courses.mark : courses.last;
      const { extreme } = followTrail(algo, linesOf(course), fromMs, untilMs);
      if (extreme !== algo.trail.extreme) this.state.record({ kind: "algoOrder", record: { ...algo, trail: { ...algo.trail, extreme } } });
    }
  }

  private *eventsOf(span: KnownSpan, symbol: string, fromMs: number): Generator<MarketEvent> {
    const algos = [...this.state.openAlgoOrders.values()].filter((algo) => algo.symbol === symbol);
    const stops = algos.filter((algo) => isStop(algo.type));
    const stopComing = (side: AlgoOrderRecord["side"]): boolean =>
      stops.some((stop) => stop.side === side && this.trigger(span, stop, fromMs) !== undefined);
    for (const algo of [...stops, ...algos.filter((other) => !isStop(other.type))]) {
      const event = this.trigger(span, algo, fromMs);
      if (event !== undefined && (isStop(algo.type) || !stopComing(algo.side))) yield event;
    }
    for (const order of this.state.openOrders.values()) {
      if (order.symbol !== symbol || (order.reduceOnly && stopComing(order.side))) continue;
      const timeMs = this.throughLimit(span, order, fromMs);
      if (timeMs !== undefined) yield { kind: "limitFill", timeMs, order };
    }
  }

  private trigger(span: KnownSpan, algo: AlgoOrderRecord, fromMs: number): TriggerEvent | undefined {
    const courses = span.courses.get(algo.symbol);
    if (courses === undefined) return undefined;
    const byMark = algo.workingType === "MARK_PRICE";
    const watched = byMark ? courses.mark : courses.last;
    const { tickValue } = this.instrumentOf(algo.symbol);
    const ticksAt = (timeMs: number) => Math.round(priceAt(courses.last, timeMs) / tickValue);
    if (algo.trail !== undefined) {
      const { extreme, triggerMs } = followTrail(algo, linesOf(watched), fromMs, span.untilMs);
      if (triggerMs === undefined) return undefined;
      const moved: AlgoOrderRecord = { ...algo, trail: { ...algo.trail, extreme } };
      return { kind: "trigger", timeMs: triggerMs, ticks: ticksAt(triggerMs), algo: moved };
    }
    const touch = touchOf(watched, crossingOf(algo), Number(algo.triggerPrice), fromMs);
    if (touch === undefined) return undefined;
    return { kind: "trigger", timeMs: touch.timeMs, ticks: byMark ? ticksAt(touch.timeMs) : Math.round(touch.price / tickValue), algo };
  }

  /** Traded through, not merely touched: one tick beyond the limit; a tenth of it forgives float64. */
  private throughLimit(span: KnownSpan, order: OrderRecord, fromMs: number): number | undefined {
    const course = span.courses.get(order.symbol)?.last;
    if (course === undefined) return undefined;
    const beyond = Number(this.instrumentOf(order.symbol).tickSize) * 0.9;
    const buys = order.side === "BUY";
    const level = Number(order.price) + (buys ? -beyond : beyond);
    return touchOf(course, buys ? "atOrBelow" : "atOrAbove", level, fromMs)?.timeMs;
  }

  /** Between two turns of any mark price all of them move in lines, so health changes sign at most once there: found by bisection. */
  private liquidation(span: KnownSpan, fromMs: number, untilMs: number): MarketEvent | undefined {
    if (this.state.positions.size === 0) return undefined;
    const shortAt = (timeMs: number) =>
      positionToLiquidate(this.state, this.instrumentOf, (symbol) => this.market.path.markPrice(this.instrumentOf(symbol), timeMs));
    const turns = new Set([fromMs, untilMs]);
    for (const symbol of this.state.positions.keys()) {
      const course = span.courses.get(symbol)?.mark;
      for (const timeMs of course === undefined ? [] : turningTimes(course)) if (timeMs > fromMs && timeMs < untilMs) turns.add(timeMs);
    }
    let healthyMs = fromMs;
    for (const turnMs of [...turns].sort((left, right) => left - right)) {
      const short = shortAt(turnMs);
      if (short === undefined) {
        healthyMs = turnMs;
        continue;
      }
      let shortMs = Math.ceil(turnMs);
      let low = Math.floor(healthyMs) - 1;
      while (shortMs - low > 1) {
        const middle = Math.floor((low + shortMs) / 2);
        if (middle > healthyMs && shortAt(middle) !== undefined) shortMs = middle;
        else low = middle;
      }
      return { kind: "liquidation", timeMs: shortMs, symbol: (shortAt(shortMs) ?? short).symbol };
    }
    return undefined;
  }
}
