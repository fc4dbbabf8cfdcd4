import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { carryOut } from "../faults/carry-out.ts";
import type { Conditions, Faults } from "../faults/faults.ts";
import type { Exchange } from "../matching/exchange.ts";
import { ExchangeRefusal, refusals } from "../matching/exchange-refusal.ts";
import type { SimulatedClock } from "../simulated-clock.ts";
import { listenKeyRoutes } from "../streams/listen-key-routes.ts";
import type { ListenKeys } from "../streams/listen-keys.ts";
import { accountRoutes } from "./account-routes.ts";
import { algoRoutes } from "./algo-routes.ts";
import { type Answer, jsonAnswer, pageAnswer } from "./answer.ts";
import { batchRoutes } from "./batch-routes.ts";
import { type ControlContext, controlAnswer } from "./control-routes.ts";
import { historyRoutes } from "./history-routes.ts";
import { orderRoutes } from "./order-routes.ts";
import { Parameters } from "./parameters.ts";
import { RateLimit } from "./rate-limit.ts";
import { isSigned } from "./request-signature.ts";
import type { Route, Routes } from "./route.ts";
import { settingRoutes } from "./setting-routes.ts";

/** Where another exchange is followed: what it must be asked first. */
export interface Forerunner {
  before(method: string, path: string, query: string, body: string): Promise<Answer | undefined> | undefined;
  after(): void;
  /** Weight used at the other exchange in this minute. */
  usedWeight(): number;
}

export interface HttpFaceOptions {
  readonly exchange: Exchange;
  readonly marketRoutes: (rateLimit: RateLimit) => Routes;
  readonly forerunner?: Forerunner;
  readonly faults: Faults;
  readonly listenKeys: ListenKeys;
  /** Who is connected by websocket. */
  readonly connections: () => readonly object[];
  readonly clock: SimulatedClock;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly latencyMs: number;
  readonly weightLimitPerMinute: number;
  /** Writes down what changed, before the answer leaves. */
  readonly commit: () => void;
  /** Told the time that an answer is about to show. */
  readonly seen: (nowMs: number) => void;
}

const largestBody = 64 * 1024;
const mostUnknownEndpoints = 200;
const notFound =
  "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

/** The exchange's REST face: routing, keys, signatures, time rule, limits, and errors in Binance's shapes. */
export class HttpFace {
  readonly server: Server;
  private readonly options: HttpFaceOptions;
  private readonly rateLimit: RateLimit;
  /** Market data, for whoever reads it without a request. */
  readonly marketRoutes: Routes;
  private readonly routes: Routes;
  private readonly control: ControlContext;
  private requests = 0;
  /** What was asked for and is not there, by method and path: a client's use of something missing must show. */
  private readonly unknownEndpoints = new Map<string, number>();

  constructor(options: HttpFaceOptions) {
    this.options = options;
    this.rateLimit = new RateLimit(options.weightLimitPerMinute);
    this.marketRoutes = options.marketRoutes(this.rateLimit);
    this.routes = {
      ...this.marketRoutes,
      ...accountRoutes,
      ...historyRoutes,
      ...settingRoutes,
      ...orderRoutes,
      ...batchRoutes,
      ...algoRoutes,
      ...listenKeyRoutes(options.listenKeys),
    };
    this.control = {
      exchange: options.exchange,
      clock: options.clock,
      commit: options.commit,
      requests: () => this.requests,
      unknownEndpoints: this.unknownEndpoints,
      faults: options.faults,
      connections: options.connections,
    };
    this.server = createServer((request, response) => this.receive(request, response));
    // Longer than any client keeps an idle connection: closing first would reset a request on its way.
    this.server.keepAliveTimeout = 120_000;
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    this.requests++;
    if (request.method === "GET") {
      request.resume();
      this.reply(request, "", response);
      return;
    }
    const pieces: Buffer[] = [];
    let length = 0;
    request.on("data", (piece: Buffer) => {
      length += piece.length;
      if (length > largestBody) request.destroy();
      else pieces.push(piece);
    });
    request.on("end", () => this.reply(request, Buffer.concat(pieces).toString("utf8"), response));
  }

  private reply(request: IncomingMessage, body: string, response: ServerResponse): void {
    const { faults, clock } = this.options;
    const { path, query } = splitTarget(request.url ?? "/");
    const nowMs = clock.nowMs();
    const { method = "GET" } = request;
    const treatment =
      faults.isActive(nowMs) && !path.startsWith("/simulator/")
        ? faults.treat({ method, path, parameters: merged(query, body), nowMs })
        : undefined;
    const execute = (conditions: Conditions) => this.execute(request, path, query, body, conditions);
    const executed = treatment === undefined ? execute({}) : carryOut(treatment, execute);
    if (!(executed instanceof Promise)) {
      this.send(executed, response);
      return;
    }
    void executed.catch(internalError).then((answer) => {
      if (answer === "close") request.socket.destroy();
      else if (answer === "reset") request.socket.resetAndDestroy();
      else if (answer !== "silence") this.send(answer, response);
    });
  }

  private execute(request: IncomingMessage, path: string, query: string, body: string, conditions: Conditions): Answer | Promise<Answer> {
    const asked = this.options.forerunner?.before(request.method ?? "GET", path, query, body);
    if (asked === undefined) return this.answer(request, path, query, body, conditions);
    return asked.then((answer) => answer ?? this.answer(request, path, query, body, conditions));
  }

  private send(answer: Answer, response: ServerResponse): void {
    const nowMs = this.options.clock.nowMs();
    this.options.seen(nowMs);
    const headers: Record<string, string | number> = {
      "content-type": answer.contentType,
      "content-length": Buffer.byteLength(answer.body),
      ...(answer.headers ?? { "x-mbx-used-weight-1m": this.rateLimit.usedWeight(nowMs) + (this.options.forerunner?.usedWeight() ?? 0) }),
    };
    if (answer.isOrder) {
      const counts = this.rateLimit.orderCounts(nowMs);
      headers["x-mbx-order-count-10s"] = counts.tenSeconds;
      headers["x-mbx-order-count-1m"] = counts.minute;
    }
    const end = (): void => {
      response.writeHead(answer.status, headers);
      response.end(answer.body);
    };
    if (this.options.latencyMs > 0) setTimeout(end, this.options.latencyMs);
    else end();
  }

  private answer(request: IncomingMessage, path: string, query: string, body: string, conditions: Conditions): Answer {
    const nowMs = this.options.clock.nowMs();
    const name = `${request.method} ${path}`;
    if (path.startsWith("/simulator/")) {
      const controlled = controlAnswer(this.control, name, body);
      return controlled === undefined ? pageAnswer(404, notFound) : jsonAnswer(controlled.status, controlled.body);
    }
    const route = this.routes[name];
    if (route === undefined) return this.unknown(name);
    const order = route.orders && { isOrder: true as const };
    try {
      return { ...jsonAnswer(200, this.serve(route, request, query, body, nowMs, conditions)), ...order };
    } catch (error) {
      if (!(error instanceof ExchangeRefusal)) return internalError(error);
      return { ...jsonAnswer(error.httpStatus, JSON.stringify({ code: error.code, msg: error.message })), ...order };
    } finally {
      this.options.forerunner?.after();
    }
  }

  private unknown(name: string): Answer {
    // Nobody may fill the memory with names.
    if (this.unknownEndpoints.has(name) || this.unknownEndpoints.size < mostUnknownEndpoints)
      this.unknownEndpoints.set(name, (this.unknownEndpoints.get(name) ?? 0) + 1);
    return pageAnswer(404, notFound);
  }

  private serve(route: Route, request: IncomingMessage, query: string, body: string, nowMs: number, conditions: Conditions): string {
    const { exchange } = this.options;
    const parameters = new Parameters(merged(query, body));
    if (route.bucket) this.rateLimit.admitToBucket(route.bucket, nowMs);
    this.rateLimit.admit(typeof route.weight === "number" ? route.weight : route.weight(parameters), nowMs);
    parameters.requireSingle();
    if (route.access !== "public") this.identify(request);
    if (route.access === "signed") this.authenticate(query, body, parameters, conditions.skewMs ?? 0);
    if (route.orders) this.rateLimit.admitOrder(route.orders, nowMs);
    if (route.access === "signed") exchange.advanceTo(nowMs);
    try {
      const shownMs = route === this.routes["GET /fapi/v1/time"] ? nowMs + (conditions.skewMs ?? 0) : nowMs;
      return route.answer({ exchange: conditions.exchange ?? exchange, parameters, nowMs: shownMs });
    } finally {
      // Also when refused: time has been matched up to now.
      if (route.access === "signed") this.options.commit();
    }
  }

  private identify(request: IncomingMessage): void {
    const key = request.headers["x-mbx-apikey"];
    if (typeof key !== "string" || key === "") throw new ExchangeRefusal(-2014, "API-key format invalid.", 401);
    if (!/^[A-Za-z0-9]{16,128}$/.test(key)) throw new ExchangeRefusal(-2014, "API-key format invalid.", 401);
    if (key !== this.options.apiKey)
      throw new ExchangeRefusal(-2015, "Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1", 401);
  }

  /** Mandatory timestamp, signature, then the time rule, in the exchange's order; the key comes before. */
  private authenticate(query: string, body: string, parameters: Parameters, skewMs: number): void {
    const timestamp = parameters.mandatory("timestamp");
    if (!/^\d{1,16}$/.test(timestamp)) throw refusals.missing("timestamp");
    parameters.mandatory("signature");
    if (!isSigned(query, body, this.options.apiSecret)) throw new ExchangeRefusal(-1022, "Signature for this request is not valid.");
    const recvWindow = parameters.integer("recvWindow") ?? 5_000;
    if (recvWindow < 1 || recvWindow > 60_000) throw new ExchangeRefusal(-1131, "recvWindow must be less than 60000");
    const ageMs = this.options.clock.realAgeMs(Number(timestamp) - skewMs);
    if (ageMs <= -1_000) throw new ExchangeRefusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
    if (ageMs > recvWindow) throw new ExchangeRefusal(-1021, "Timestamp for this request is outside of the recvWindow.");
  }
}

/** A bug of the simulator: told on stderr, answered as the exchange answers its own, and not the end of everybody's session. */
function internalError(error: unknown): Answer {
  process.stderr.write(`The exchange simulator failed on a request: ${error instanceof Error ? error.stack : String(error)}\n`);
  return jsonAnswer(500, JSON.stringify({ code: -1000, msg: "An unknown error occurred while processing the request." }));
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const questionMark = target.indexOf("?");
  return questionMark < 0 ? { path: target, query: "" } : { path: target.slice(0, questionMark), query: target.slice(questionMark + 1) };
}

/** Query and form body together; where both name a parameter, the query wins. */
function merged(query: string, body: string): URLSearchParams {
  const parameters = new URLSearchParams(query);
  if (body === "") return parameters;
  for (const [name, value] of new URLSearchParams(body)) if (!parameters.has(name)) parameters.append(name, value);
  return parameters;
}
