import { type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { decimal } from "@winiswin/domain/decimal";
import type { Fault } from "@winiswin/exchange-simulator";
import { Faults } from "@winiswin/exchange-simulator/faults/faults";
import { ExchangeInfo } from "@winiswin/exchange-simulator/http/exchange-info";
import { HttpFace } from "@winiswin/exchange-simulator/http/http-face";
import { marketRoutes } from "@winiswin/exchange-simulator/http/market-routes";
import { Exchange } from "@winiswin/exchange-simulator/matching/exchange";
import type { StateChange } from "@winiswin/exchange-simulator/matching/exchange-state";
import type { Market } from "@winiswin/exchange-simulator/matching/market";
import { fakeKeys } from "@winiswin/exchange-simulator/options";
import { ListenKeys } from "@winiswin/exchange-simulator/streams/listen-keys";
import type { SteppedClock } from "@winiswin/testkit";
import { exchangeClock } from "./wire-clock.ts";

/** One request as it is told apart from the others of a run: "POST /fapi/v1/order", the first of its kind. */
export interface WireRequest {
  readonly request: string;
  /** From 1. */
  readonly occurrence: number;
}

/** What is done to one request, or from one request on. */
export interface Hit {
  readonly at: WireRequest;
  readonly fault: Fault;
  /** Everything that comes for so long meets the fault, beginning with the request. */
  readonly lastsMs?: number;
  /** How far the stepped clock goes while the request or its answer is on its way. */
  readonly underwayMs?: number;
  /** Held back on its way until the exchange has answered the next request, and carried out then. */
  readonly overtaken?: boolean;
}

/** How long the adapter really waits for an answer, and after how much of it the stepped clock shows what it would wait in production. */
export const patience = { realMs: 1_000, shownAfterMs: 800, readMs: 8_000, writeMs: 5_000 } as const;

const startingBalance = "10000";

/** The simulated exchange over HTTP on loopback: what is asked of it is recorded, and a request of a run can be hit. */
export class WireExchange {
  readonly exchange: Exchange;
  /** Everything that was asked since the last `watch`, in the order of arrival. */
  requests: WireRequest[] = [];
  /** Whether the request that was to be hit came. */
  isHit = false;
  private readonly clock: SteppedClock;
  private readonly faults: Faults;
  private readonly face: HttpFace;
  private readonly counts = new Map<string, number>();
  private readonly sent = new Map<string, number>();
  private hit: Hit | undefined;
  private held: (() => Promise<void>) | undefined;
  private underway = 0;

  private constructor(market: Market, clock: SteppedClock, former: readonly StateChange[] | undefined) {
    this.clock = clock;
    this.exchange = new Exchange(market);
    if (former === undefined) this.exchange.open(decimal(startingBalance), clock.nowMs());
    else this.exchange.restore(structuredClone(former));
    this.faults = new Faults({ seed: 1, rules: [] }, this.exchange);
    this.face = new HttpFace({
      exchange: this.exchange,
      faults: this.faults,
      listenKeys: new ListenKeys("fault-matrix"),
      connections: () => [],
      marketRoutes: (rateLimit) => marketRoutes(market, new ExchangeInfo(market.feed, rateLimit)),
      clock: exchangeClock(clock),
      ...fakeKeys("fault-matrix"),
      latencyMs: 0,
      weightLimitPerMinute: 2_400,
      commit: () => void this.exchange.state.takeChanges(),
      seen: () => {},
    });
    const [answer] = this.face.server.listeners("request") as ((request: IncomingMessage, response: ServerResponse) => void)[];
    this.face.server.removeAllListeners("request");
    this.face.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.underway++;
      response.once("close", () => this.underway--);
      this.receive(request, response, () => answer?.call(this.face.server, request, response));
    });
  }

  /** With what a former exchange has become, or with a new account. */
  static async start(market: Market, clock: SteppedClock, former?: readonly StateChange[]): Promise<WireExchange> {
    const made = new WireExchange(market, clock, former);
    await new Promise<void>((resolve) => made.face.server.listen(0, "127.0.0.1", resolve));
    return made;
  }

  get connection(): { readonly baseUrl: string; readonly apiKey: string; readonly apiSecret: string } {
    return { baseUrl: `http://127.0.0.1:${(this.face.server.address() as AddressInfo).port}`, ...fakeKeys("fault-matrix") };
  }

  /** How often an order with the id came here, whatever became of it. */
  readonly entriesSent = (clientOrderId: string): number => this.sent.get(clientOrderId) ?? 0;

  /** Begins the record anew, and hits a request that comes from now on. */
  watch(hit?: Hit): void {
    this.requests = [];
    this.counts.clear();
    this.hit = hit;
    this.isHit = false;
  }

  /** Resolves when nothing is on its way any more. */
  async settled(): Promise<void> {
    await this.held?.();
    this.held = undefined;
    while (this.underway > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    this.exchange.advanceTo(this.clock.nowMs());
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.face.server.close(() => resolve());
      this.face.server.closeAllConnections();
    });
  }

  private receive(asked: IncomingMessage, response: ServerResponse, answer: () => void): void {
    const [target = "", query] = (asked.url ?? "").split("?");
    const name = `${asked.method} ${target}`;
    const id = new URLSearchParams(query).get("newClientOrderId");
    if (id !== null) this.sent.set(id, this.entriesSent(id) + 1);
    const occurrence = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, occurrence);
    this.requests.push({ request: name, occurrence });
    const { hit } = this;
    if (hit === undefined || this.isHit || hit.at.request !== name || hit.at.occurrence !== occurrence) {
      if (this.held !== undefined) this.deliverBefore(response);
      answer();
      return;
    }
    this.isHit = true;
    const nowMs = this.clock.nowMs();
    const when = hit.lastsMs === undefined ? { nth: 1, on: name } : { between: [nowMs, nowMs + hit.lastsMs], on: "* /*" };
    this.faults.replace({ seed: 1, rules: [{ ...when, fault: hit.fault }] });
    const isWrite = asked.method !== "GET";
    if (hit.underwayMs !== undefined) setTimeout(() => this.clock.advanceTo(nowMs + (hit.underwayMs ?? 0)), 5);
    else if (isUnanswered(hit)) {
      setTimeout(() => this.clock.advanceTo(nowMs + (isWrite ? patience.writeMs : patience.readMs)), patience.shownAfterMs);
    }
    if (hit.overtaken) void this.hold(asked);
    else answer();
  }

  /** Keeps a request as a slow network does, for which it does not matter that its sender has given up. */
  private async hold(asked: IncomingMessage): Promise<void> {
    const pieces: Buffer[] = [];
    this.held = () => deliver(`${this.connection.baseUrl}${asked.url}`, asked, Buffer.concat(pieces));
    for await (const piece of asked) pieces.push(piece as Buffer);
  }

  /** The held request is carried out when this response is made and has not left yet. */
  private deliverBefore(response: ServerResponse): void {
    const { held } = this;
    this.held = undefined;
    const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
    response.end = ((...given: unknown[]) => {
      void held?.().finally(() => end(...given));
      return response;
    }) as ServerResponse["end"];
  }
}

/** Sends what was held on to where it was going; nobody waits for the answer. */
function deliver(url: string, { method, headers }: IncomingMessage, body: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const again = request(url, { method, headers: { ...headers, connection: "close" } }, (response) => {
      response.resume();
      response.once("end", resolve);
    });
    again.once("error", () => resolve());
    again.end(body);
  });
}

/** Whether the client gives up before it hears anything. */
const isUnanswered = ({ fault, overtaken }: Hit): boolean =>
  overtaken === true || fault.kind === "silence" || (fault.kind === "delay" && fault.ms > patience.realMs);
