import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { AccountEvents } from "./account-event.ts";
import { type AccountFigures, accountFigures } from "./account-health.ts";
import { refusals } from "./exchange-refusal.ts";
import { ExchangeState } from "./exchange-state.ts";
import { Execution } from "./execution.ts";
import type { TradedMarket } from "./market.ts";
import { signedQuantity } from "./position.ts";
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
}
