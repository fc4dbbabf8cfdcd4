import type { Exchange } from "../matching/exchange.ts";
import { activeSymbols } from "../matching/exchange-state.ts";
import type { SimulatedClock } from "../simulated-clock.ts";
import { FundingDues } from "./funding-dues.ts";
import type { PricePair } from "./known-span.ts";
import { LiveClock } from "./live-clock.ts";
import { instrumentsOf } from "./live-instruments.ts";
import type { LiveMarket } from "./live-market.ts";
import { lookAtMinutes, lookAtQuote, lookAtTurnover } from "./look.ts";
import { coursesOf, type LiveMinute, minuteCuts } from "./price-course.ts";
import { type Upstream, UpstreamRefusal } from "./upstream.ts";

const minuteMs = 60_000;
/** A klines request gives no more; what lies further back is not matched. */
const mostMinutes = 1_500;
const quoteEveryMs = minuteMs;
const turnoverEveryMs = 60 * minuteMs;
const timeEveryMs = 5 * minuteMs;
/** Two orders in a row need not look twice. */
const freshMs = 500;

export interface FollowerOptions {
  readonly upstream: Upstream;
  readonly market: LiveMarket;
  readonly exchange: Exchange;
  readonly clock: SimulatedClock;
  readonly realNow: () => number;
  /** Writes down what changed. */
  readonly commit: () => void;
  /** Told in one sentence what the operator should know. */
  readonly report: (line: string) => void;
}

/** Measures how far this machine's clock is behind the exchange's; half the round trip is the best guess of when the answer was made. Weight 1. */
export async function measureOffset(upstream: Upstream, realNow: () => number): Promise<number> {
  const sentMs = realNow();
  const body = await upstream.json("/fapi/v1/time");
  const serverTime = (body as { readonly serverTime?: unknown } | null)?.serverTime;
  if (typeof serverTime !== "number" || !Number.isSafeInteger(serverTime) || serverTime <= 0) {
    throw new UpstreamRefusal("/fapi/v1/time", { status: 200, contentType: "application/json", body: JSON.stringify(body), headers: {} });
  }
  return serverTime - (sentMs + realNow()) / 2;
}

/**
 * Looks at the followed exchange and lets the account live through what happened since the last look.
 *
 * One look at a time, at all contracts with a position or an order, so that all prices end at the same instant. Nothing is matched while the
 * exchange is silent; the first look afterwards brings the minutes between.
 */
export class Follower {
  private readonly options: FollowerOptions;
  private readonly fundingDues: FundingDues;
  private queue: Promise<unknown> = Promise.resolve();
  private lookedMs = Number.NEGATIVE_INFINITY;
  private committedMs = Number.NEGATIVE_INFINITY;
  private measuredMs: number;
  private listedMs: number;
  private readonly quotedMs = new Map<string, number>();
  private readonly turnoverMs = new Map<string, number>();

  constructor(options: FollowerOptions) {
    this.options = options;
    this.fundingDues = new FundingDues(options.upstream, options.exchange);
    this.measuredMs = options.realNow();
    this.listedMs = options.realNow();
    for (const { symbol, last, mark } of options.exchange.state.watches.values())
      options.market.path.latest.set(symbol, { last: last.close, mark: mark.close });
  }

  /** Looks once, after whoever looks already; `wanted` is a contract that is about to be traded. Throws what the upstream throws. */
  look(wanted?: string): Promise<void> {
    const turn = this.queue.then(() => this.lookNow(wanted));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** Reads the list of contracts anew, at most once a minute, for one that is not known. */
  async listAnew(): Promise<void> {
    const { upstream, market, realNow } = this.options;
    if (realNow() - this.listedMs < minuteMs) return;
    this.listedMs = realNow();
    const instruments = instrumentsOf(await upstream.json("/fapi/v1/exchangeInfo", 20_000));
    if (instruments !== undefined) market.list(instruments);
  }

  private async lookNow(wanted: string | undefined): Promise<void> {
    const { exchange, clock, realNow } = this.options;
    const active = activeSymbols(exchange.state);
    if (active.length === 0 && wanted === undefined) return;
    const isFresh = realNow() - this.lookedMs < freshMs && this.quotedMs.get(wanted ?? "") === exchange.state.account.processedMs;
    if (isFresh && clock.read().kind === "real") return;
    await this.keepTime();
    const nowMs = Math.max(clock.nowMs(), exchange.state.account.processedMs);
    const symbols = wanted === undefined || active.includes(wanted) ? active : [...active, wanted];
    const seen = await Promise.all(
      symbols.map(async (symbol) => {
        const [minutes] = await Promise.all([this.minutesOf(symbol, nowMs, active), this.lookAtBook(symbol, nowMs, symbol === wanted)]);
        return [symbol, minutes] as const;
      }),
    );
    this.live(active, new Map(seen), nowMs);
    await this.fundingDues.settle(nowMs);
    this.lookedMs = realNow();
    if (exchange.state.hasNews || nowMs - this.committedMs >= minuteMs) {
      this.committedMs = nowMs;
      this.options.commit();
    }
  }

  /** Everything since the last look becomes spans of known prices, and is matched at once. */
  private live(active: readonly string[], seen: ReadonlyMap<string, PricePair<readonly LiveMinute[]>>, nowMs: number): void {
    const { exchange, market } = this.options;
    const { state } = exchange;
    const fromMs = this.matchFrom(active, nowMs);
    const cuts = minuteCuts(fromMs, nowMs);
    const courses = active.map((symbol) => {
      const minutes = seen.get(symbol)!;
      const watch = state.watches.get(symbol);
      const [last, mark] = (["last", "mark"] as const).map((kind) => {
        const before = watch?.[kind] ?? minutes[kind][0];
        return before === undefined ? [] : coursesOf(before, minutes[kind], cuts);
      });
      return { symbol, last: last!, mark: mark! };
    });
    for (const [symbol, { last, mark }] of seen) {
      const [newestLast, newestMark] = [last.at(-1), mark.at(-1)];
      if (newestLast === undefined || newestMark === undefined) continue;
      state.record({ kind: "watch", record: { symbol, last: newestLast, mark: newestMark } });
      if (!active.includes(symbol)) market.path.latest.set(symbol, { last: newestLast.close, mark: newestMark.close });
    }
    for (let span = 0; active.length > 0 && span + 1 < cuts.length; span++) {
      const known = courses.filter(({ last, mark }) => last.length > 0 && mark.length > 0);
      market.learn({
        fromMs: cuts[span]!,
        untilMs: cuts[span + 1]!,
        courses: new Map(known.map(({ symbol, last, mark }) => [symbol, { last: last[span]!, mark: mark[span]! }])),
      });
    }
    exchange.advanceTo(nowMs);
    state.record({ kind: "account", record: { ...state.account, processedMs: nowMs } });
  }

  private matchFrom(active: readonly string[], nowMs: number): number {
    const { processedMs } = this.options.exchange.state.account;
    if (active.length === 0) return nowMs;
    const oldestMs = Math.floor(nowMs / minuteMs) * minuteMs - (mostMinutes - 1) * minuteMs;
    if (processedMs >= oldestMs) return processedMs;
    this.options.report(
      `Prices between ${new Date(processedMs).toISOString()} and ${new Date(oldestMs).toISOString()} are out of reach (${mostMinutes} minutes are given): orders are matched from there on.`,
    );
    return oldestMs;
  }

  private async minutesOf(symbol: string, nowMs: number, active: readonly string[]): Promise<PricePair<readonly LiveMinute[]>> {
    const watch = active.includes(symbol) ? this.options.exchange.state.watches.get(symbol) : undefined;
    const sinceMs = watch === undefined ? nowMs : Math.min(watch.last.openMs, watch.mark.openMs);
    const count = Math.ceil((nowMs - sinceMs) / minuteMs) + 2;
    return lookAtMinutes(this.options.upstream, symbol, Math.min(mostMinutes, Math.max(2, count)));
  }

  private async lookAtBook(symbol: string, nowMs: number, isWanted: boolean): Promise<void> {
    const { upstream, market } = this.options;
    const instrument = market.feed.find(symbol);
    if (instrument === undefined) return;
    const isOld = (knownMs: number | undefined, everyMs: number) => knownMs === undefined || nowMs - knownMs >= everyMs;
    if (isWanted || isOld(this.quotedMs.get(symbol), quoteEveryMs)) {
      const quote = await lookAtQuote(upstream, instrument, nowMs);
      if (quote !== undefined) market.book.quote(symbol, quote);
      this.quotedMs.set(symbol, nowMs);
    }
    if (isOld(this.turnoverMs.get(symbol), turnoverEveryMs)) {
      market.book.turnover(symbol, await lookAtTurnover(upstream, symbol));
      this.turnoverMs.set(symbol, nowMs);
    }
  }

  private async keepTime(): Promise<void> {
    const { clock, upstream, realNow } = this.options;
    if (!(clock instanceof LiveClock) || realNow() - this.measuredMs < timeEveryMs) return;
    clock.adjust(await measureOffset(upstream, realNow));
    this.measuredMs = realNow();
  }
}
