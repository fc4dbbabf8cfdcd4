import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "@winiswin/application/ports/clock";

/** One request as it was on the wire. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** As sent, still encoded. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
  /** Tells connections apart. */
  readonly remotePort: string;
}

export type StubAnswer =
  | { readonly status?: number; readonly json?: unknown; readonly text?: string; readonly headers?: Readonly<Record<string, string>> }
  | "reset"
  | "silence";

type Answering = (request: WireRequest) => StubAnswer | Promise<StubAnswer>;

/**
 * A server on loopback that records what it is sent and answers what the test says; answers of one path are given one after the other.
 *
 * It does not tell the time unless the test says what it is, and then the question is not recorded either.
 */
export interface StubExchange {
  readonly baseUrl: string;
  readonly requests: WireRequest[];
  /** `GET /fapi/v1/time`; the last answer repeats. */
  answer(route: string, ...answers: readonly (StubAnswer | Answering)[]): void;
  sent(route: string): WireRequest[];
  close(): Promise<void>;
}

export async function startStubExchange(): Promise<StubExchange> {
  const requests: WireRequest[] = [];
  const answers = new Map<string, (StubAnswer | Answering)[]>();
  const server = createServer((incoming, response) => {
    let body = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (part: string) => {
      body += part;
    });
    incoming.on("end", async () => {
      const url = new URL(incoming.url ?? "/", "http://stub");
      const request = {
        method: incoming.method ?? "",
        path: url.pathname,
        rawQuery: url.search.slice(1),
        query: url.searchParams,
        body,
        headers: incoming.headers,
        remotePort: String(incoming.socket.remotePort),
      };
      const route = `${request.method} ${request.path}`;
      const queue = answers.get(route) ?? [];
      if (route !== "GET /fapi/v1/time" || queue.length > 0) requests.push(request);
      const next = queue.length > 1 ? queue.shift() : queue[0];
      give(
        response,
        incoming,
        typeof next === "function" ? await next(request) : (next ?? { status: 404, text: "<html><title>404</title></html>" }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (route, ...given) => answers.set(route, [...given]),
    sent: (route) => requests.filter(({ method, path }) => `${method} ${path}` === route),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function give(response: ServerResponse, incoming: IncomingMessage, answer: StubAnswer): void {
  if (answer === "silence") return;
  if (answer === "reset") {
    incoming.socket.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status ?? 200, {
    "content-type": answer.text === undefined ? "application/json" : "text/html",
    "x-mbx-used-weight-1m": "17",
    ...answer.headers,
  });
  response.end(answer.text ?? JSON.stringify(answer.json ?? {}));
}

export interface SteppedClock extends Clock {
  set(nowMs: number): void;
  readonly slept: number[];
}

/** A clock that stands still and jumps when somebody sleeps. */
export function steppedClock(startMs: number): SteppedClock {
  let nowMs = startMs;
  const slept: number[] = [];
  return {
    nowMs: () => nowMs,
    sleepUntil(atMs) {
      slept.push(atMs - nowMs);
      nowMs = Math.max(nowMs, atMs);
      return Promise.resolve();
    },
    realMsUntil: () => 0,
    set(atMs) {
      nowMs = atMs;
    },
    slept,
  };
}
