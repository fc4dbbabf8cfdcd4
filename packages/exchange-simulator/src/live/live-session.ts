import type { Exchange } from "../matching/exchange.ts";
import type { SimulatedClock } from "../simulated-clock.ts";
import { Follower, measureOffset } from "./follower.ts";
import { LiveClock } from "./live-clock.ts";
import { LiveFace } from "./live-face.ts";
import { instrumentsIn } from "./live-instruments.ts";
import { LiveMarket } from "./live-market.ts";
import { Poller } from "./poller.ts";
import { startFailureOf } from "./start-failure.ts";
import { Upstream, UpstreamRefusal } from "./upstream.ts";

/** An exchange that answered, with its contracts and its time. */
export interface FollowedExchange {
  readonly upstream: Upstream;
  readonly market: LiveMarket;
  readonly offsetMs: number;
}

const listTimeoutMs = 20_000;

/** Asks an exchange for its time and its contracts; throws StartFailure when it does not give them. */
export async function openFollowedExchange(baseUrl: string, realNow: () => number): Promise<FollowedExchange> {
  const upstream = new Upstream(baseUrl, realNow);
  try {
    const offsetMs = await measureOffset(upstream, realNow);
    const answer = await upstream.pass("/fapi/v1/exchangeInfo", listTimeoutMs);
    const instruments = answer.status === 200 ? instrumentsIn(answer.body) : undefined;
    if (instruments === undefined) throw new UpstreamRefusal("/fapi/v1/exchangeInfo", answer);
    const market = new LiveMarket();
    market.list(instruments);
    return { upstream, market, offsetMs };
  } catch (error) {
    throw startFailureOf(error, upstream) ?? error;
  }
}

export interface LiveSessionOptions {
  readonly followed: FollowedExchange;
  readonly exchange: Exchange;
  readonly clock: SimulatedClock;
  readonly pollMs: number;
  readonly realNow: () => number;
  readonly commit: () => void;
  readonly report: (line: string) => void;
}

/** Starts to follow: what happened while the simulator was not running is matched first, as far as the exchange tells it. */
export async function startLiveSession({ followed, exchange, pollMs, ...rest }: LiveSessionOptions): Promise<LiveFace> {
  const { upstream, market } = followed;
  const follower = new Follower({ upstream, market, exchange, ...rest });
  const poller = new Poller(follower, upstream, exchange.state, pollMs, rest.realNow, rest.report);
  // A failure is told and tried again by the poller; the account can be looked at meanwhile.
  await poller.look().catch(() => undefined);
  // A stepped clock is moved by somebody who also says when to look.
  return new LiveFace({ upstream, market, follower, poller, polls: rest.clock instanceof LiveClock });
}
