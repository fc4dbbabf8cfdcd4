import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { hashText } from "../market/noise.ts";
import type { AccountChangeReason, AccountEvents, OrderExecution, PositionUpdate } from "./account-event.ts";
import type { ExchangeState } from "./exchange-state.ts";
import { priceOf, type TradedMarket } from "./market.ts";
import { applyFill, flatPosition, roundUsdt, unrealizedPnl } from "./position.ts";
import type { AlgoOrderRecord, ExpiryReason, IncomeType, OrderRecord, Side, TradeRecord } from "./records.ts";

const zero = decimal("0");
export const takerFeeRate = decimal("0.0005");
export const makerFeeRate = decimal("0.0002");

/** One piece of an order that found a counterpart. */
export interface Fill {
  readonly price: DecimalValue;
  readonly quantity: DecimalValue;
}

/** Turns fills into trades, fees, positions and wallet; the only place where money moves. */
export class Execution {
  private readonly state: ExchangeState;
  private readonly market: TradedMarket;
  private readonly events: AccountEvents;

  constructor(state: ExchangeState, market: TradedMarket, events: AccountEvents) {
    this.state = state;
    this.market = market;
    this.events = events;
  }

  /** Keeps an order as it now stands and tells of it. */
  putOrder(order: OrderRecord, execution: OrderExecution, timeMs: number, trade?: TradeRecord): void {
    this.state.record({ kind: "order", record: order });
    this.events.emit({ kind: "order", timeMs, execution, order, trade });
    if (order.origin === undefined || order.status === "NEW" || order.status === "PARTIALLY_FILLED") return;
    const algo = this.state.algoOrders.get(order.origin.algoId);
    if (algo?.status === "TRIGGERED") this.endAlgo(algo, "FINISHED", timeMs, "");
  }

  expireOrder(order: OrderRecord, expiryReason: ExpiryReason, timeMs: number): OrderRecord {
    const expired: OrderRecord = { ...order, status: "EXPIRED", expiryReason, updateTimeMs: timeMs };
    this.putOrder(expired, "EXPIRED", timeMs);
    return expired;
  }

  /** Keeps a conditional order as it now stands and tells of it. */
  putAlgo(algo: AlgoOrderRecord, timeMs: number): void {
    this.state.record({ kind: "algoOrder", record: algo });
    this.events.emit({ kind: "algoOrder", timeMs, algo });
  }

  /** Tells the balance and the positions of these contracts as they now stand. */
  tellAccount(reason: AccountChangeReason, symbols: readonly string[], timeMs: number, balanceChange = "0"): void {
    if (!this.events.hasListeners) return;
    const { state } = this;
    let cross = decimal(state.account.walletBalance);
    for (const position of state.positions.values()) cross = cross.minus(decimal(position.isolatedWallet));
    this.events.emit({
      kind: "account",
      timeMs,
      reason,
      walletBalance: state.account.walletBalance,
      crossWalletBalance: cross.toFixed(),
      balanceChange,
      positions: symbols.map((symbol) => this.positionUpdate(symbol, timeMs)),
    });
  }

  positionUpdate(symbol: string, timeMs: number): PositionUpdate {
    const position = this.state.positions.get(symbol) ?? { ...flatPosition(symbol), updateTimeMs: timeMs };
    const instrument = this.market.feed.find(symbol);
    const open = instrument === undefined ? zero : unrealizedPnl(position, this.market.markPrice(instrument, timeMs));
    return { position, marginType: this.state.settingOf(symbol).marginType, unrealizedPnl: open.toFixed(8) };
  }

  /** Order ids grow by one per order and differ by symbol; ETHUSDT's and every third symbol's lie above 2^53, as real ones do. */
  nextOrderId(instrument: SimulatedInstrument): string {
    const { account } = this.state;
    const draw = hashText(instrument.symbol);
    const large = instrument.symbol === "ETHUSDT" || draw % 3 === 0;
    const base = large ? 8_389_765_000_000_000_000n + BigInt(draw % 1_000) * 1_000_000_000_000n : 10_000_000_000n + BigInt(draw);
    this.state.record({ kind: "account", record: { ...account, nextOrder: account.nextOrder + 1 } });
    return String(base + BigInt(account.nextOrder));
  }

  nextAlgoId(): string {
    const { account } = this.state;
    this.state.record({ kind: "account", record: { ...account, nextAlgo: account.nextAlgo + 1 } });
    return String(1_000_000_000_000_000 + account.nextAlgo);
  }

  /**
   * What the book gives a taker: level by level from the price, until the quantity, the limit price or the market take bound around the
   * mark price is reached.
   */
  take(
    instrument: SimulatedInstrument,
    side: Side,
    quantity: DecimalValue,
    timeMs: number,
    fromTicks: number,
    limit?: DecimalValue,
  ): readonly Fill[] {
    const bound = decimal(instrument.marketTakeBound);
    const one = decimal("1");
    const mark = this.market.markPrice(instrument, timeMs);
    const worst = side === "BUY" ? mark.times(one.plus(bound)) : mark.times(one.minus(bound));
    const step = decimal(instrument.stepSize);
    const fills: Fill[] = [];
    let rest = quantity;
    for (const level of this.market.book.levels(instrument, timeMs, fromTicks, side)) {
      const price = priceOf(instrument, level.ticks);
      if (side === "BUY" ? price.gt(worst) : price.lt(worst)) break;
      if (limit !== undefined && (side === "BUY" ? price.gt(limit) : price.lt(limit))) break;
      const offered = step.times(decimal(String(level.steps)));
      const taken = rest.lt(offered) ? rest : offered;
      fills.push({ price, quantity: taken });
      rest = rest.minus(taken);
      if (rest.eq(zero)) break;
    }
    return fills;
  }

  /** Books the fills of an order and leaves it FILLED, PARTIALLY_FILLED or, with nothing more to come, EXPIRED. */
  fill(
    instrument: SimulatedInstrument,
    order: OrderRecord,
    fills: readonly Fill[],
    maker: boolean,
    timeMs: number,
    isFinal: boolean,
  ): OrderRecord {
    if (!this.state.orders.has(order.orderId)) this.putOrder(order, "NEW", timeMs);
    let current = order;
    const wanted = decimal(order.quantity);
    const told: (readonly [OrderRecord, TradeRecord])[] = [];
    for (const fill of fills) {
      const executed = decimal(current.executedQuantity).plus(fill.quantity);
      current = {
        ...current,
        executedQuantity: executed.toFixed(),
        cumulativeQuote: decimal(current.cumulativeQuote).plus(fill.quantity.times(fill.price)).toFixed(),
        status: executed.eq(wanted) ? "FILLED" : "PARTIALLY_FILLED",
        updateTimeMs: timeMs,
      };
      told.push([current, this.settle(instrument, order, fill, maker, timeMs)]);
    }
    if (fills.length > 0) this.tellAccount("ORDER", [order.symbol], timeMs);
    const execution = isLiquidation(order) ? "CALCULATED" : "TRADE";
    for (const [state, trade] of told) this.putOrder(state, execution, timeMs, trade);
    if (!isFinal || current.status === "FILLED") return current;
    return this.expireOrder(current, remainderReason(order), timeMs);
  }

  /** Adds to the wallet and to its history; the wallet is the sum of these. */
  book(symbol: string, incomeType: IncomeType, amount: DecimalValue, timeMs: number, tradeId = ""): void {
    if (amount.eq(zero)) return;
    const { account } = this.state;
    this.state.record({
      kind: "account",
      record: { ...account, walletBalance: decimal(account.walletBalance).plus(amount).toFixed(), nextTransfer: account.nextTransfer + 1 },
    });
    this.state.record({
      kind: "income",
      record: { tranId: account.nextTransfer, symbol, incomeType, income: amount.toFixed(), tradeId, timeMs },
    });
  }

  endAlgo(algo: AlgoOrderRecord, status: "CANCELED" | "EXPIRED" | "REJECTED" | "FINISHED", timeMs: number, reason: string): void {
    this.putAlgo({ ...algo, status, updateTimeMs: timeMs, reason }, timeMs);
  }

  private settle(instrument: SimulatedInstrument, order: OrderRecord, fill: Fill, maker: boolean, timeMs: number): TradeRecord {
    const { state } = this;
    const { symbol } = instrument;
    const setting = state.settingOf(symbol);
    const before = state.positions.get(symbol) ?? flatPosition(symbol);
    const leverage = setting.marginType === "ISOLATED" ? setting.leverage : undefined;
    const outcome = applyFill(before, order.side, fill.quantity, fill.price, timeMs, leverage);
    const notional = fill.quantity.times(fill.price);
    // A liquidation pays the clearance fee instead.
    const commission = isLiquidation(order) ? zero : roundUsdt(notional.times(maker ? makerFeeRate : takerFeeRate));
    const id = state.account.nextTrade;
    state.record({ kind: "account", record: { ...state.account, nextTrade: id + 1 } });
    this.book(symbol, "REALIZED_PNL", outcome.realizedPnl, timeMs, String(id));
    this.book(symbol, "COMMISSION", commission.times(decimal("-1")), timeMs, String(id));
    const trade: TradeRecord = {
      id,
      orderId: order.orderId,
      symbol,
      side: order.side,
      price: fill.price.toFixed(),
      quantity: fill.quantity.toFixed(),
      quoteQuantity: notional.toFixed(),
      commission: commission.toFixed(),
      realizedPnl: outcome.realizedPnl.toFixed(),
      maker,
      timeMs,
    };
    state.record({ kind: "trade", record: trade });
    const fees = decimal(outcome.position.fees).plus(commission).toFixed();
    state.record({ kind: "position", record: outcome.position.quantity === "0" ? outcome.position : { ...outcome.position, fees } });
    if (outcome.passedZero) this.expireWithPosition(symbol, timeMs, order.orderId);
    return trade;
  }

  /** Conditional orders with closePosition, and plain orders that only reduce, live as long as the position does. */
  private expireWithPosition(symbol: string, timeMs: number, cause: string): void {
    for (const order of [...this.state.openOrders.values()]) {
      if (order.symbol === symbol && order.reduceOnly && order.orderId !== cause) this.expireOrder(order, 4, timeMs);
    }
    for (const algo of [...this.state.openAlgoOrders.values()]) {
      if (algo.symbol === symbol && algo.timeInForce === "GTE_GTC") this.endAlgo(algo, "EXPIRED", timeMs, "GTE condition unsatisfied");
    }
  }
}

const isLiquidation = ({ clientOrderId }: OrderRecord): boolean => clientOrderId.startsWith("autoclose-");

const remainderReason = ({ type, timeInForce }: OrderRecord): ExpiryReason =>
  type === "MARKET" ? 9 : timeInForce === "FOK" ? 10 : timeInForce === "GTX" ? 11 : timeInForce === "IOC" ? 2 : 4;
