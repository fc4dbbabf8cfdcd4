import { newestTradeId } from "../market/public-trades.ts";
import type { DepthSnapshots } from "./depth-snapshots.ts";
import {
  type AggregateTrade,
  aggregateTradeMessage,
  bookTickerMessage,
  type CandleRow,
  klineMessage,
  markPriceMessage,
  miniTickerMessage,
  tickerMessage,
  tradeMessage,
  usdMargined,
} from "./market-messages.ts";
import type { MarketReader } from "./market-reader.ts";
import type { StreamSpec } from "./stream-name.ts";

/** A stream that somebody listens to: what there is to send since the last time, oldest first. */
export interface MarketStream {
  readonly everyMs: number;
  next(nowMs: number): readonly object[];
}

type Rows = readonly Readonly<Record<string, string>>[];

/** A jump of the clock is told candle by candle, up to so many. */
const mostCandles = 500;

export function marketStream(spec: StreamSpec, read: MarketReader, snapshots: DepthSnapshots): MarketStream {
  const { everyMs } = spec;
  const one = (path: string, message: (row: Readonly<Record<string, string>>, nowMs: number) => object, symbol: string) => ({
    everyMs,
    next: (nowMs: number) => {
      const row = read(path, { symbol }, nowMs) as Readonly<Record<string, string>> | undefined;
      return row === undefined ? [] : [message(row, nowMs)];
    },
  });
  const all = (path: string, message: (row: Readonly<Record<string, string>>, nowMs: number) => object) => ({
    everyMs,
    next: (nowMs: number) => [((read(path, {}, nowMs) as Rows | undefined) ?? []).map((row) => message(row, nowMs))],
  });
  switch (spec.kind) {
    case "kline":
      return candleStream(everyMs, "/fapi/v1/klines", { symbol: spec.symbol, interval: spec.interval }, read, (row, isClosed, nowMs) =>
        klineMessage(row, isClosed, nowMs, spec.interval, { symbol: spec.symbol }),
      );
    case "continuousKline": {
      const { pair, contractType, interval } = spec;
      return candleStream(everyMs, "/fapi/v1/continuousKlines", { pair, contractType, interval }, read, (row, isClosed, nowMs) =>
        klineMessage(row, isClosed, nowMs, interval, { pair, contractType }),
      );
    }
    case "aggTrade":
      return trades(everyMs, spec.symbol, read, aggregateTradeMessage);
    case "trade":
      return trades(everyMs, spec.symbol, read, tradeMessage);
    case "markPrice":
      return one("/fapi/v1/premiumIndex", markPriceMessage, spec.symbol);
    case "ticker":
      return one("/fapi/v1/ticker/24hr", tickerMessage, spec.symbol);
    case "miniTicker":
      return one("/fapi/v1/ticker/24hr", miniTickerMessage, spec.symbol);
    case "bookTicker":
      return onlyChanges(one("/fapi/v1/ticker/bookTicker", bookTickerMessage, spec.symbol));
    case "allMarkPrices":
      return all("/fapi/v1/premiumIndex", markPriceMessage);
    case "allTickers":
      return all("/fapi/v1/ticker/24hr", tickerMessage);
    case "allMiniTickers":
      return all("/fapi/v1/ticker/24hr", miniTickerMessage);
    case "allBookTickers":
      return { everyMs, next: (nowMs) => all("/fapi/v1/ticker/bookTicker", bookTickerMessage).next(nowMs).flat() };
    case "partialDepth":
      return partialDepth(everyMs, spec.symbol, spec.levels, read);
    case "depth":
      return depthChanges(everyMs, spec.symbol, read, snapshots);
    case "quiet":
      return { everyMs, next: () => [] };
  }
}

/** The open candle as it grows, and each candle once more when it is closed. */
function candleStream(
  everyMs: number,
  path: string,
  parameters: Readonly<Record<string, string>>,
  read: MarketReader,
  message: (row: CandleRow, isClosed: boolean, nowMs: number) => object,
): MarketStream {
  let openMs: number | undefined;
  return {
    everyMs,
    next: (nowMs) => {
      const since = openMs === undefined ? { limit: "1" } : { startTime: String(openMs), limit: String(mostCandles) };
      const rows = (read(path, { ...parameters, ...since }, nowMs) as readonly CandleRow[] | undefined) ?? [];
      openMs = rows.at(-1)?.[0] ?? openMs;
      return rows.map((row) => message(row, row[6] < nowMs, nowMs));
    },
  };
}

/** Every trade once, from the first instant on. */
function trades(
  everyMs: number,
  symbol: string,
  read: MarketReader,
  message: (trade: AggregateTrade, symbol: string, nowMs: number) => object,
): MarketStream {
  let nextId: number | undefined;
  return {
    everyMs,
    next: (nowMs) => {
      if (nextId === undefined) {
        nextId = newestTradeId(nowMs) + 1;
        return [];
      }
      const found = (read("/fapi/v1/aggTrades", { symbol, fromId: String(nextId), limit: "1000" }, nowMs) ??
        []) as readonly AggregateTrade[];
      nextId = (found.at(-1)?.a ?? nextId - 1) + 1;
      return found.map((trade) => message(trade, symbol, nowMs));
    },
  };
}

interface Depth {
  readonly lastUpdateId: number;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

interface Levels {
  readonly id: number;
  readonly bids: ReadonlyMap<string, string>;
  readonly asks: ReadonlyMap<string, string>;
}

function partialDepth(everyMs: number, symbol: string, levels: number, read: MarketReader): MarketStream {
  let previous: number | undefined;
  return {
    everyMs,
    next: (nowMs) => {
      const book = read("/fapi/v1/depth", { symbol, limit: String(levels) }, nowMs) as Depth | undefined;
      if (book === undefined || book.lastUpdateId === previous) return [];
      const pu = previous ?? book.lastUpdateId - 1;
      previous = book.lastUpdateId;
      return [
        {
          e: "depthUpdate",
          E: nowMs,
          T: nowMs,
          s: symbol,
          ps: symbol,
          st: usdMargined,
          U: pu + 1,
          u: book.lastUpdateId,
          pu,
          b: book.bids,
          a: book.asks,
        },
      ];
    },
  };
}

/** The levels that differ from those sent before; a level that is gone has quantity 0. Ids follow on one another without a gap. */
function depthChanges(everyMs: number, symbol: string, read: MarketReader, snapshots: DepthSnapshots): MarketStream {
  /** A snapshot that was asked for with the subscription may be a little older than it. */
  const reachBackMs = 1_000;
  const levelsAt = (nowMs: number): Levels | undefined => {
    const book = read("/fapi/v1/depth", { symbol, limit: "1000" }, nowMs) as Depth | undefined;
    return book === undefined ? undefined : { id: book.lastUpdateId, bids: new Map(book.bids), asks: new Map(book.asks) };
  };
  let known: Levels | undefined;
  return {
    everyMs,
    next: (nowMs) => {
      known ??= levelsAt(nowMs - reachBackMs);
      const now = levelsAt(nowMs);
      if (known === undefined || now === undefined || now.id === known.id) return [];
      const { id: pu } = known;
      const seen = [known, ...snapshots.between(symbol, pu, now.id).map(levelsAt)].filter((levels) => levels !== undefined);
      const [b, a] = [
        changes(
          seen.map(({ bids }) => bids),
          now.bids,
        ),
        changes(
          seen.map(({ asks }) => asks),
          now.asks,
        ),
      ];
      known = now;
      return [{ e: "depthUpdate", E: nowMs, T: nowMs, s: symbol, ps: symbol, st: usdMargined, U: pu + 1, u: now.id, pu, b, a }];
    },
  };
}

type Side = ReadonlyMap<string, string>;

/** From the first of the seen ones to now; what any of them had and now has not is gone. */
function changes(seen: readonly Side[], now: Side): readonly (readonly [string, string])[] {
  const gone = new Set(seen.flatMap((side) => [...side.keys()].filter((price) => !now.has(price))));
  const isNew = ([price, quantity]: readonly [string, string]) => seen.some((side) => side.get(price) !== quantity);
  return [...Array.from(gone, (price) => [price, "0"] as const), ...[...now].filter(isNew)];
}

/** The book's top is told when it moves, not by a clock. */
function onlyChanges(stream: MarketStream): MarketStream {
  let last = "";
  return {
    everyMs: stream.everyMs,
    next: (nowMs) =>
      stream.next(nowMs).filter((message) => {
        const { b, B, a, A } = message as Readonly<Record<string, string>>;
        const text = [b, B, a, A].join();
        const isNew = text !== last;
        last = text;
        return isNew;
      }),
  };
}
