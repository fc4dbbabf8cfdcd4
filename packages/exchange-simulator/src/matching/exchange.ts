import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { AccountEvents } from "./account-event.ts";
import { type AccountFigures, accountFigures } from "./account-health.ts";
import { refusals } from "./exchange-refusal.ts";
import { ExchangeState, type StateChange } from "./exchange-state.ts";
import { Execution } from "./execution.ts";
import type { TradedMarket } from "./market.ts";
import type { FundingSettlement, MarketEvent, Walk } from "./market-event.ts";
import { roundUsdt, signedQuantity, unrealizedPnl } from "./position.ts";
import type { AlgoOrderRecord, OrderRecord } from "./records.ts";
import { fundingPayment } from "./time-walk.ts";

const zero = decimal("0");
const minusOne = decimal("-1");

/** The exchange with its one account: brings itself up to date, then answers. Time comes in with each call and never goes back. */
export class Exchange {
  readonly state = new ExchangeState();
  readonly market: TradedMarket;
  readonly execution: Execution;
  /** What happens to the account, for whoever wants to be told. */
  readonly events = new AccountEvents();
  private readonly walk: Walk;

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

  private apply(event: MarketEvent): void {
    switch (event.kind) {
      case "trigger":
        this.trigger(event.algo, event.timeMs, event.ticks);
        return;
      case "limitFill":
        this.fillLimit(event.order, event.timeMs);
        return;
      case "liquidation":
        this.liquidate(event.symbol, event.timeMs);
        return;
      case "funding":
        this.settleFunding(event);
        return;
    }
  }

  /** A conditional order comes to life: an own market order, sent from the price at which it was triggered. */
  private trigger(algo: AlgoOrderRecord, timeMs: number, ticks: number): void {
    const { state, execution } = this;
    const instrument = this.instrument(algo.symbol);
    const held = decimal(state.positions.get(algo.symbol)?.quantity ?? "0");
    const shrinks = held.eq(zero) ? false : held.gt(zero) === (algo.side === "SELL");
    const wanted = algo.closePosition ? held.abs() : decimal(algo.quantity);
    const quantity = algo.reduceOnly && wanted.gt(held.abs()) ? held.abs() : wanted;
    const reject = (reason: string): void => execution.endAlgo({ ...algo, triggerTimeMs: timeMs }, "REJECTED", timeMs, reason);
    if (algo.reduceOnly && !shrinks) {
      reject("ReduceOnly Order is rejected.");
      return;
    }
    const fills = execution.take(instrument, algo.side, quantity, timeMs, ticks);
    if (!algo.reduceOnly) {
      const worst = fills.at(-1)?.price ?? this.market.markPrice(instrument, timeMs);
      if (this.marginShort(instrument, algo.side, quantity, worst, timeMs)) {
        reject("Margin is insufficient.");
        return;
      }
    }
    const order: OrderRecord = {
      orderId: execution.nextOrderId(instrument),
      clientOrderId: algo.clientAlgoId,
      symbol: algo.symbol,
      side: algo.side,
      type: "MARKET",
      timeInForce: "GTC",
      quantity: quantity.toFixed(),
      price: "0",
      reduceOnly: algo.reduceOnly,
      closePosition: algo.closePosition,
      timeMs,
      status: "NEW",
      executedQuantity: "0",
      cumulativeQuote: "0",
      updateTimeMs: timeMs,
    };
    const triggered: AlgoOrderRecord = {
      ...algo,
      status: "TRIGGERED",
      triggerTimeMs: timeMs,
      updateTimeMs: timeMs,
      actualOrderId: order.orderId,
    };
    execution.putAlgo(triggered, timeMs);
    execution.fill(instrument, order, fills, false, timeMs, true);
    execution.endAlgo(triggered, "FINISHED", timeMs, "");
  }

  private fillLimit(order: OrderRecord, timeMs: number): void {
    const held = decimal(this.state.positions.get(order.symbol)?.quantity ?? "0");
    const rest = decimal(order.quantity).minus(decimal(order.executedQuantity));
    const shrinks = !held.eq(zero) && held.gt(zero) === (order.side === "SELL");
    if (order.reduceOnly && !shrinks) {
      this.execution.putOrder({ ...order, status: "EXPIRED", updateTimeMs: timeMs }, "EXPIRED", timeMs);
      return;
    }
    const quantity = order.reduceOnly && rest.gt(held.abs()) ? held.abs() : rest;
    this.execution.fill(this.instrument(order.symbol), order, [{ price: decimal(order.price), quantity }], true, timeMs, true);
  }

  /** Whether opening `quantity` more needs more margin than is available; what merely closes needs none. */
  marginShort(
    instrument: SimulatedInstrument,
    side: OrderRecord["side"],
    quantity: DecimalValue,
    price: DecimalValue,
    nowMs: number,
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
    return needed.gt(this.figures(nowMs).availableBalance.plus(released));
  }

  /**
   * Cancels the symbol's orders and closes the position at market, paying the clearance fee. What the margin cannot cover is the insurance
   * fund's: an isolated position never costs more than its own wallet, a cross position never more than the cross wallet.
   */
  private liquidate(symbol: string, timeMs: number): void {
    const { state, execution } = this;
    const instrument = this.instrument(symbol);
    for (const order of [...state.openOrders.values()]) if (order.symbol === symbol) this.cancelOrder(order, timeMs);
    for (const algo of [...state.openAlgoOrders.values()]) {
      if (algo.symbol === symbol) execution.endAlgo(algo, "EXPIRED", timeMs, "liquidation");
    }
    const position = state.positions.get(symbol)!;
    const held = decimal(position.quantity);
    const isolated = state.settingOf(symbol).marginType === "ISOLATED";
    const margin = isolated
      ? decimal(position.isolatedWallet)
      : this.figures(timeMs).crossWalletBalance.plus(this.otherCrossPnl(symbol, timeMs));
    const order: OrderRecord = {
      orderId: execution.nextOrderId(instrument),
      clientOrderId: `autoclose-${timeMs}-${symbol}`.slice(0, 36),
      symbol,
      side: held.gt(zero) ? "SELL" : "BUY",
      type: "MARKET",
      timeInForce: "IOC",
      quantity: held.abs().toFixed(),
      price: "0",
      reduceOnly: true,
      closePosition: true,
      timeMs,
      status: "NEW",
      executedQuantity: "0",
      cumulativeQuote: "0",
      updateTimeMs: timeMs,
    };
    const taken = execution.take(instrument, order.side, held.abs(), timeMs, this.market.path.lastTicks(instrument, timeMs));
    const filled = taken.reduce((sum, fill) => sum.plus(fill.quantity), zero);
    const mark = this.market.markPrice(instrument, timeMs);
    const rest = held.abs().minus(filled);
    // The fund takes what the book does not.
    const fills = rest.gt(zero) ? [...taken, { price: mark, quantity: rest }] : taken;
    const balanceBefore = decimal(state.account.walletBalance);
    execution.fill(instrument, order, fills, false, timeMs, true);
    const lost = balanceBefore.minus(decimal(state.account.walletBalance));
    const left = margin.minus(lost);
    const fee = roundUsdt(held.abs().times(mark).times(decimal(instrument.liquidationFee)));
    const charged = left.lt(fee) ? left : fee;
    // Negative `left` is a loss beyond the margin: the fund pays it back.
    execution.book(symbol, "INSURANCE_CLEAR", charged.times(minusOne), timeMs);
    execution.tellAccount("INSURANCE_CLEAR", [], timeMs, charged.times(minusOne).toFixed());
  }

  private otherCrossPnl(symbol: string, timeMs: number): DecimalValue {
    let pnl = zero;
    for (const position of this.state.positions.values()) {
      if (position.symbol === symbol || this.state.settingOf(position.symbol).marginType === "ISOLATED") continue;
      const open = unrealizedPnl(position, this.market.markPrice(this.instrument(position.symbol), timeMs));
      // Only losses bind the wallet; profit of others that is not realised pays nothing.
      if (open.lt(zero)) pnl = pnl.plus(open);
    }
    return pnl;
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
