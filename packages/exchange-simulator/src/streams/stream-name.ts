/** Where a stream is served: a connection gets only the streams of its own path. */
export type Tier = "public" | "market" | "private";

/** One stream of market data, as its name says it; symbols in upper case. */
export type StreamSpec = { readonly tier: "public" | "market"; readonly everyMs: number } & (
  | { readonly kind: "kline"; readonly symbol: string; readonly interval: string }
  | { readonly kind: "continuousKline"; readonly pair: string; readonly contractType: string; readonly interval: string }
  | { readonly kind: "aggTrade" | "trade" | "markPrice" | "ticker" | "miniTicker" | "bookTicker"; readonly symbol: string }
  | { readonly kind: "allMarkPrices" | "allTickers" | "allMiniTickers" | "allBookTickers" }
  | { readonly kind: "partialDepth"; readonly symbol: string; readonly levels: number }
  | { readonly kind: "depth"; readonly symbol: string }
  /** Valid, and nothing ever happens in it here. */
  | { readonly kind: "quiet" }
);

const intervals = "1m|3m|5m|15m|30m|1h|2h|4h|6h|8h|12h|1d|3d|1w|1M";
const klineName = new RegExp(`^kline_(${intervals})$`);
const continuousName = new RegExp(`^([^@]+)_(perpetual|current_quarter|next_quarter|tradifi_perpetual)@continuousKline_(${intervals})$`);
const depthName = /^depth(5|10|20)?(?:@(100|250|500)ms)?$/;

const everything: ReadonlyMap<string, StreamSpec> = new Map<string, StreamSpec>([
  ["!markPrice@arr", { kind: "allMarkPrices", tier: "market", everyMs: 3_000 }],
  ["!markPrice@arr@1s", { kind: "allMarkPrices", tier: "market", everyMs: 1_000 }],
  ["!ticker@arr", { kind: "allTickers", tier: "market", everyMs: 1_000 }],
  ["!miniTicker@arr", { kind: "allMiniTickers", tier: "market", everyMs: 1_000 }],
  ["!bookTicker", { kind: "allBookTickers", tier: "public", everyMs: 5_000 }],
  ["!forceOrder@arr", { kind: "quiet", tier: "market", everyMs: 1_000 }],
  ["!contractInfo", { kind: "quiet", tier: "market", everyMs: 1_000 }],
]);

/** What a name means; undefined for one that means nothing. Update times are those of the documentation, in milliseconds of the market. */
export function streamSpec(name: string): StreamSpec | undefined {
  const all = everything.get(name);
  if (all !== undefined) return all;
  const continuous = continuousName.exec(name);
  if (continuous !== null) {
    const [, pair = "", contractType = "", interval = ""] = continuous;
    return {
      kind: "continuousKline",
      pair: pair.toUpperCase(),
      contractType: contractType.toUpperCase(),
      interval,
      tier: "market",
      everyMs: 250,
    };
  }
  const at = name.indexOf("@");
  if (at < 1 || name.startsWith("!")) return undefined;
  // A name is in lower case; one in upper case is silently another stream, as at the real exchange.
  const text = name.slice(0, at);
  if (text !== text.toLowerCase()) return undefined;
  return ofSymbol(text.toUpperCase(), name.slice(at + 1));
}

function ofSymbol(symbol: string, stream: string): StreamSpec | undefined {
  const kline = klineName.exec(stream);
  if (kline !== null) return { kind: "kline", symbol, interval: kline[1]!, tier: "market", everyMs: 250 };
  const depth = depthName.exec(stream);
  if (depth !== null) {
    const everyMs = Number(depth[2] ?? 250);
    if (depth[1] === undefined) return { kind: "depth", symbol, tier: "public", everyMs };
    return { kind: "partialDepth", symbol, levels: Number(depth[1]), tier: "public", everyMs };
  }
  switch (stream) {
    case "aggTrade":
      return { kind: "aggTrade", symbol, tier: "market", everyMs: 100 };
    case "trade":
      return { kind: "trade", symbol, tier: "public", everyMs: 1 };
    case "markPrice":
      return { kind: "markPrice", symbol, tier: "market", everyMs: 3_000 };
    case "markPrice@1s":
      return { kind: "markPrice", symbol, tier: "market", everyMs: 1_000 };
    case "ticker":
      return { kind: "ticker", symbol, tier: "market", everyMs: 500 };
    case "miniTicker":
      return { kind: "miniTicker", symbol, tier: "market", everyMs: 500 };
    case "bookTicker":
      return { kind: "bookTicker", symbol, tier: "public", everyMs: 1 };
    case "forceOrder":
      return { kind: "quiet", tier: "market", everyMs: 1_000 };
    default:
      return undefined;
  }
}
