import {
  type BookTop,
  ExchangeError,
  type ExchangePosition,
  type Fill,
  type OrderGateway,
  type OrderReport,
  type PlaceOutcome,
  type ProtectionReport,
  type RestingOrder,
} from "@winiswin/application";
import {
  asPrice,
  asQuantity,
  asUsdt,
  decimal,
  type Price,
  price,
  type Quantity,
  quantity,
  type Usdt,
  usdt,
  zeroQuantity,
  zeroUsdt,
} from "@winiswin/domain/decimal";
import type { Direction } from "@winiswin/domain/direction";
import { entrySideOf, exitSideOf, type OrderSide } from "@winiswin/domain/order";
import type { OrderBook } from "@winiswin/domain/risk";
import type { Transfer } from "@winiswin/domain/risk/equity-marks-history";
import { someBrackets } from "./instruments.ts";

/** What goes wrong at a call that changes something. */
export type WriteFault =
  | { readonly fault: "lostRequest" }
  | { readonly fault: "lostResponse" }
  | { readonly fault: "rejected"; readonly code: number; readonly meaning: Extract<PlaceOutcome, { outcome: "rejected" }>["meaning"] };

interface HeldPosition {
  readonly direction: Direction;
  readonly quantity: Quantity;
  readonly entryPrice: Price;
}

const feeRate = decimal("0.0005");

/**
 * An exchange in memory that does at once what it is told: for tests of the execution, with faults on demand and everything countable.
 *
 * The exchange simulator is the faithful one; this one is for thousands of cases in a second.
 */
export class FakeExchange implements OrderGateway {
  readonly held = new Map<string, HeldPosition>();
  /** The newest under each client id. */
  readonly orders = new Map<string, OrderReport>();
  /** Client ids are unique among open orders only: an id may have had several. */
  private readonly everyOrder: OrderReport[] = [];
  readonly protections = new Map<string, ProtectionReport>();
  readonly fills: Fill[] = [];
  /** Plain orders that wait in the book, by symbol; a reduce-only one claims what it would reduce. */
  readonly resting = new Map<string, RestingOrder[]>();
  /** Every request that reached the exchange and changed or would have changed something. */
  readonly received: string[] = [];
  /** Asked before each write with its name; a fault is applied to that write. */
  faultAt: (write: string) => WriteFault | undefined = () => undefined;
  /** What `fundingSince` answers for every symbol. */
  funding: Usdt = zeroUsdt;
  /** Deposits (negative: withdrawals) as they were booked. */
  readonly transfers: Transfer[] = [];
  /** How long after its booking a transfer is told; the balance shows it at once. */
  transferDelayMs = 0;
  /** What `clearanceFeesSince` answers for every symbol. */
  clearanceFees: Usdt = zeroUsdt;
  /** How many reads of orders and positions still fail. */
  failingReads = 0;
  /** Until then the exchange executes but shows neither orders nor positions nor fills, as a lagging replica does. */
  hiddenUntilMs = 0;
  private readonly prices = new Map<string, Price>();
  private readonly nowMs: () => number;
  private nextId = 1;
  private wallet: Usdt = usdt("10000");

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  setPrice(symbol: string, at: string): void {
    this.prices.set(symbol, price(at));
    for (const protection of [...this.protections.values()]) {
      // Read again: what triggered before may have ended this one.
      const current = this.protections.get(protection.clientOrderId) ?? protection;
      if (current.status === "new" && current.symbol === symbol && this.isTriggered(current)) this.trigger(current);
    }
  }

  bookTop(symbol: string): Promise<BookTop> {
    return Promise.resolve({ bidPrice: this.priceOf(symbol), askPrice: this.priceOf(symbol) });
  }

  /** One level on each side, at the one price, that holds enough for any test. */
  orderBook(symbol: string): Promise<OrderBook> {
    const level = { price: this.priceOf(symbol), quantity: quantity("1000000") };
    return Promise.resolve({ bids: [level], asks: [level] });
  }

  transfer(amount: Usdt): void {
    this.wallet = asUsdt(this.wallet.plus(amount));
    this.transfers.push({ id: String(this.nextId++), amount, timeMs: this.nowMs() });
  }

  balance() {
    const unrealised = [...this.held].reduce<Usdt>(
      (sum, [symbol, position]) => asUsdt(sum.plus(this.profitOf(symbol, position))),
      zeroUsdt,
    );
    return Promise.resolve({
      walletBalance: this.wallet,
      availableBalance: this.wallet,
      unrealisedProfit: unrealised,
      equity: asUsdt(this.wallet.plus(unrealised)),
    });
  }

  async positions(): Promise<readonly ExchangePosition[]> {
    return (this.isHidden() ? [] : [...this.held]).map(([symbol, position]) => ({
      symbol,
      ...position,
      markPrice: this.priceOf(symbol),
      unrealisedProfit: this.profitOf(symbol, position),
      liquidationPrice: undefined,
      notional: asUsdt(position.quantity.times(this.priceOf(symbol))),
    }));
  }

  leverageBrackets = () => Promise.resolve(someBrackets());
  takerFeeRate = () => Promise.resolve(feeRate);
  requireOneWayMode = () => Promise.resolve();
  prepareSymbol = () => Promise.resolve();

  placeEntry: OrderGateway["placeEntry"] = (intent) =>
    this.write(`entry ${intent.symbol}`, () => {
      const orderId = this.newOrder(intent.symbol, intent.clientOrderId, intent.quantity);
      this.fill(orderId, intent.symbol, entrySideOf(intent.direction), intent.quantity, intent.direction);
      return { outcome: "accepted" };
    });

  placeProtection: OrderGateway["placeProtection"] = (order) =>
    this.write(`${order.leg} ${order.symbol}`, () => {
      const position = this.held.get(order.symbol);
      // The real exchange looks at the position of an order with a quantity only when it triggers.
      if (position === undefined && order.quantity === undefined)
        return { outcome: "rejected", code: -4509, reason: "TIF GTE can only be used with open positions", meaning: "needsPosition" };
      const open = [...this.protections.values()].filter((other) => other.status === "new" && other.symbol === order.symbol);
      if (open.some(({ clientOrderId }) => clientOrderId === order.clientOrderId)) return { outcome: "accepted" };
      const leg = order.leg === "takeProfit" ? "takeProfit" : "stopLoss";
      if (
        order.quantity === undefined &&
        open.some((other) => other.closePosition && other.leg === leg && other.side === exitSideOf(order.direction))
      )
        return {
          outcome: "rejected",
          code: -4130,
          reason: "one closePosition order of a kind is open already",
          meaning: "alreadyProtected",
        };
      const report: ProtectionReport = {
        clientOrderId: order.clientOrderId,
        symbol: order.symbol,
        leg,
        side: exitSideOf(order.direction),
        triggerPrice: order.triggerPrice,
        closePosition: order.quantity === undefined,
        quantity: order.quantity,
        status: "new",
        spawnedOrderId: undefined,
      };
      if (this.isTriggered(report))
        return { outcome: "rejected", code: -2021, reason: "Order would immediately trigger.", meaning: "wouldTriggerImmediately" };
      this.protections.set(order.clientOrderId, report);
      return { outcome: "accepted" };
    });

  closeAtMarket: OrderGateway["closeAtMarket"] = (order) =>
    this.write(`close ${order.symbol}`, () => {
      const claimed = (this.resting.get(order.symbol) ?? []).some(({ reduceOnly }) => reduceOnly);
      if (claimed || this.held.get(order.symbol)?.direction !== order.direction)
        return { outcome: "rejected", code: -2022, reason: "ReduceOnly Order is rejected.", meaning: "nothingToReduce" };
      this.reduce(order.symbol, this.newOrder(order.symbol, order.clientOrderId, order.quantity), order.quantity);
      return { outcome: "accepted" };
    });

  cancelProtection: OrderGateway["cancelProtection"] = (symbol, clientOrderId) =>
    this.write(`cancel ${symbol}`, () => {
      const known = this.protections.get(clientOrderId);
      if (known?.status === "new") this.protections.set(clientOrderId, { ...known, status: "canceled" });
      return { outcome: "accepted" };
    });

  findOrder = async (_symbol: string, clientOrderId: string) => (this.isHidden() ? undefined : this.orders.get(clientOrderId));
  findOrderById = async (symbol: string, orderId: string) =>
    this.isHidden() ? undefined : this.everyOrder.find((order) => order.symbol === symbol && order.orderId === orderId);
  findProtection = async (_symbol: string, clientOrderId: string) => (this.isHidden() ? undefined : this.protections.get(clientOrderId));
  openProtections = async () => (this.isHidden() ? [] : [...this.protections.values()].filter((protection) => protection.status === "new"));
  openOrders = async (symbol: string) => this.resting.get(symbol) ?? [];
  fundingSince = () => Promise.resolve(this.funding);
  transfersBetween = async (sinceMs: number, untilMs: number) =>
    this.transfers.filter(({ timeMs }) => timeMs >= sinceMs && timeMs <= untilMs && timeMs + this.transferDelayMs <= this.nowMs());
  clearanceFeesSince = () => Promise.resolve(this.clearanceFees);
  fillsSince = (symbol: string, sinceMs: number) =>
    Promise.resolve(this.fills.filter((fill) => !this.isHidden() && fill.symbol === symbol && fill.timeMs >= sinceMs));

  private write(name: string, act: () => PlaceOutcome): Promise<PlaceOutcome> {
    const fault = this.faultAt(name);
    if (fault?.fault === "lostRequest") return Promise.resolve({ outcome: "unknown", reason: "no answer in time" });
    this.received.push(name);
    if (fault?.fault === "rejected")
      return Promise.resolve({ outcome: "rejected", code: fault.code, reason: `rejected with ${fault.code}`, meaning: fault.meaning });
    const outcome = act();
    return Promise.resolve(
      fault?.fault === "lostResponse" ? { outcome: "unknown", reason: "the connection broke after the request was sent" } : outcome,
    );
  }

  private isHidden(): boolean {
    if (this.failingReads > 0) {
      this.failingReads--;
      throw new ExchangeError("retryable", "the exchange could not be read");
    }
    return this.nowMs() < this.hiddenUntilMs;
  }

  /** Trades at market under an order that somebody else placed by hand. */
  tradeByHand(symbol: string, side: OrderSide, amount: Quantity): void {
    const held = this.held.get(symbol);
    const orderId = this.newOrder(symbol, `web_${this.nextId}`, amount);
    if (held !== undefined && side === exitSideOf(held.direction)) this.reduce(symbol, orderId, amount);
    else this.fill(orderId, symbol, side, amount, side === "buy" ? "long" : "short");
  }

  /** A stop that somebody drew on his chart: it closes the position and is nobody's program's. */
  drawStopByHand(symbol: string, triggerPrice: Price): void {
    const held = this.held.get(symbol);
    if (held === undefined) throw new Error(`nothing is held in ${symbol}`);
    const clientOrderId = `web_${this.nextId++}`;
    const facts = { clientOrderId, symbol, triggerPrice, side: exitSideOf(held.direction), quantity: undefined, spawnedOrderId: undefined };
    this.protections.set(clientOrderId, { ...facts, leg: "stopLoss", closePosition: true, status: "new" });
  }

  /** Closes a position as the exchange does it by itself: with an order that nobody placed, under the name that it gives such orders. */
  closeByExchange(symbol: string, clientOrderId: string): void {
    const position = this.held.get(symbol);
    if (position === undefined) throw new Error(`nothing is held in ${symbol}`);
    this.reduce(symbol, this.newOrder(symbol, clientOrderId, position.quantity), position.quantity);
  }

  private newOrder(symbol: string, clientOrderId: string, executedQuantity: Quantity): string {
    const orderId = String(this.nextId++);
    const averagePrice = this.priceOf(symbol);
    const report: OrderReport = { orderId, clientOrderId, symbol, status: "filled", executedQuantity, averagePrice };
    this.orders.set(clientOrderId, report);
    this.everyOrder.push(report);
    return orderId;
  }

  private fill(
    orderId: string,
    symbol: string,
    side: OrderSide,
    amount: Quantity,
    direction: Direction,
    realisedProfit: Usdt = zeroUsdt,
  ): void {
    const at = this.priceOf(symbol);
    const fee = asUsdt(at.times(amount).times(feeRate));
    this.wallet = asUsdt(this.wallet.plus(realisedProfit).minus(fee));
    const fillId = String(this.nextId++);
    this.fills.push({ fillId, orderId, symbol, side, price: at, quantity: amount, fee, realisedProfit, timeMs: this.nowMs() });
    if (side !== entrySideOf(direction)) return;
    const before = this.held.get(symbol);
    const total = asQuantity((before?.quantity ?? zeroQuantity).plus(amount));
    const notional = at.times(amount).plus(before === undefined ? "0" : before.entryPrice.times(before.quantity));
    this.held.set(symbol, { direction, quantity: total, entryPrice: asPrice(notional.div(total)) });
  }

  /** Takes at most so much out of a position; what hangs on it expires with its last part. */
  private reduce(symbol: string, orderId: string, wanted: Quantity): void {
    const position = this.held.get(symbol);
    if (position === undefined) return;
    const part = wanted.gt(position.quantity) ? position.quantity : wanted;
    const profit = this.profitOf(symbol, { ...position, quantity: part });
    this.fill(orderId, symbol, exitSideOf(position.direction), part, position.direction, profit);
    const rest = asQuantity(position.quantity.minus(part));
    if (rest.gt("0")) {
      this.held.set(symbol, { ...position, quantity: rest });
      return;
    }
    this.held.delete(symbol);
    for (const [id, protection] of this.protections) {
      if (protection.symbol === symbol && protection.status === "new" && protection.closePosition)
        this.protections.set(id, { ...protection, status: "expired" });
    }
  }

  private trigger(protection: ProtectionReport): void {
    const position = this.held.get(protection.symbol);
    const isReducing = position !== undefined && protection.side === exitSideOf(position.direction);
    if (!isReducing) {
      this.protections.set(protection.clientOrderId, { ...protection, status: "rejected" });
      return;
    }
    const wanted = protection.quantity ?? position.quantity;
    const done = wanted.gt(position.quantity) ? position.quantity : wanted;
    const spawnedOrderId = this.newOrder(protection.symbol, `spawned-${protection.clientOrderId}`, done);
    this.protections.set(protection.clientOrderId, { ...protection, status: "finished", spawnedOrderId });
    this.reduce(protection.symbol, spawnedOrderId, wanted);
  }

  private isTriggered({ leg, side, symbol, triggerPrice }: ProtectionReport): boolean {
    const at = this.priceOf(symbol);
    const fallsTo = (leg === "stopLoss") === (side === "sell");
    return fallsTo ? at.lte(triggerPrice) : at.gte(triggerPrice);
  }

  private profitOf(symbol: string, position: HeldPosition): Usdt {
    const move = this.priceOf(symbol).minus(position.entryPrice).times(position.quantity);
    return asUsdt(position.direction === "long" ? move : zeroUsdt.minus(move));
  }

  private priceOf(symbol: string): Price {
    const at = this.prices.get(symbol);
    if (at === undefined) throw new ExchangeError("fatal", `the fake exchange has no price for ${symbol}`);
    return at;
  }
}

/** A position somebody else opened on the account. */
export const foreignPosition = (direction: Direction, amount: string, at: string): HeldPosition => ({
  direction,
  quantity: quantity(amount),
  entryPrice: price(at),
});
