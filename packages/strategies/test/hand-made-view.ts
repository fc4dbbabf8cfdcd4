import type {
  BreakView,
  HigherTimeframeView,
  RecentCandles,
  StructureView,
  SymbolView,
  VolumeWeightedPriceView,
  ZoneView,
} from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";

/** Open, high, low, close and, where it matters, volume and taker buy volume. */
export type Shape = readonly [open: number, high: number, low: number, close: number, volume?: number, takerBuyVolume?: number];

export const lastBar = 1000;

const candleOf = ([open, high, low, close, volume = 100, takerBuyVolume = Number.NaN]: Shape, bar: number): Candle => ({
  openTimeMs: bar * 900_000,
  open,
  high,
  low,
  close,
  volume,
  quoteVolume: Number.NaN,
  tradeCount: Number.NaN,
  takerBuyVolume,
});

/** The last of these candles is bar 1000. */
export function recent(shapes: readonly Shape[]): RecentCandles {
  const candles = shapes.map((shape, index) => candleOf(shape, lastBar - shapes.length + 1 + index));
  const at = (back: number): Candle => {
    const candle = candles[candles.length - 1 - back];
    if (candle === undefined) throw new RangeError(`only ${candles.length} candles are held`);
    return candle;
  };
  return { timeframe: "15m", bar: lastBar, run: candles.length, seen: candles.length, last: at(0), candle: at };
}

/** The parts that are given; reading any other throws, so that a case shows all that its strategy looks at. */
export function handMadeView(shapes: readonly Shape[], parts: Partial<SymbolView>): SymbolView {
  const candles = recent(shapes);
  const given: Partial<SymbolView> = {
    symbol: "TESTUSDT",
    detectors: [],
    bar: lastBar,
    closeTimeMs: (lastBar + 1) * 900_000,
    candles,
    candle: candles.last,
    ...parts,
  };
  return new Proxy(given, {
    get(target, name) {
      if (!(name in target)) throw new Error(`the case does not give ${String(name)}`);
      return Reflect.get(target, name);
    },
  }) as SymbolView;
}

const noSwing = { price: Number.NaN, bar: -1, label: "", previousPrice: Number.NaN, previousBar: -1 } as const;
export const noBreak: BreakView = { bar: -1, level: Number.NaN, levelBar: -1, kind: "bos" };

export const structureOf = (over: Partial<StructureView>): StructureView => ({
  swingHigh: noSwing,
  swingLow: noSwing,
  trend: 0,
  lastBreak: undefined,
  lastBreakUp: noBreak,
  lastBreakDown: noBreak,
  range: { high: Number.NaN, low: Number.NaN, position: Number.NaN },
  ...over,
});

export const swingAt = (price: number): StructureView["swingLow"] => ({ ...noSwing, price, bar: lastBar - 20 });

/** A longer timeframe whose close, averages and structure all point up (all three conditions of the 1h trend agree with a long). */
export const risingTimeframe: HigherTimeframeView = {
  timeframe: "1h",
  candles: recent([[100, 100, 100, 100]]),
  close: 110,
  ema20: 108,
  ema50: 105,
  ema200: 100,
  atr14: 4,
  swingHigh: noSwing,
  swingLow: noSwing,
  structureTrend: 1,
  lastBreak: undefined,
};

export const vwapAt = (value: number, deviation = 1): VolumeWeightedPriceView => ({
  value,
  deviation,
  upper1: value + deviation,
  lower1: value - deviation,
  upper2: value + 2 * deviation,
  lower2: value - 2 * deviation,
  startBar: lastBar - 50,
});

/** A support (role 1) or resistance zone of 15m. */
export const zoneOf = (bottom: number, top: number, over: Partial<ZoneView> = {}): ZoneView => ({
  timeframe: "15m",
  top,
  bottom,
  center: (top + bottom) / 2,
  role: 1,
  pivots: 3,
  touches: 3,
  lastTouchBar: lastBar,
  formedBar: lastBar - 100,
  meanReaction: 1,
  closesThrough: 0,
  flips: 0,
  isBroken: false,
  absorbed: 0,
  score: 70,
  class: "strong",
  ...over,
});

/** Component values by name, rounded to three decimals. */
export const valuesOf = (components: readonly { readonly name: string; readonly value: number }[]): Record<string, number> =>
  Object.fromEntries(components.map(({ name, value }) => [name, Math.round(value * 1000) / 1000]));
