import { type Upstream, UpstreamRefusal, UpstreamSilent } from "./upstream.ts";

/** The exchange cannot be followed from here: one sentence for the operator, and what the shell is told. */
export class StartFailure extends Error {
  readonly exitCode: number;

  constructor(sentence: string, exitCode: number) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Worth another try later (EX_TEMPFAIL), or not. */
const temporary = 75;
const permanent = 1;

/** The sentence for what went wrong at the first question; undefined for what is not the exchange's doing. */
export function startFailureOf(error: unknown, { host }: Upstream): StartFailure | undefined {
  if (error instanceof UpstreamSilent)
    return new StartFailure(
      `${host} cannot be reached (${error.message}): check network, DNS and proxy, or use a generated or recorded market, which need none.`,
      temporary,
    );
  if (!(error instanceof UpstreamRefusal)) return undefined;
  const { status, body } = error.answer;
  switch (status) {
    case 451:
      return new StartFailure(
        `${host} refuses this region (HTTP 451): run it where Binance serves you, or use a generated or recorded market.`,
        permanent,
      );
    case 403:
      return new StartFailure(
        `${host} refuses this address (HTTP 403, its firewall): send nothing for some minutes or use another network, or a generated or recorded market.`,
        permanent,
      );
    case 418:
    case 429: {
      const until = /banned until (\d{13})/.exec(body)?.[1];
      const when = until === undefined ? "wait some minutes" : `wait until ${new Date(Number(until)).toISOString()}`;
      return new StartFailure(`${host} has had too many requests from this address (HTTP ${status}): ${when} and start again.`, temporary);
    }
    default:
      return status === 200
        ? new StartFailure(`${host} does not answer as Binance futures do: check the address.`, permanent)
        : new StartFailure(`${host} answered with HTTP ${status} when it was asked for its market: try again in a few minutes.`, temporary);
  }
}
