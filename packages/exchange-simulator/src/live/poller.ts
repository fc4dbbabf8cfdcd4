import { activeSymbols, type ExchangeState } from "../matching/exchange-state.ts";
import type { Follower } from "./follower.ts";
import { type Upstream, UpstreamRefusal, UpstreamSilent } from "./upstream.ts";

const minuteMs = 60_000;
const firstPatienceMs = 5_000;
const longestPatienceMs = 60_000;
/** Weight a minute that watching may take: as much as three contracts need, and a little more for each further one. */
const weightBudget = (contracts: number): number => Math.max(60, 8 * contracts);
/** Of each contract: both price kinds at each look, and the book once a minute. */
const weightOfLook = 2;
const weightOfQuote = 2;

/** Milliseconds between two looks at so many contracts, never less than wished. */
export function lookEveryMs(contracts: number, wishedMs: number): number {
  const free = weightBudget(contracts) - weightOfQuote * contracts - 1;
  return Math.max(wishedMs, Math.ceil((minuteMs * weightOfLook * contracts) / free));
}

/** Looks again and again while there is a position or an order, and waits when the exchange is silent or asks to be left alone. */
export class Poller {
  private readonly follower: Follower;
  private readonly upstream: Upstream;
  private readonly state: ExchangeState;
  private readonly pollMs: number;
  private readonly realNow: () => number;
  private readonly report: (line: string) => void;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private failures = 0;
  /** Why nothing is known at the moment; empty when all is well. */
  trouble = "";

  constructor(
    follower: Follower,
    upstream: Upstream,
    state: ExchangeState,
    pollMs: number,
    realNow: () => number,
    report: (line: string) => void,
  ) {
    this.follower = follower;
    this.upstream = upstream;
    this.state = state;
    this.pollMs = pollMs;
    this.realNow = realNow;
    this.report = report;
  }

  /** Sees to it that the next look comes, if there is anything to look at. */
  wake(): void {
    const contracts = activeSymbols(this.state).length;
    if (this.stopped || this.timer !== undefined || contracts === 0) return;
    const pauseMs =
      this.failures === 0
        ? lookEveryMs(contracts, this.pollMs)
        : Math.max(
            Math.min(longestPatienceMs, firstPatienceMs * 2 ** (this.failures - 1)),
            this.upstream.blockedUntilMs() - this.realNow(),
          );
    this.timer = setTimeout(() => void this.again(), pauseMs);
  }

  /** Looks once and remembers how it went; throws what the look throws. */
  async look(wanted?: string): Promise<void> {
    try {
      await this.follower.look(wanted);
    } catch (error) {
      this.failures++;
      const trouble = error instanceof Error ? error.message : String(error);
      if (this.trouble === "") this.report(`${this.upstream.host}: ${trouble}; orders wait until it answers.`);
      this.trouble = trouble;
      throw error;
    }
    if (this.trouble !== "") this.report(`${this.upstream.host} answers again; what happened since is matched.`);
    this.failures = 0;
    this.trouble = "";
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async again(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      if (!(error instanceof UpstreamSilent || error instanceof UpstreamRefusal)) {
        this.report(`The look at ${this.upstream.host} failed: ${error instanceof Error ? error.stack : String(error)}`);
      }
    } finally {
      this.timer = undefined;
      this.wake();
    }
  }
}
