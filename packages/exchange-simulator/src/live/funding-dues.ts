import type { Exchange } from "../matching/exchange.ts";
import type { FundingDueRecord } from "../matching/records.ts";
import { type FundingRate, lookAtFunding } from "./look.ts";
import type { Upstream } from "./upstream.ts";

/** A rate is told some seconds after its time, with some milliseconds of jitter. */
const firstAskMs = 3_000;
const jitterMs = 60_000;
/** Nothing told by then: the hour was no funding time of this contract. */
const patienceMs = 300_000;
const askEveryMs = 15_000;

/** Books the funding of the full hours that were noted, once the exchange has told its rates; hours without funding are dropped. */
export class FundingDues {
  private readonly upstream: Upstream;
  private readonly exchange: Exchange;
  private askedMs = Number.NEGATIVE_INFINITY;

  constructor(upstream: Upstream, exchange: Exchange) {
    this.upstream = upstream;
    this.exchange = exchange;
  }

  async settle(nowMs: number): Promise<void> {
    const dues = [...this.exchange.state.fundingDues.values()].filter(({ timeMs }) => nowMs - timeMs >= firstAskMs);
    if (dues.length === 0 || nowMs - this.askedMs < askEveryMs) return;
    this.askedMs = nowMs;
    for (const [symbol, own] of Map.groupBy(dues, (due) => due.symbol)) {
      const first = Math.min(...own.map(({ timeMs }) => timeMs));
      const rates = await lookAtFunding(this.upstream, symbol, first - jitterMs);
      for (const due of own.sort((left, right) => left.timeMs - right.timeMs)) this.settleOne(due, rates, nowMs);
    }
  }

  private settleOne(due: FundingDueRecord, rates: readonly FundingRate[], nowMs: number): void {
    const { exchange } = this;
    const found = rates.find((rate) => Math.abs(rate.timeMs - due.timeMs) < jitterMs);
    if (found === undefined && nowMs - due.timeMs < patienceMs) return;
    exchange.state.record({ kind: "fundingDue", record: { ...due, settled: true } });
    if (found === undefined) return;
    const { symbol, timeMs, quantity } = due;
    const markPrice = found.markPrice === "" ? exchange.market.markPrice(exchange.instrument(symbol), nowMs).toFixed() : found.markPrice;
    exchange.settleFunding({ symbol, timeMs, quantity, markPrice, rate: found.rate });
  }
}
