import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Routes } from "../http/route.ts";
import type { AccountEvent } from "../matching/account-event.ts";
import type { Exchange } from "../matching/exchange.ts";
import type { SimulatedClock } from "../simulated-clock.ts";
import { accountMessages } from "./account-messages.ts";
import type { DepthSnapshots } from "./depth-snapshots.ts";
import type { ListenKeys } from "./listen-keys.ts";
import { marketReader } from "./market-reader.ts";
import { StreamConnection } from "./stream-connection.ts";
import { type StreamTarget, streamTarget } from "./stream-target.ts";

export interface StreamFaceOptions {
  readonly server: Server;
  readonly exchange: Exchange;
  readonly clock: SimulatedClock;
  readonly listenKeys: ListenKeys;
  /** Where market data is read. */
  readonly routes: Routes;
  /** The books that were handed out over the same routes. */
  readonly snapshots: DepthSnapshots;
  /** Writes down what changed. */
  readonly commit: () => void;
  readonly realNow: () => number;
  /** Real milliseconds between two pings; three minutes unless a test is in a hurry. */
  readonly pingEveryMs?: number;
}

const pumpEveryRealMs = 100;
const usualPingEveryMs = 180_000;
/** Without a pong for so many pings a connection is taken for dead: ten minutes of three-minute pings. */
const patientPings = 10 / 3;
/** In time of the market, as everything that the exchange does by the day. */
const longestConnectionMs = 86_400_000;

/** The exchange's websockets: market streams by their paths, and the account's own. */
export class StreamFace {
  private readonly options: StreamFaceOptions;
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  private readonly connections = new Set<StreamConnection>();
  private readonly read;
  private unsubscribe: (() => void) | undefined;
  private pumping: NodeJS.Timeout | undefined;
  private lastPingRealMs: number;

  constructor(options: StreamFaceOptions) {
    this.options = options;
    this.read = marketReader(options.routes, options.exchange);
    this.lastPingRealMs = options.realNow();
    options.server.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** What is connected, for whoever wonders why nothing comes. */
  describe(): readonly object[] {
    return Array.from(this.connections, (connection) => connection.describe());
  }

  stop(): void {
    this.rest();
    for (const { socket } of this.connections) socket.terminate();
    this.connections.clear();
    this.sockets.close();
  }

  private readonly isListenKey = (name: string): boolean => this.options.listenKeys.isValid(name, this.options.clock.nowMs());

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refuse = (status: string, why: string): void => {
      socket.end(
        `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(why)}\r\n\r\n${why}`,
      );
    };
    // A client that is gone before it was let in.
    socket.on("error", () => undefined);
    const target = streamTarget(request.url ?? "/");
    if (target === undefined) {
      refuse("404 Not Found", "No such path: use /public, /market or /private with /ws or /stream.");
      return;
    }
    if (target.tier !== "private" && this.options.routes["GET /fapi/v1/klines"] === undefined) {
      refuse("501 Not Implemented", "This simulator follows another exchange: take its market streams from that one.");
      return;
    }
    // Without a key it is named later, by SUBSCRIBE.
    const unknown = target.tier === "private" && target.names.find((name) => !this.isListenKey(name));
    if (unknown) {
      refuse("400 Bad Request", "This listenKey does not exist.");
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.connect(webSocket, target));
  }

  private connect(socket: StreamConnection["socket"], target: StreamTarget): void {
    const { clock, realNow } = this.options;
    const connection = new StreamConnection({
      socket,
      ...target,
      openedMs: clock.nowMs(),
      read: this.read,
      snapshots: this.options.snapshots,
      isListenKey: this.isListenKey,
      realNow,
    });
    this.connections.add(connection);
    socket.on("close", () => {
      this.connections.delete(connection);
      if (this.connections.size === 0) this.rest();
    });
    socket.on("error", () => socket.terminate());
    connection.subscribe(target.names);
    this.work();
  }

  /** Begins with the first connection: nobody is told what nobody hears. */
  private work(): void {
    const { exchange, clock } = this.options;
    this.unsubscribe ??= exchange.events.subscribe((event) => this.heard(event));
    // A stepped clock is moved by somebody, who brings the exchange up to date himself.
    if (clock.read().kind !== "stepped") {
      this.pumping ??= setInterval(() => {
        exchange.advanceTo(clock.nowMs());
        this.options.commit();
        this.pump(clock.nowMs());
      }, pumpEveryRealMs).unref();
    } else {
      this.pumping ??= setInterval(() => this.pump(clock.nowMs()), pumpEveryRealMs).unref();
    }
  }

  private rest(): void {
    clearInterval(this.pumping);
    this.pumping = undefined;
    this.unsubscribe?.();
    this.unsubscribe = undefined;
  }

  private heard(event: AccountEvent): void {
    if (event.kind === "time") {
      this.pump(event.nowMs);
      return;
    }
    const { exchange, clock } = this.options;
    for (const message of accountMessages(event, exchange.state, clock.nowMs()))
      for (const connection of this.connections) connection.tell(message);
  }

  private pump(nowMs: number): void {
    this.ping();
    for (const connection of this.connections) {
      if (nowMs >= connection.openedMs + longestConnectionMs) {
        connection.socket.close(1001, "24 hours are over");
      } else {
        connection.endExpired(nowMs);
        connection.pump(nowMs);
      }
    }
  }

  private ping(): void {
    const { realNow, pingEveryMs = usualPingEveryMs } = this.options;
    const nowMs = realNow();
    if (nowMs < this.lastPingRealMs + pingEveryMs) return;
    this.lastPingRealMs = nowMs;
    for (const { socket, lastPongRealMs } of this.connections) {
      if (nowMs > lastPongRealMs + patientPings * pingEveryMs) socket.terminate();
      else socket.ping(String(nowMs));
    }
  }
}
