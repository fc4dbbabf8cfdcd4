import { Exchange } from "../matching/exchange.ts";
import { type ExchangeRefusal, refusals } from "../matching/exchange-refusal.ts";

/** Reads that lag behind the matching engine. */
const laggingRead =
  /^GET \/fapi\/v\d\/(positionRisk|account|balance|order|openOrders?|allOrders|userTrades|income|algoOrder|openAlgoOrders|allAlgoOrders|orderAmendment|forceOrders|adlQuantile|positionMargin\/history)$/;

/** The account as it was before the latest executions, for as long as readers do not see them yet. */
export class LateView {
  private views: { readonly untilMs: number; readonly exchange: Exchange }[] = [];
  private readonly exchange: Exchange;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
  }

  /** Call before the execution that is to stay unseen. */
  start(untilMs: number): void {
    const before = new Exchange(this.exchange.market);
    before.restore(this.exchange.state.everything());
    this.views.push({ untilMs, exchange: before });
  }

  /** What a request is answered from in place of the exchange itself; undefined for everything that is up to date. */
  of(name: string, nowMs: number): Exchange | undefined {
    const view = this.current(nowMs);
    return view !== undefined && laggingRead.test(name) ? view : undefined;
  }

  /** An order that needs a position is refused while the position is not seen yet, as happens for a moment after a fill. */
  refuse(name: string, parameters: URLSearchParams, nowMs: number): ExchangeRefusal | undefined {
    const needsPosition = parameters.get("closePosition") === "true" || parameters.get("timeInForce")?.toUpperCase() === "GTE_GTC";
    if (name !== "POST /fapi/v1/algoOrder" || !needsPosition) return undefined;
    const view = this.current(nowMs);
    if (view === undefined || view.state.positions.has(parameters.get("symbol")?.toUpperCase() ?? "")) return undefined;
    return refusals.needsPosition();
  }

  isActive(nowMs: number): boolean {
    return this.current(nowMs) !== undefined;
  }

  private current(nowMs: number): Exchange | undefined {
    if (this.views.length > 0) this.views = this.views.filter(({ untilMs }) => nowMs < untilMs);
    return this.views[0]?.exchange;
  }
}
