import type { AddressInfo } from "node:net";
import { decimal } from "@winiswin/domain/decimal";
import { Faults } from "./faults/faults.ts";
import { ExchangeInfo } from "./http/exchange-info.ts";
import { type Forerunner, HttpFace } from "./http/http-face.ts";
import { marketRoutes } from "./http/market-routes.ts";
import type { RateLimit } from "./http/rate-limit.ts";
import type { Routes } from "./http/route.ts";
import { LiveClock } from "./live/live-clock.ts";
import { liveRoutes } from "./live/live-face.ts";
import { openFollowedExchange, startLiveSession } from "./live/live-session.ts";
import { GeneratedMarket } from "./market/generated-market.ts";
import type { MarketFeed } from "./market/market-feed.ts";
import { loadRecordedMarket } from "./market/recorded-market.ts";
import { Exchange } from "./matching/exchange.ts";
import { Market, type TradedMarket } from "./matching/market.ts";
import { type CompleteOptions, type ExchangeSimulatorOptions, fakeKeys, parseOptions } from "./options.ts";
import { type ClockOptions, createClock, type SimulatedClock } from "./simulated-clock.ts";
import { type JournalIdentity, StateJournal, type StoredState } from "./state-journal.ts";
import { DepthSnapshots } from "./streams/depth-snapshots.ts";
import { ListenKeys } from "./streams/listen-keys.ts";
import { StreamFace } from "./streams/stream-face.ts";

/** A running exchange on loopback. */
export interface ExchangeSimulator {
  /** Without a trailing slash, as the `binance` package wants its `baseUrl`. */
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** For the same process; others use /simulator/clock. */
  readonly clock: SimulatedClock;
  /** Ends connections and closes the state file; everything answered is already written. */
  stop(): Promise<void>;
}

/** How far ahead of the last answer, in real milliseconds, an accelerated clock goes on after a restart at most. */
const leaseMs = 2_000;

/**
 * Starts an exchange; rejects with an Error whose message is one sentence for the operator.
 *
 * The same options and the same requests at the same simulated times give the same ids, fills and balances. With a `stateFile` that holds
 * something, the account and the time in it are continued and `clock.startMs` and `startingBalance` are ignored.
 */
export async function startExchangeSimulator(input: ExchangeSimulatorOptions): Promise<ExchangeSimulator> {
  const options = parseOptions(input);
  const stored = options.stateFile === undefined ? undefined : StateJournal.read(options.stateFile);
  const marketName = nameOf(options.market);
  if (stored !== undefined && stored.identity.market !== marketName) {
    throw new Error(
      `The state file ${options.stateFile} belongs to another market (${stored.identity.market}, not ${marketName}): --fresh starts over, --state DIR keeps it and starts elsewhere.`,
    );
  }
  const clockOptions = continued(options.clock, stored);
  const opened = await openMarket(options, clockOptions, stored?.identity.listingMs);
  const { clock } = opened;
  const identity: JournalIdentity = stored?.identity ?? { format: 1, market: marketName, listingMs: clock.nowMs() };
  const exchange = new Exchange(opened.market);
  if (stored === undefined) exchange.open(decimal(options.startingBalance), clock.nowMs());
  else exchange.restore(stored.changes);
  exchange.state.takeChanges();
  const journal =
    options.stateFile === undefined
      ? undefined
      : StateJournal.create(options.stateFile, identity, clock.nowMs(), exchange.state.everything());
  let isOpen = true;
  const commit = () => {
    if (!isOpen) return;
    const changes = exchange.state.takeChanges();
    if (changes.length > 0) journal?.append({ changes });
  };
  const keys = fakeKeys(marketName);
  const apiKey = options.apiKey ?? keys.apiKey;
  const apiSecret = options.apiSecret ?? keys.apiSecret;
  const forerunner = await opened.follow?.(exchange, commit);
  const faults = new Faults(options.faults, exchange);
  const announcement = faults.announcement();
  if (announcement !== undefined) report(announcement);
  const listenKeys = new ListenKeys(marketName);
  const snapshots = new DepthSnapshots();
  const face: HttpFace = new HttpFace({
    exchange,
    faults,
    listenKeys,
    connections: () => streams.describe(),
    marketRoutes: (rateLimit) => snapshots.watch(opened.routes(rateLimit)),
    ...(forerunner !== undefined && { forerunner }),
    clock,
    apiKey,
    apiSecret,
    latencyMs: options.latencyMs,
    weightLimitPerMinute: options.weightLimitPerMinute,
    commit,
    seen: journal !== undefined && clockOptions.kind === "accelerated" ? timeLease(journal, clockOptions.speed) : () => {},
  });
  const streams: StreamFace = new StreamFace({
    server: face.server,
    exchange,
    clock,
    listenKeys,
    routes: face.marketRoutes,
    snapshots,
    commit,
    realNow: Date.now,
  });
  try {
    await listen(face, options.port);
  } catch (error) {
    forerunner?.stop();
    journal?.close();
    throw error;
  }
  const address = face.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    apiKey,
    apiSecret,
    clock,
    stop: async () => {
      forerunner?.stop();
      streams.stop();
      await close(face);
      commit();
      isOpen = false;
      journal?.close();
    },
  };
}

/** What a state belongs to. */
function nameOf(market: CompleteOptions["market"]): string {
  switch (market.kind) {
    case "generated":
      return `generated:${market.seed}:${market.symbols}`;
    case "recorded":
      return "recorded";
    case "live":
      return `live:${new URL(market.baseUrl).host}`;
  }
}

/** Where the clock goes on: at the last time that anybody saw. */
function continued(clock: ClockOptions, stored: StoredState | undefined): ClockOptions {
  if (stored === undefined || clock.kind === "real") return clock;
  let lastMs = stored.seenMs;
  for (const change of stored.changes) if (change.kind === "account") lastMs = Math.max(lastMs, change.record.processedMs);
  return { ...clock, startMs: lastMs };
}

/**
 * Writes down how far the time may have been seen, a little ahead, so that it need not be written with each answer: after a restart the
 * clock goes on there and never shows a time before one that a client knows.
 */
function timeLease(journal: StateJournal, speed: number): (nowMs: number) => void {
  let leasedUntilMs = 0;
  return (nowMs) => {
    if (nowMs < leasedUntilMs) return;
    leasedUntilMs = nowMs + leaseMs * speed;
    journal.append({ seenMs: leasedUntilMs });
  };
}

interface OpenedMarket {
  readonly market: TradedMarket;
  readonly clock: SimulatedClock;
  readonly routes: (rateLimit: RateLimit) => Routes;
  /** Only where another exchange is followed. */
  readonly follow?: (exchange: Exchange, commit: () => void) => Promise<Forerunner & { stop(): void }>;
}

const report = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function openMarket(options: CompleteOptions, clockOptions: ClockOptions, listingMs: number | undefined): Promise<OpenedMarket> {
  if (options.market.kind === "live") return openLiveMarket(options.market, clockOptions);
  const clock = createClock(clockOptions, Date.now);
  const market = new Market(knownMarket(options.market, listingMs ?? clock.nowMs()));
  return { market, clock, routes: (rateLimit) => marketRoutes(market, new ExchangeInfo(market.feed, rateLimit)) };
}

type LiveOptions = Extract<CompleteOptions["market"], { readonly kind: "live" }>;

function knownMarket(market: Exclude<CompleteOptions["market"], LiveOptions>, listingMs: number): MarketFeed {
  if (market.kind === "generated") return new GeneratedMarket(String(market.seed), market.symbols, listingMs);
  return loadRecordedMarket(market.folder, market.symbols, report);
}

async function openLiveMarket({ baseUrl, pollMs }: LiveOptions, clockOptions: ClockOptions): Promise<OpenedMarket> {
  const followed = await openFollowedExchange(baseUrl, Date.now);
  const clock = clockOptions.kind === "real" ? new LiveClock(Date.now, followed.offsetMs) : createClock(clockOptions, Date.now);
  return {
    market: followed.market,
    clock,
    routes: () => liveRoutes,
    follow: (exchange, commit) => startLiveSession({ followed, exchange, clock, pollMs, realNow: Date.now, commit, report }),
  };
}

function listen(face: HttpFace, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    face.server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE" ? new Error(`Port ${port} on 127.0.0.1 is already in use; choose another or 0 for a free one.`) : error,
      );
    });
    face.server.listen(port, "127.0.0.1", resolve);
  });
}

function close(face: HttpFace): Promise<void> {
  return new Promise((resolve, reject) => {
    face.server.close((error) => (error === undefined ? resolve() : reject(error)));
    face.server.closeAllConnections();
  });
}
