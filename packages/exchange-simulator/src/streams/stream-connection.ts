import type { WebSocket } from "ws";
import { z } from "zod";
import type { DepthSnapshots } from "./depth-snapshots.ts";
import type { MarketReader } from "./market-reader.ts";
import { type MarketStream, marketStream } from "./market-stream.ts";
import { streamSpec, type Tier } from "./stream-name.ts";

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly tier: Tier;
  /** Whether messages come as {"stream", "data"}. */
  readonly combined: boolean;
  readonly openedMs: number;
  readonly read: MarketReader;
  readonly snapshots: DepthSnapshots;
  /** Whether a name is the key of the account's stream. */
  readonly isListenKey: (name: string) => boolean;
  /** Private events that are wanted; undefined for all. */
  readonly events: ReadonlySet<string> | undefined;
  /** Real milliseconds. */
  readonly realNow: () => number;
}

const mostStreams = 1_024;
const mostMessagesPerSecond = 10;
const policyViolation = 1008;
/** A reader so slow is let go, before its unread messages fill the memory. */
const mostBufferedBytes = 16 * 1024 * 1024;

const command = z.object({
  method: z.string(),
  params: z.array(z.unknown()).optional(),
  id: z.union([z.int(), z.string(), z.null()]).optional(),
});

interface Subscription {
  /** Undefined for a name that means nothing, or a stream of another path: accepted, and silent, as at the real exchange. */
  readonly stream: MarketStream | undefined;
  /** The account's own stream. */
  readonly isAccount: boolean;
  lastMs: number;
}

/** One client: its subscriptions, its commands and its limits. */
export class StreamConnection {
  readonly socket: WebSocket;
  readonly openedMs: number;
  readonly tier: Tier;
  lastPongRealMs: number;
  private combined: boolean;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly options: ConnectionOptions;
  private received: number[] = [];

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.socket = options.socket;
    this.tier = options.tier;
    this.combined = options.combined;
    this.openedMs = options.openedMs;
    this.lastPongRealMs = options.realNow();
    this.socket.on("message", (data) => this.receive(String(data)));
    this.socket.on("pong", () => {
      this.lastPongRealMs = options.realNow();
    });
    this.socket.on("ping", () => this.admit());
  }

  subscribe(names: readonly string[]): void {
    for (const name of names) {
      if (this.subscriptions.has(name)) continue;
      const spec = streamSpec(name);
      const isServed = spec !== undefined && spec.tier === this.tier;
      this.subscriptions.set(name, {
        isAccount: this.tier === "private" && this.options.isListenKey(name),
        stream: isServed ? marketStream(spec, this.options.read, this.options.snapshots) : undefined,
        lastMs: Number.NEGATIVE_INFINITY,
      });
    }
    if (this.subscriptions.size > mostStreams) this.socket.close(policyViolation, "Too many streams");
  }

  /** Sends what market streams have to tell at that time. */
  pump(nowMs: number): void {
    for (const [name, subscription] of this.subscriptions) {
      const { stream } = subscription;
      if (stream === undefined || nowMs < subscription.lastMs + stream.everyMs) continue;
      subscription.lastMs = nowMs;
      for (const message of stream.next(nowMs)) this.send(name, message);
    }
  }

  /** Sends an event of the account to whoever wants it. */
  tell(message: object): void {
    const { events } = this.options;
    if (events !== undefined && !events.has((message as { readonly e: string }).e)) return;
    for (const [name, { isAccount }] of this.subscriptions) if (isAccount) this.send(name, message);
  }

  /** Ends the account's streams whose key is no longer valid; whoever has nothing else is let go. */
  endExpired(nowMs: number): void {
    for (const [name, { isAccount }] of [...this.subscriptions]) {
      if (!isAccount || this.options.isListenKey(name)) continue;
      this.send(name, { e: "listenKeyExpired", E: nowMs, listenKey: name });
      this.subscriptions.delete(name);
      if (this.subscriptions.size === 0) this.socket.close(1001, "listenKey expired");
    }
  }

  /** Names, and whether anything is delivered under them. */
  describe(): object {
    return {
      tier: this.tier,
      openedMs: this.openedMs,
      streams: Array.from(this.subscriptions, ([name, { stream, isAccount }]) => ({ name, delivers: stream !== undefined || isAccount })),
    };
  }

  private send(name: string, message: object): void {
    if (this.socket.bufferedAmount > mostBufferedBytes) {
      this.socket.terminate();
      return;
    }
    this.socket.send(JSON.stringify(this.combined ? { stream: name, data: message } : message));
  }

  /** Whether the client keeps to ten messages a second, pings included; one that does not is let go. */
  private admit(): boolean {
    const nowMs = this.options.realNow();
    this.received = this.received.filter((atMs) => atMs > nowMs - 1_000);
    this.received.push(nowMs);
    if (this.received.length <= mostMessagesPerSecond) return true;
    this.socket.close(policyViolation, "Too many requests");
    return false;
  }

  private receive(text: string): void {
    if (!this.admit()) return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      this.fail(3, "Invalid JSON: expected value at line 1 column 1");
      return;
    }
    const request = command.safeParse(parsed);
    if (!request.success) {
      this.fail(2, "Invalid request: request must have a method", (parsed as { readonly id?: unknown } | null)?.id);
      return;
    }
    const { method, params = [], id = null } = request.data;
    const outcome = this.carryOut(method, params);
    if ("code" in outcome) this.fail(outcome.code, outcome.msg, id);
    else this.socket.send(JSON.stringify({ result: outcome.result, id }));
  }

  private carryOut(
    method: string,
    params: readonly unknown[],
  ): { readonly result: unknown } | { readonly code: number; readonly msg: string } {
    const names = params.filter((name): name is string => typeof name === "string");
    const isNames = names.length === params.length;
    switch (method) {
      case "SUBSCRIBE":
      case "UNSUBSCRIBE":
        if (!isNames) return { code: 2, msg: "Invalid request: request params must be strings" };
        if (method === "SUBSCRIBE") this.subscribe(names);
        else for (const name of names) this.subscriptions.delete(name);
        return { result: null };
      case "LIST_SUBSCRIPTIONS":
        return { result: [...this.subscriptions.keys()] };
      case "SET_PROPERTY":
        if (params[0] !== "combined") return { code: 0, msg: "Unknown property" };
        if (typeof params[1] !== "boolean") return { code: 1, msg: "Invalid value type: expected Boolean" };
        this.combined = params[1];
        return { result: null };
      case "GET_PROPERTY":
        return params[0] === "combined" ? { result: this.combined } : { code: 0, msg: "Unknown property" };
      default:
        return { code: 2, msg: `Invalid request: unknown variant \`${method}\`` };
    }
  }

  private fail(code: number, msg: string, id?: unknown): void {
    this.socket.send(JSON.stringify({ error: { code, msg }, ...(id === undefined ? {} : { id }) }));
  }
}
