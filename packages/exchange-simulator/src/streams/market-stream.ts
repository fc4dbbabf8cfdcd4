import { bookTickerMessage, type CandleRow, klineMessage, markPriceMessage, miniTickerMessage, tickerMessage } from "./market-messages.ts";
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

export function marketStream(spec: StreamSpec, read: MarketReader): MarketStream {
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
      return aggregateTrades(everyMs, spec.symbol, read);
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
      return depthChanges(everyMs, spec.symbol, read);
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

/** What was traded since the last time, as one trade per minute at that minute's latest price: the market has volumes and no single trades. */
function aggregateTrades(everyMs: number, symbol: string, read: MarketReader): MarketStream {
  let minute: { readonly openMs: number; readonly volume: number; readonly bought: number } | undefined;
  let tradeId = 0;
  return {
    everyMs,
    next: (nowMs) => {
      const since = minute === undefined ? { limit: "1" } : { startTime: String(minute.openMs), limit: String(mostCandles) };
      const rows = (read("/fapi/v1/klines", { symbol, interval: "1m", ...since }, nowMs) as readonly CandleRow[] | undefined) ?? [];
      const messages: object[] = [];
      for (const row of rows) {
        const [openMs, , , , close, volumeText, closeMs] = row;
        const before = minute?.openMs === openMs ? minute : { volume: 0, bought: 0 };
        const isFirst = minute === undefined;
        const [volume, bought] = [Number(volumeText), Number(row[9])];
        minute = { openMs, volume, bought };
        const traded = volume - before.volume;
        if (isFirst || traded <= 0) continue;
        tradeId = Math.max(tradeId + 1, nowMs);
        const digits = volumeText.split(".")[1]?.length ?? 0;
        messages.push({
          e: "aggTrade",
          E: nowMs,
          s: symbol,
          a: tradeId,
          p: close,
          q: traded.toFixed(digits),
          nq: traded.toFixed(digits),
          f: tradeId,
          l: tradeId,
          T: Math.min(nowMs, closeMs),
          // The buyer rested when more was sold into the book than bought from it.
          m: (bought - before.bought) * 2 < traded,
        });
      }
      return messages;
    },
  };
}

interface Depth {
  readonly lastUpdateId: number;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
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
      return [{ e: "depthUpdate", E: nowMs, T: nowMs, s: symbol, U: pu + 1, u: book.lastUpdateId, pu, b: book.bids, a: book.asks }];
    },
  };
}

/** The levels that differ from those sent before; a level that is gone has quantity 0. Ids follow on one another without a gap. */
function depthChanges(everyMs: number, symbol: string, read: MarketReader): MarketStream {
  let known: { readonly id: number; readonly bids: ReadonlyMap<string, string>; readonly asks: ReadonlyMap<string, string> } | undefined;
  return {
    everyMs,
    next: (nowMs) => {
      const book = read("/fapi/v1/depth", { symbol, limit: "1000" }, nowMs) as Depth | undefined;
      if (book === undefined || book.lastUpdateId === known?.id) return [];
      const [bids, asks] = [new Map(book.bids), new Map(book.asks)];
      const before = known;
      known = { id: book.lastUpdateId, bids, asks };
      const pu = before?.id ?? book.lastUpdateId - 1;
      const [b, a] = [changes(before?.bids, bids), changes(before?.asks, asks)];
      return [{ e: "depthUpdate", E: nowMs, T: nowMs, s: symbol, U: pu + 1, u: book.lastUpdateId, pu, b, a }];
    },
  };
}

function changes(
  before: ReadonlyMap<string, string> | undefined,
  now: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  const gone = [...(before?.keys() ?? [])].filter((price) => !now.has(price)).map((price) => [price, "0"] as const);
  return [...gone, ...[...now].filter(([price, quantity]) => before?.get(price) !== quantity)];
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
