import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { AccountEvents } from "./account-event.ts";
import { type AccountFigures, accountFigures } from "./account-health.ts";
import { refusals } from "./exchange-refusal.ts";
import { ExchangeState } from "./exchange-state.ts";
import { Execution } from "./execution.ts";
import type { TradedMarket } from "./market.ts";
import { addedMargin } from "./order-margin.ts";
import { unrealizedPnl } from "./position.ts";
import type { AlgoOrderRecord, OrderRecord } from "./records.ts";

const zero = decimal("0");

/** The account and the market it trades on, at an instant that the caller names: what every rule is judged with. */
export class ExchangeCore {
  readonly state = new ExchangeState();
  readonly market: TradedMarket;
  readonly execution: Execution;
  /** What happens to the account, for whoever wants to be told. */
  readonly events = new AccountEvents();

  constructor(market: TradedMarket) {
    this.market = market;
    this.execution = new Execution(this.state, market, this.events);
  }

  /** The contract; refuses an unknown symbol as the exchange does. */
  instrument(symbol: string): SimulatedInstrument {
    const instrument = this.market.feed.find(symbol);
    if (instrument === undefined) throw refusals.symbol();
    return instrument;
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

  /** Whether an order needs more margin than is available; what merely closes needs none. `replaced` is the order that it amends. */
  marginShort(
    instrument: SimulatedInstrument,
    side: OrderRecord["side"],
    quantity: DecimalValue,
    price: DecimalValue,
    nowMs: number,
    replaced?: OrderRecord,
  ): boolean {
    const { symbol } = instrument;
    const position = this.state.positions.get(symbol);
    const held = decimal(position?.quantity ?? "0");
    const closes = !held.eq(zero) && held.gt(zero) !== (side === "BUY");
    const opened = closes ? quantity.minus(held.abs()) : quantity;
    if (!opened.gt(zero) && this.state.openOrders.size === 0) return false;
    const mark = this.market.markPrice(instrument, nowMs);
    let needed = addedMargin(this.state, () => mark, symbol, side, quantity.times(price), replaced);
    const adverse = side === "BUY" ? price.minus(mark) : mark.minus(price);
    if (adverse.gt(zero) && opened.gt(zero)) needed = needed.plus(adverse.times(opened));
    // A flip takes the loss of an isolated position first, which the cross balance does not bear as long as it is open.
    if (closes && opened.gt(zero) && this.state.settingOf(symbol).marginType === "ISOLATED") {
      const pnl = unrealizedPnl(position!, mark);
      if (pnl.lt(zero)) needed = needed.plus(pnl.abs());
    }
    return needed.gt(zero) && needed.gt(this.figures(nowMs).availableBalance);
  }
}
