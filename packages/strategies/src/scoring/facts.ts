import type { DetectorName, DivergenceView, SymbolView } from "@winiswin/analysis";
import type { BtcFacts, FreshDivergences, SignalFacts } from "@winiswin/domain/signal-facts";

export type { BtcFacts, FreshDivergences };

/** What is known of one symbol at the close; everything may be unknown and then changes nothing. */
export interface SymbolFacts extends SignalFacts {
  /** What a long pays a short, as a fraction of the notional, brought to 8 hours. */
  readonly fundingRatePer8Hours?: number | undefined;
  /** Best ask less best bid in percent of the middle. */
  readonly spreadPercent?: number | undefined;
  /** (bids - asks) / (bids + asks) of the first levels of the book, -1 to 1. */
  readonly bookImbalance?: number | undefined;
}

export interface ScoringFacts {
  readonly bySymbol: ReadonlyMap<string, SymbolFacts>;
  readonly btc?: BtcFacts | undefined;
}

/** A divergence is fresh for this many 15m candles. */
const freshCandles = 20;
const shockCandles = 4;

/** What an engine must show so that no modifier of a score stays unknown for want of a detector. */
export const scoringNeeds: readonly DetectorName[] = ["regime", "divergences", "atr", "trend1h"];

/** The facts that a symbol's own view shows; parts that its engine does not compute are left out. */
export function viewFacts(view: SymbolView): SignalFacts {
  const shows = (name: DetectorName): boolean => view.detectors.includes(name);
  const divergences = shows("divergences") ? freshDivergences(view) : undefined;
  return {
    ...(shows("regime") ? { regime: { name: view.regime.name, direction: view.regime.direction } } : {}),
    ...(divergences === undefined ? {} : { divergences }),
  };
}

function freshDivergences(view: SymbolView): SymbolFacts["divergences"] {
  // Without a known flow the last divergences are of another time.
  if (view.delta === undefined) return undefined;
  const { bullish15m, bearish15m, bullish1h, bearish1h } = view.divergences;
  const isFresh = (one: DivergenceView | undefined): boolean => one !== undefined && view.bar - one.bar < freshCandles;
  return {
    long: { fast: isFresh(bullish15m), slow: isFresh(bullish1h) },
    short: { fast: isFresh(bearish15m), slow: isFresh(bearish1h) },
  };
}

/** BTC's facts from its view, which must show `atr` and `trend1h`: a trend when close, averages and structure of 1h do not contradict. */
export function btcFacts(view: SymbolView): BtcFacts {
  const { close, ema20, ema50, structureTrend } = view.oneHour;
  const isUp = close > ema50 && ema20 > ema50 && structureTrend >= 0;
  const isDown = close < ema50 && ema20 < ema50 && structureTrend <= 0;
  const isHeld = view.candles.run > shockCandles;
  const before = isHeld ? view.candles.candle(shockCandles).close : Number.NaN;
  const moveAtr = (view.candle.close - before) / view.atr14;
  return { symbol: view.symbol, trend1h: isUp ? 1 : isDown ? -1 : 0, moveAtr: Number.isFinite(moveAtr) ? moveAtr : 0 };
}
