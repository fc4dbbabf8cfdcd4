import type { Candle } from "@winiswin/domain/candle";
import { durationMs } from "@winiswin/domain/timeframe";
import type { DetectorName } from "../detector-name.ts";
import type { LiquidityView } from "../liquidity/liquidity.ts";
import type { TradingSessionView } from "../location/trading-session.ts";
import type { VolumeWeightedPriceView } from "../location/volume-weighted-price.ts";
import type { BreakView } from "../structure/breaks.ts";
import type { StructureView } from "../structure/market-structure.ts";
import type { PriceAreaView } from "../structure/price-area.ts";
import type { SwingView } from "../structure/swings.ts";
import type { SymbolView } from "../symbol-view.ts";
import type { HigherTimeframeView } from "../timeframe/higher-timeframe.ts";
import type { ZoneView } from "../zones/zone.ts";

/** Anything that JSON can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** The whole view as a plain object of its declared parts: a copy that may be kept, printed and compared. Unknown is null. */
export function plainView(view: SymbolView): { readonly [name: string]: Plain } {
  const has = new Set(view.detectors);
  const result: Record<string, Plain> = {
    symbol: view.symbol,
    closeTime: new Date(view.closeTimeMs).toISOString(),
    bar: view.bar,
    candle: plainCandle(view.candle),
  };
  for (const [name, describe] of Object.entries(parts) as [DetectorName, (view: SymbolView) => Record<string, Plain>][]) {
    if (has.has(name)) Object.assign(result, describe(view));
  }
  return result;
}

const parts: Partial<Record<DetectorName, (view: SymbolView) => Record<string, Plain>>> = {
  ema: ({ ema9, ema20, ema21, ema50, ema200 }) => ({ ema9, ema20, ema21, ema50, ema200 }),
  sma: ({ sma20, sma50, sma200 }) => ({ sma20, sma50, sma200 }),
  rsi: ({ rsi14 }) => ({ rsi14 }),
  macd: ({ macd: { line, signal, histogram, previousHistogram } }) => ({ macd: { line, signal, histogram, previousHistogram } }),
  adx: ({ directionalMovement: { adx, plusDi, minusDi } }) => ({ directionalMovement: { adx, plusDi, minusDi } }),
  bollinger: ({ bollinger: { middle, upper, lower, width, widthPercentile } }) => ({
    bollinger: { middle, upper, lower, width, widthPercentile },
  }),
  donchian: ({ donchian: { upper, lower } }) => ({ donchian: { upper, lower } }),
  stochastic: ({ stochastic: { k, d } }) => ({ stochastic: { k, d } }),
  volumeMedian: ({ volumeMedian20 }) => ({ volumeMedian20 }),
  atr: ({ atr14, atrPercent }) => ({ atr14, atrPercent }),
  atrPercentile: ({ atrPercentile }) => ({ atrPercentile }),
  atrMedian: ({ atrMedian100 }) => ({ atrMedian100 }),
  regime: ({ regime: { name, direction, candles } }) => ({ regime: { name, direction, candles } }),
  structure: ({ structure }) => ({ structure: plainStructure(structure) }),
  orderBlocks: ({ orderBlocks, breakers }) => ({ orderBlocks: orderBlocks.map(plainArea), breakers: breakers.map(plainArea) }),
  fairValueGaps: ({ fairValueGaps }) => ({ fairValueGaps: fairValueGaps.map(plainArea) }),
  sweeps: ({ sweptHigh, sweptLow }) => ({ sweptHigh: plainSweep(sweptHigh), sweptLow: plainSweep(sweptLow) }),
  liquidity: ({ liquidity }) => ({ liquidity: plainLiquidity(liquidity) }),
  vwap: ({ dailyVwap, sessions }) => ({
    dailyVwap: plainVwap(dailyVwap),
    sessions: { asia: plainSession(sessions.asia), london: plainSession(sessions.london), newYork: plainSession(sessions.newYork) },
  }),
  anchoredVwap: ({ vwapFromHigh, vwapFromLow }) => ({ vwapFromHigh: plainVwap(vwapFromHigh), vwapFromLow: plainVwap(vwapFromLow) }),
  cvd: (view) => ({ delta: view.delta ?? null, cumulativeDelta: view.cumulativeDelta ?? null, deltaScore: view.deltaScore ?? null }),
  divergences: ({ divergences }) => ({
    divergences: Object.fromEntries(
      Object.entries(divergences).map(([name, found]) => [name, found === undefined ? null : { bar: found.bar, price: found.price }]),
    ),
  }),
  volumeProfile: ({ profile, dayProfile }) => ({
    profile: { poc: profile.poc, vah: profile.vah, val: profile.val },
    dayProfile: { poc: dayProfile.poc, vah: dayProfile.vah, val: dayProfile.val },
  }),
  zones: ({ zones }) => ({ zones: zones.map(plainZone) }),
  candles1h: ({ oneHour }) => ({ oneHour: plainHigher(oneHour) }),
  candles4h: ({ fourHours }) => ({ fourHours: plainHigher(fourHours) }),
  candles1d: ({ oneDay }) => ({ oneDay: plainHigher(oneDay) }),
};

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const plainCandle = (candle: Candle): Plain => ({
  openTime: new Date(candle.openTimeMs).toISOString(),
  open: candle.open,
  high: candle.high,
  low: candle.low,
  close: candle.close,
  volume: candle.volume,
  quoteVolume: orNull(candle.quoteVolume),
  tradeCount: orNull(candle.tradeCount),
  takerBuyVolume: orNull(candle.takerBuyVolume),
});

const plainSwing = ({ price, bar, label }: SwingView): Plain => (bar < 0 ? null : { price, bar, label });

const plainBreak = (last: BreakView | undefined): Plain =>
  last === undefined ? null : { kind: last.kind, bar: last.bar, level: last.level, levelBar: last.levelBar };

const plainStructure = (structure: StructureView): Plain => ({
  trend: structure.trend,
  swingHigh: plainSwing(structure.swingHigh),
  swingLow: plainSwing(structure.swingLow),
  lastBreak: plainBreak(structure.lastBreak),
  range: { high: orNull(structure.range.high), low: orNull(structure.range.low), position: orNull(structure.range.position) },
});

const plainArea = ({ sign, bar, formedBar, top, bottom, touchedBar, middleBar }: PriceAreaView): Plain => ({
  direction: sign === 1 ? "long" : "short",
  top,
  bottom,
  bar,
  formedBar,
  touchedBar,
  middleBar,
});

const plainSweep = ({ bar, level, extreme, kind }: SymbolView["sweptHigh"]): Plain => (bar < 0 ? null : { bar, level, extreme, kind });

const plainLiquidity = (liquidity: LiquidityView): Plain => {
  const { previousDay, previousWeek } = liquidity;
  return {
    above: liquidity.above.map(({ kind, price, bar }) => ({ kind, price, bar })),
    below: liquidity.below.map(({ kind, price, bar }) => ({ kind, price, bar })),
    sweptAbove: plainSweep(liquidity.sweptAbove),
    sweptBelow: plainSweep(liquidity.sweptBelow),
    previousDay: previousDay === undefined ? null : { high: previousDay.high, low: previousDay.low },
    previousWeek: previousWeek === undefined ? null : { high: previousWeek.high, low: previousWeek.low },
  };
};

const plainVwap = (vwap: VolumeWeightedPriceView | undefined): Plain =>
  vwap === undefined || Number.isNaN(vwap.value) ? null : { value: vwap.value, deviation: vwap.deviation, startBar: vwap.startBar };

const plainSession = (session: TradingSessionView): Plain => ({
  isOpen: session.isOpen,
  vwap: plainVwap(session.vwap),
  previousHigh: orNull(session.previousHigh),
  previousLow: orNull(session.previousLow),
});

const plainZone = (zone: ZoneView): Plain => ({
  timeframe: zone.timeframe,
  top: zone.top,
  bottom: zone.bottom,
  role: zone.role === 1 ? "support" : "resistance",
  class: zone.class,
  score: zone.score,
  pivots: zone.pivots,
  touches: zone.touches,
  meanReaction: zone.meanReaction,
  closesThrough: zone.closesThrough,
  flips: zone.flips,
  isBroken: zone.isBroken,
  absorbed: zone.absorbed,
  formedBar: zone.formedBar,
  lastTouchBar: zone.lastTouchBar,
});

const plainHigher = (higher: HigherTimeframeView): Plain => ({
  closeTime: higher.candles.bar < 0 ? null : new Date((higher.candles.bar + 1) * durationMs(higher.timeframe)).toISOString(),
  close: orNull(higher.close),
  ema20: orNull(higher.ema20),
  ema50: orNull(higher.ema50),
  ema200: orNull(higher.ema200),
  atr14: orNull(higher.atr14),
  structureTrend: higher.structureTrend,
  swingHigh: plainSwing(higher.swingHigh),
  swingLow: plainSwing(higher.swingLow),
  lastBreak: plainBreak(higher.lastBreak),
});
