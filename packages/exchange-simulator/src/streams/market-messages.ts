/** Which kind of contract a message is about (`st`), told since coin-margined ones share the streams. */
export const usdMargined = 1;

type Row = Readonly<Record<string, string>>;

/** A row of GET klines. */
export type CandleRow = readonly [
  openMs: number,
  open: string,
  high: string,
  low: string,
  close: string,
  volume: string,
  closeMs: number,
  quoteVolume: string,
  trades: number,
  takerBuyVolume: string,
  takerBuyQuote: string,
  ignored: string,
];

export function klineMessage(
  row: CandleRow,
  isClosed: boolean,
  nowMs: number,
  interval: string,
  of: { readonly symbol: string } | { readonly pair: string; readonly contractType: string },
): object {
  const [t, o, h, l, c, v, T, q, n, V, Q] = row;
  const isContinuous = "pair" in of;
  const k = {
    t,
    T,
    ...(isContinuous ? {} : { s: of.symbol }),
    i: interval,
    f: n === 0 ? -1 : 1,
    L: n === 0 ? -1 : n,
    o,
    c,
    h,
    l,
    v,
    n,
    x: isClosed,
    q,
    V,
    Q,
    B: "0",
  };
  if (isContinuous) return { e: "continuous_kline", E: nowMs, ps: of.pair, ct: of.contractType, k };
  return { e: "kline", E: nowMs, s: of.symbol, k };
}

export const markPriceMessage = (row: Row, nowMs: number): object => ({
  e: "markPriceUpdate",
  E: nowMs,
  s: row.symbol,
  p: row.markPrice,
  i: row.indexPrice,
  P: row.estimatedSettlePrice,
  r: row.lastFundingRate,
  T: row.nextFundingTime,
  st: usdMargined,
});

export const bookTickerMessage = (row: Row, nowMs: number): object => ({
  e: "bookTicker",
  u: nowMs,
  E: nowMs,
  T: nowMs,
  s: row.symbol,
  b: row.bidPrice,
  B: row.bidQty,
  a: row.askPrice,
  A: row.askQty,
  ps: row.symbol,
  st: usdMargined,
});

export const miniTickerMessage = (row: Row, nowMs: number): object => ({
  e: "24hrMiniTicker",
  E: nowMs,
  s: row.symbol,
  c: row.lastPrice,
  o: row.openPrice,
  h: row.highPrice,
  l: row.lowPrice,
  v: row.volume,
  q: row.quoteVolume,
  ps: row.symbol,
  st: usdMargined,
});

export const tickerMessage = (row: Row, nowMs: number): object => ({
  e: "24hrTicker",
  E: nowMs,
  s: row.symbol,
  p: row.priceChange,
  P: row.priceChangePercent,
  w: row.weightedAvgPrice,
  c: row.lastPrice,
  Q: row.lastQty,
  o: row.openPrice,
  h: row.highPrice,
  l: row.lowPrice,
  v: row.volume,
  q: row.quoteVolume,
  O: row.openTime,
  C: row.closeTime,
  F: row.firstId,
  L: row.lastId,
  n: row.count,
  ps: row.symbol,
  st: usdMargined,
});

/** A row of GET aggTrades. */
export interface AggregateTrade {
  readonly a: number;
  readonly p: string;
  readonly q: string;
  readonly T: number;
  readonly m: boolean;
}

export const aggregateTradeMessage = (trade: AggregateTrade, symbol: string, nowMs: number): object => ({
  e: "aggTrade",
  E: nowMs,
  s: symbol,
  ...trade,
  st: usdMargined,
});

export const tradeMessage = ({ a, p, q, T, m }: AggregateTrade, symbol: string, nowMs: number): object => ({
  e: "trade",
  E: nowMs,
  T,
  s: symbol,
  t: a,
  p,
  q,
  X: "MARKET",
  m,
});
