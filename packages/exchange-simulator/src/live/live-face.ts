import { type Answer, jsonAnswer } from "../http/answer.ts";
import type { Routes } from "../http/route.ts";
import { neverMs } from "../market/instrument.ts";
import type { Follower } from "./follower.ts";
import { instrumentsIn } from "./live-instruments.ts";
import type { LiveMarket } from "./live-market.ts";
import type { Poller } from "./poller.ts";
import { type Upstream, type UpstreamAnswer, UpstreamRefusal, UpstreamSilent } from "./upstream.ts";

const publicPath =
  /^\/(fapi\/v[12]\/(exchangeInfo|(continuousK|indexPriceK|k|markPriceK|premiumIndexK)lines|premiumIndex|fundingRate|fundingInfo|ticker\/\w+|depth|openInterest|aggTrades|trades|indexInfo|constituents|assetIndex|tradingSchedule|symbolAdlRisk)|futures\/data\/\w+)$/;
const orderPath = /^\/fapi\/v1\/(order|order\/test|batchOrders|algoOrder|allOpenOrders|algoOpenOrders|positionMargin)$/;
const longTimeoutMs = 20_000;
const timeoutMs = 8_000;

/** What is asked of the followed exchange before, or instead of, an answer of the simulator itself. */
export interface LiveFaceOptions {
  readonly upstream: Upstream;
  readonly market: LiveMarket;
  readonly follower: Follower;
  readonly poller: Poller;
  /** Whether it looks by itself, and not only when it is told to. */
  readonly polls: boolean;
}

/** Public data is the followed exchange's own answer; orders are preceded by a look at the contract. */
export class LiveFace {
  private readonly options: LiveFaceOptions;

  constructor(options: LiveFaceOptions) {
    this.options = options;
    this.after();
  }

  /** An answer to hand out, nothing when the simulator is to answer after that, or undefined when there is nothing to wait for. */
  before(method: string, path: string, query: string, body: string): Promise<Answer | undefined> | undefined {
    if (method === "GET" && publicPath.test(path)) return this.pass(path, query);
    if (method === "POST" && path === "/simulator/poll") return this.poll();
    if (method === "GET" || !orderPath.test(path)) return undefined;
    return this.beforeOrder(symbolsIn(new URLSearchParams(query), new URLSearchParams(body)));
  }

  /** An order may have come or gone. */
  after(): void {
    if (this.options.polls) this.options.poller.wake();
  }

  usedWeight(): number {
    return this.options.upstream.usedWeight();
  }

  stop(): void {
    this.options.poller.stop();
  }

  private async pass(path: string, query: string): Promise<Answer> {
    const { upstream, market } = this.options;
    const isLong = path.endsWith("/exchangeInfo");
    try {
      const answer = await upstream.pass(query === "" ? path : `${path}?${query}`, isLong ? longTimeoutMs : timeoutMs);
      if (isLong && answer.status === 200) {
        const instruments = instrumentsIn(answer.body);
        if (instruments !== undefined) market.list(instruments);
      }
      return handedOn(answer);
    } catch (error) {
      if (!(error instanceof UpstreamSilent)) throw error;
      return error.timedOut ? lateAnswer() : silentAnswer(`${upstream.host} cannot be reached (${error.message}).`);
    }
  }

  private async poll(): Promise<Answer> {
    try {
      await this.options.poller.look();
      return jsonAnswer(200, "{}");
    } catch (error) {
      return this.refusalOf(error);
    }
  }

  /** Orders are filled at prices of now, and a stop that was passed since the last look comes first. */
  private async beforeOrder(symbols: readonly string[]): Promise<Answer | undefined> {
    const { poller } = this.options;
    try {
      if (symbols.length === 0) await poller.look();
      for (const symbol of symbols) {
        const silent = await this.lookAt(symbol);
        if (silent !== undefined) return silent;
      }
      return undefined;
    } catch (error) {
      return this.refusalOf(error);
    }
  }

  private async lookAt(symbol: string): Promise<Answer | undefined> {
    const { market, follower, poller, upstream } = this.options;
    if (market.feed.find(symbol) === undefined) await follower.listAnew();
    const instrument = market.feed.find(symbol);
    await poller.look(instrument?.symbol);
    if (instrument === undefined || instrument.endMs < neverMs || market.path.latest.has(instrument.symbol)) return undefined;
    return silentAnswer(`${upstream.host} tells no price of ${instrument.symbol}.`);
  }

  /** The simulator did nothing, and must not say that it does not know: a failure of the followed exchange becomes "Service Unavailable". */
  private refusalOf(error: unknown): Answer {
    const { host } = this.options.upstream;
    if (error instanceof UpstreamSilent) return silentAnswer(`${host} cannot be reached (${error.message}).`);
    if (!(error instanceof UpstreamRefusal)) throw error;
    const { status } = error.answer;
    return [403, 418, 429, 451].includes(status) ? handedOn(error.answer) : silentAnswer(`${host} answered with HTTP ${status}.`);
  }
}

/** The only market routes that need no question: the time is followed already. */
export const liveRoutes: Routes = {
  "GET /fapi/v1/ping": { access: "public", weight: 0, answer: () => "{}" },
  "GET /fapi/v1/time": { access: "public", weight: 0, answer: ({ nowMs }) => JSON.stringify({ serverTime: nowMs }) },
};

const handedOn = ({ status, body, contentType, headers }: UpstreamAnswer): Answer => ({ status, body, contentType, headers });

const silentAnswer = (why: string): Answer => jsonAnswer(503, JSON.stringify({ code: 0, msg: `Service Unavailable. ${why}` }));

const lateAnswer = (): Answer =>
  jsonAnswer(
    504,
    JSON.stringify({
      code: -1007,
      msg: "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
    }),
  );

/** The contracts that an order request names, also inside a batch. */
function symbolsIn(query: URLSearchParams, body: URLSearchParams): readonly string[] {
  const single = query.get("symbol") ?? body.get("symbol");
  const batch = query.get("batchOrders") ?? body.get("batchOrders") ?? "";
  const batched = [...batch.matchAll(/"symbol"\s*:\s*"([^"]+)"/g)].map(([, symbol]) => symbol!);
  return [...new Set([...(single === null ? [] : [single]), ...batched].map((symbol) => symbol.toUpperCase()))];
}
