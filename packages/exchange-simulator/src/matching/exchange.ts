import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { AccountEvents } from "./account-event.ts";
import { type AccountFigures, accountFigures } from "./account-health.ts";
import { liquidate, settleContract } from "./closing.ts";
import { refusals } from "./exchange-refusal.ts";
import { ExchangeState, type StateChange } from "./exchange-state.ts";
import { Execution } from "./execution.ts";

import { MarginCalls } from "./margin-call.ts";
import type { TradedMarket } from "./market.ts";
import type { FundingSettlement, MarketEvent, Walk } from "./market-event.ts";
import { roundUsdt, signedQuantity } from "./position.ts";
import type { AlgoOrderRecord, OrderRecord } from "./records.ts";
import { fundingPayment } from "./time-walk.ts";
import { trigger } from "./triggering.ts";

const zero = decimal("0");

/** The exchange with its one account: brings itself up to date, then answers. Time comes in with each call and never goes back. */
export class Exchange {
  readonly state = new ExchangeState();
  readonly market: TradedMarket;
  readonly execution: Execution;
  /** What happens to the account, for whoever wants to be told. */
  readonly events = new AccountEvents();
  private readonly walk: Walk;
  private readonly marginCalls = new MarginCalls();

  constructor(market: TradedMarket) {
    this.market = market;
    this.execution = new Execution(this.state, market, this.events);
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

  /** The contract; refuses an unknown symbol as the exchange does. */
  instrument(symbol: string): SimulatedInstrument {
    const instrument = this.market.feed.find(symbol);
    if (instrument === undefined) throw refusals.symbol();
    return instrument;
  }

  /** Matches everything up to `nowMs`. */
  advanceTo(nowMs: number): void {
    this.walk.advance(nowMs, (event) => this.apply(event));
    if (!this.events.hasListeners) return;
    this.marginCalls.check(this, nowMs);
    this.events.emit({ kind: "time", nowMs });
  }

  figures(nowMs: number): AccountFigures {
    return accountFigures(
      this.state,
      (symbol) => this.instrument(symbol),
      (symbol) => this.market.markPrice(this.instrument(symbol), nowMs),
    );
  }

  cancelAlgo(algo: AlgoOrderRecord, nowMs: number): void {
    this.execution.endAlgo(algo, "CANCELED", nowMs, "");
  }

  cancelOrder(order: OrderRecord, nowMs: number): OrderRecord {
    const canceled: OrderRecord = { ...order, status: "CANCELED", updateTimeMs: nowMs };
    this.execution.putOrder(canceled, "CANCELED", nowMs);
    return canceled;
  }

  /** Cancels every plain order of a contract; conditional ones stay. */
  cancelOrdersOf(symbol: string, nowMs: number): void {
    for (const order of [...this.state.openOrders.values()]) if (order.symbol === symbol) this.cancelOrder(order, nowMs);
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

  /** Whether opening `quantity` more needs more margin than is available and `alreadyHeld` for it; what merely closes needs none. */
  marginShort(
    instrument: SimulatedInstrument,
    side: OrderRecord["side"],
    quantity: DecimalValue,
    price: DecimalValue,
    nowMs: number,
    alreadyHeld: DecimalValue = zero,
  ): boolean {
    const held = decimal(this.state.positions.get(instrument.symbol)?.quantity ?? "0");
    const after = held.plus(signedQuantity(side, quantity));
    const closes = !held.eq(zero) && held.gt(zero) !== (side === "BUY");
    const opened = closes ? (after.gt(zero) === held.gt(zero) || after.eq(zero) ? zero : after.abs()) : quantity;
    if (opened.eq(zero)) return false;
    const { leverage, marginType } = this.state.settingOf(instrument.symbol);
    const mark = this.market.markPrice(instrument, nowMs);
    const adverse = side === "BUY" ? price.minus(mark) : mark.minus(price);
    const openLoss = adverse.gt(zero) ? adverse.times(opened) : zero;
    const needed = opened
      .times(price)
      .div(decimal(String(leverage)))
      .plus(openLoss);
    // What a flip closes sets its margin free before the rest is opened.
    const position = this.state.positions.get(instrument.symbol);
    const released =
      closes && position !== undefined
        ? marginType === "ISOLATED"
          ? decimal(position.isolatedWallet)
          : held
              .abs()
              .times(mark)
              .div(decimal(String(leverage)))
        : zero;
    return needed.gt(this.figures(nowMs).availableBalance.plus(released).plus(alreadyHeld));
  }

  /** Pays or receives funding for what was held; an isolated position bears it when nothing else is available. */
  settleFunding({ symbol, timeMs, quantity, markPrice, rate }: FundingSettlement): void {
    const payment = roundUsdt(fundingPayment(quantity, decimal(markPrice), rate));
    this.execution.book(symbol, "FUNDING_FEE", payment, timeMs);
    this.takeFromIsolatedWallet(symbol, payment, timeMs);
    this.execution.tellAccount("FUNDING_FEE", this.state.positions.has(symbol) ? [symbol] : [], timeMs, payment.toFixed());
  }

  private takeFromIsolatedWallet(symbol: string, payment: DecimalValue, timeMs: number): void {
    const position = this.state.positions.get(symbol);
    if (position === undefined || !decimal(position.isolatedWallet).gt(zero) || !payment.lt(zero)) return;
    if (!this.figures(timeMs).availableBalance.eq(zero)) return;
    const wallet = decimal(position.isolatedWallet).plus(payment);
    this.state.record({
      kind: "position",
      record: { ...position, isolatedWallet: (wallet.gt(zero) ? wallet : zero).toFixed(), updateTimeMs: timeMs },
    });
  }
}
