import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { dayMs } from "../market/candle-columns.ts";
import { liquidate, settleContract } from "./closing.ts";
import { ExchangeCore } from "./exchange-core.ts";
import type { StateChange } from "./exchange-state.ts";
import { MarginCalls } from "./margin-call.ts";
import type { TradedMarket } from "./market.ts";
import type { FundingSettlement, MarketEvent, Walk } from "./market-event.ts";
import { roundUsdt } from "./position.ts";
import type { OrderRecord } from "./records.ts";
import { forgetOld } from "./retention.ts";
import { fundingPayment } from "./time-walk.ts";
import { trigger } from "./triggering.ts";

const zero = decimal("0");

/** The exchange with its one account: brings itself up to date, then answers. Time comes in with each call and never goes back. */
export class Exchange extends ExchangeCore {
  private readonly walk: Walk;
  private readonly marginCalls = new MarginCalls();
  private forgottenDay = 0;

  constructor(market: TradedMarket) {
    super(market);
    this.walk = market.walkOf(this.state, (symbol) => this.instrument(symbol));
  }

  /** Opens the account with its first deposit. */
  open(startingBalance: DecimalValue, nowMs: number): void {
    this.state.record({ kind: "account", record: { ...this.state.account, processedMs: nowMs } });
    this.execution.book("", "TRANSFER", startingBalance, nowMs);
    this.execution.tellAccount("DEPOSIT", [], nowMs, startingBalance.toFixed());
  }

  restore(changes: Iterable<StateChange>): void {
    for (const change of changes) this.state.apply(change);
  }

  /** Matches everything up to `nowMs`. */
  advanceTo(nowMs: number): void {
    this.walk.advance(nowMs, (event) => this.apply(event));
    this.forgetBefore(nowMs);
    if (!this.events.hasListeners) return;
    this.marginCalls.check(this, nowMs);
    this.events.emit({ kind: "time", nowMs });
  }

  /** Once a day. */
  private forgetBefore(nowMs: number): void {
    const day = Math.floor(nowMs / dayMs);
    if (day === this.forgottenDay) return;
    this.forgottenDay = day;
    forgetOld(this.state, nowMs);
  }

  private apply(event: MarketEvent): void {
    switch (event.kind) {
      case "trigger":
        trigger(this, event.algo, event.timeMs, event.ticks);
        return;
      case "limitFill":
        this.fillLimit(event.order, event.timeMs);
        return;
      case "goodTill":
        this.cancelOrder(event.order, event.timeMs);
        return;
      case "algoGoodTill":
        this.execution.endAlgo(event.algo, "EXPIRED", event.timeMs, "good till date");
        return;
      case "countdown":
        this.state.record({ kind: "countdown", record: { symbol: event.symbol, atMs: 0 } });
        this.cancelOrdersOf(event.symbol, event.timeMs);
        return;
      case "settlement":
        settleContract(this, event.symbol, event.timeMs);
        return;
      case "liquidation":
        liquidate(this, event.symbol, event.timeMs);
        return;
      case "funding":
        this.settleFunding(event);
        return;
    }
  }

  private fillLimit(order: OrderRecord, timeMs: number): void {
    const held = decimal(this.state.positions.get(order.symbol)?.quantity ?? "0");
    const rest = decimal(order.quantity).minus(decimal(order.executedQuantity));
    const shrinks = !held.eq(zero) && held.gt(zero) === (order.side === "SELL");
    if (order.reduceOnly && !shrinks) {
      this.execution.expireOrder(order, 4, timeMs);
      return;
    }
    const quantity = order.reduceOnly && rest.gt(held.abs()) ? held.abs() : rest;
    this.execution.fill(this.instrument(order.symbol), order, [{ price: decimal(order.price), quantity }], true, timeMs, true);
  }

  /** Pays or receives funding for what was held; an isolated position bears what is not available elsewhere. */
  settleFunding({ symbol, timeMs, quantity, markPrice, rate }: FundingSettlement): void {
    const payment = roundUsdt(fundingPayment(quantity, decimal(markPrice), rate));
    const isolatedWallet = decimal(this.state.positions.get(symbol)?.isolatedWallet ?? "0");
    const left = payment.lt(zero) && isolatedWallet.gt(zero) ? payment.plus(this.figures(timeMs).availableBalance) : zero;
    this.execution.book(symbol, "FUNDING_FEE", payment, timeMs);
    if (left.lt(zero)) this.takeFromIsolatedWallet(symbol, left, timeMs);
    // Of a cross position only the balance is told.
    const isTold = this.state.positions.has(symbol) && this.state.settingOf(symbol).marginType === "ISOLATED";
    this.execution.tellAccount("FUNDING_FEE", isTold ? [symbol] : [], timeMs, payment.toFixed());
  }

  /** `left`, below zero, is what the available balance could not pay. */
  private takeFromIsolatedWallet(symbol: string, left: DecimalValue, timeMs: number): void {
    const position = this.state.positions.get(symbol);
    if (position === undefined) return;
    const wallet = decimal(position.isolatedWallet).plus(left);
    this.state.record({
      kind: "position",
      record: { ...position, isolatedWallet: (wallet.gt(zero) ? wallet : zero).toFixed(), updateTimeMs: timeMs },
    });
  }
}
