import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface StubReply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StubUpstream {
  readonly url: string;
  /** Request targets since the last call. */
  taken(): readonly string[];
  /** Weight since the last call, as Binance counts it. */
  weightTaken(): number;
  stop(): Promise<void>;
}

/**
 * Stands before another exchange and counts what is asked of it; `reply` answers in its place when it returns something, and "silence" never
 * answers.
 */
export async function startStubUpstream(
  behindUrl: string | undefined,
  reply: (target: string) => StubReply | "silence" | undefined,
): Promise<StubUpstream> {
  let targets: string[] = [];
  let weight = 0;
  const server = createServer(async (request, response) => {
    const target = request.url ?? "/";
    targets.push(target);
    weight += weightOf(target);
    const own = reply(target);
    if (own === "silence") return;
    if (own !== undefined || behindUrl === undefined) {
      response.writeHead(own?.status ?? 500, { "content-type": "application/json", ...own?.headers });
      response.end(own?.body ?? "");
      return;
    }
    const answer = await fetch(`${behindUrl}${target}`);
    response.writeHead(
      answer.status,
      Object.fromEntries([...answer.headers].filter(([name]) => /^(content-type|x-mbx-|retry-after)/.test(name))),
    );
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken() {
      const taken = targets;
      targets = [];
      return taken;
    },
    weightTaken() {
      const taken = weight;
      weight = 0;
      return taken;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function weightOf(target: string): number {
  const { pathname, searchParams } = new URL(target, "http://stub");
  if (pathname.endsWith("/fundingRate") || pathname.endsWith("/fundingInfo")) return 0;
  if (pathname.endsWith("lines")) {
    const limit = Number(searchParams.get("limit") ?? 500);
    return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10;
  }
  const isAll = !searchParams.has("symbol");
  if (pathname.endsWith("/ticker/24hr")) return isAll ? 40 : 1;
  if (pathname.endsWith("/bookTicker")) return isAll ? 5 : 2;
  return 1;
}
