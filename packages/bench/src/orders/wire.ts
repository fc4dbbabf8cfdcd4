import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

/** A request of this process; times by `performance.now()`. */
export interface WireRequest {
  readonly host: string;
  /** `POST /fapi/v1/order` */
  readonly what: string;
  /** When its last byte was handed to the socket. */
  readonly sentAtMs: number;
  /** When the head of its answer arrived; undefined so far. */
  answeredAtMs: number | undefined;
}

export interface Wire {
  readonly requests: WireRequest[];
}

/** Notes every request of Node's HTTP client from now on, which is what the exchange and AWS are asked with; `onAnswer` is told at once. */
export function watchWire(onAnswer: (request: WireRequest) => void = () => undefined): Wire {
  const requests: WireRequest[] = [];
  const known = new WeakMap<ClientRequest, WireRequest>();
  subscribe("http.client.request.start", (message) => {
    const { request } = message as { request: ClientRequest };
    const noted: WireRequest = {
      host: String(request.getHeader("host") ?? ""),
      what: `${request.method} ${request.path.split("?")[0]}`,
      sentAtMs: performance.now(),
      answeredAtMs: undefined,
    };
    known.set(request, noted);
    requests.push(noted);
  });
  subscribe("http.client.response.finish", (message) => {
    const noted = known.get((message as { request: ClientRequest }).request);
    if (noted === undefined) return;
    noted.answeredAtMs = performance.now();
    onAnswer(noted);
  });
  return { requests };
}

/** What passed on the wire between two instants. */
export interface Passage {
  readonly totalMs: number;
  /** How long at least one request to the exchange was under way. */
  readonly exchangeMs: number;
  readonly exchangeRequests: readonly string[];
  readonly databaseRequests: number;
  readonly otherRequests: readonly string[];
}

export function passageOf(
  requests: readonly WireRequest[],
  fromMs: number,
  toMs: number,
  hosts: { readonly exchange: string; readonly database: string },
): Passage {
  const within = requests.filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < toMs);
  const asked = within.filter(({ host }) => host === hosts.exchange);
  let exchangeMs = 0;
  let coveredUntilMs = fromMs;
  for (const { sentAtMs, answeredAtMs = toMs } of asked) {
    const untilMs = Math.min(answeredAtMs, toMs);
    exchangeMs += Math.max(0, untilMs - Math.max(sentAtMs, coveredUntilMs));
    coveredUntilMs = Math.max(coveredUntilMs, untilMs);
  }
  return {
    totalMs: toMs - fromMs,
    exchangeMs,
    exchangeRequests: asked.map(({ what }) => what),
    databaseRequests: within.filter(({ host }) => host === hosts.database).length,
    otherRequests: within.filter(({ host }) => host !== hosts.exchange && host !== hosts.database).map(({ what }) => what),
  };
}
