import type {
  BreakView,
  DivergenceView,
  HigherTimeframeView,
  PriceAreaView,
  ProfileLevels,
  RecentCandles,
  RestingLevel,
  StructureView,
  SweepView,
  SwingLabel,
  SwingView,
  SymbolView,
  TradingSessionView,
  VolumeWeightedPriceView,
  ZoneView,
} from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";

const swappedLabels: Record<SwingLabel, SwingLabel> = { "": "", HH: "LL", HL: "LH", LH: "HL", LL: "HH", EQH: "EQL", EQL: "EQH" };

/** Everything that is a price or has a side, turned upside down about a pivot. */
class Mirror {
  private readonly pivot: number;

  constructor(pivot: number) {
    this.pivot = pivot;
  }

  price = (price: number): number => 2 * this.pivot - price;

  candle = (candle: Candle): Candle => ({
    openTimeMs: candle.openTimeMs,
    open: this.price(candle.open),
    high: this.price(candle.low),
    low: this.price(candle.high),
    close: this.price(candle.close),
    volume: candle.volume,
    quoteVolume: Number.NaN,
    tradeCount: candle.tradeCount,
    takerBuyVolume: candle.volume - candle.takerBuyVolume,
  });

  candles = (candles: RecentCandles): RecentCandles => ({
    timeframe: candles.timeframe,
    bar: candles.bar,
    run: candles.run,
    seen: candles.seen,
    last: this.candle(candles.last),
    candle: (back) => this.candle(candles.candle(back)),
  });

  swing = (swing: SwingView): SwingView => ({
    price: this.price(swing.price),
    bar: swing.bar,
    label: swappedLabels[swing.label],
    previousPrice: this.price(swing.previousPrice),
    previousBar: swing.previousBar,
  });

  broken = (broken: BreakView): BreakView => ({
    bar: broken.bar,
    level: this.price(broken.level),
    levelBar: broken.levelBar,
    kind: broken.kind,
  });

  structure = (structure: StructureView): StructureView => ({
    swingHigh: this.swing(structure.swingLow),
    swingLow: this.swing(structure.swingHigh),
    trend: negated(structure.trend),
    lastBreak: structure.lastBreak === undefined ? undefined : this.broken(structure.lastBreak),
    lastBreakUp: this.broken(structure.lastBreakDown),
    lastBreakDown: this.broken(structure.lastBreakUp),
    range: {
      high: this.price(structure.range.low),
      low: this.price(structure.range.high),
      position: 1 - structure.range.position,
    },
  });

  area = (area: PriceAreaView): PriceAreaView => ({
    sign: area.sign === 1 ? -1 : 1,
    bar: area.bar,
    formedBar: area.formedBar,
    top: this.price(area.bottom),
    bottom: this.price(area.top),
    touchedBar: area.touchedBar,
    middleBar: area.middleBar,
  });

  sweep = (sweep: SweepView): SweepView => ({
    bar: sweep.bar,
    level: this.price(sweep.level),
    extreme: this.price(sweep.extreme),
    kind: sweep.kind,
  });

  level = (level: RestingLevel): RestingLevel => ({ kind: level.kind, price: this.price(level.price), bar: level.bar });

  vwap = (vwap: VolumeWeightedPriceView): VolumeWeightedPriceView => ({
    value: this.price(vwap.value),
    deviation: vwap.deviation,
    upper1: this.price(vwap.lower1),
    lower1: this.price(vwap.upper1),
    upper2: this.price(vwap.lower2),
    lower2: this.price(vwap.upper2),
    startBar: vwap.startBar,
  });

  session = (session: TradingSessionView): TradingSessionView => ({
    name: session.name,
    isOpen: session.isOpen,
    vwap: this.vwap(session.vwap),
    previousHigh: this.price(session.previousLow),
    previousLow: this.price(session.previousHigh),
  });

  divergence = (divergence: DivergenceView): DivergenceView => ({ bar: divergence.bar, price: this.price(divergence.price) });

  profile = (profile: ProfileLevels): ProfileLevels => ({
    poc: this.price(profile.poc),
    vah: this.price(profile.val),
    val: this.price(profile.vah),
  });

  zone = (zone: ZoneView): ZoneView => ({
    timeframe: zone.timeframe,
    top: this.price(zone.bottom),
    bottom: this.price(zone.top),
    center: this.price(zone.center),
    role: zone.role === 1 ? -1 : 1,
    pivots: zone.pivots,
    touches: zone.touches,
    lastTouchBar: zone.lastTouchBar,
    formedBar: zone.formedBar,
    meanReaction: zone.meanReaction,
    closesThrough: zone.closesThrough,
    flips: zone.flips,
    isBroken: zone.isBroken,
    absorbed: zone.absorbed,
    score: zone.score,
    class: zone.class,
  });

  higher = (higher: HigherTimeframeView): HigherTimeframeView => ({
    timeframe: higher.timeframe,
    candles: this.candles(higher.candles),
    close: this.price(higher.close),
    ema20: this.price(higher.ema20),
    ema50: this.price(higher.ema50),
    ema200: this.price(higher.ema200),
    atr14: higher.atr14,
    swingHigh: this.swing(higher.swingLow),
    swingLow: this.swing(higher.swingHigh),
    structureTrend: negated(higher.structureTrend),
    lastBreak: higher.lastBreak === undefined ? undefined : this.broken(higher.lastBreak),
  });
}

const negated = (side: -1 | 0 | 1): -1 | 0 | 1 => (side === 0 ? 0 : side === 1 ? -1 : 1);

const opposite = (value: number | undefined): number | undefined => (value === undefined ? undefined : 0 - value);

const mapped = <Value>(value: Value | undefined, mirror: (value: Value) => Value): Value | undefined =>
  value === undefined ? undefined : mirror(value);

/**
 * What the engine would show of the same market upside down, exact to the rounding of a subtraction.
 *
 * ATR and Bollinger width in percent stay as they are: they are about the size of moves, not about their side. Parts are mirrored when they
 * are read, so that reading an undeclared one still throws.
 */
export function mirroredView(view: SymbolView, pivot: number): SymbolView {
  const mirror = new Mirror(pivot);
  const { price } = mirror;
  return {
    symbol: view.symbol,
    detectors: view.detectors,
    bar: view.bar,
    closeTimeMs: view.closeTimeMs,
    candle: mirror.candle(view.candle),
    candles: mirror.candles(view.candles),
    get ema9() {
      return price(view.ema9);
    },
    get ema20() {
      return price(view.ema20);
    },
    get ema21() {
      return price(view.ema21);
    },
    get ema50() {
      return price(view.ema50);
    },
    get ema200() {
      return price(view.ema200);
    },
    get sma20() {
      return price(view.sma20);
    },
    get sma50() {
      return price(view.sma50);
    },
    get sma200() {
      return price(view.sma200);
    },
    get rsi14() {
      return 100 - view.rsi14;
    },
    get macd() {
      const { line, signal, histogram, previousHistogram } = view.macd;
      return { line: 0 - line, signal: 0 - signal, histogram: 0 - histogram, previousHistogram: 0 - previousHistogram };
    },
    get directionalMovement() {
      const { adx, plusDi, minusDi } = view.directionalMovement;
      return { adx, plusDi: minusDi, minusDi: plusDi };
    },
    get bollinger() {
      const { middle, upper, lower, width, widthPercentile } = view.bollinger;
      return { middle: price(middle), upper: price(lower), lower: price(upper), width, widthPercentile };
    },
    get donchian() {
      const { upper, lower } = view.donchian;
      return { upper: price(lower), lower: price(upper) };
    },
    get stochastic() {
      const { k, d } = view.stochastic;
      return { k: 100 - k, d: 100 - d };
    },
    get volumeMedian20() {
      return view.volumeMedian20;
    },
    get atr14() {
      return view.atr14;
    },
    get atrPercent() {
      return view.atrPercent;
    },
    get atrPercentile() {
      return view.atrPercentile;
    },
    get atrPercentMedian() {
      return view.atrPercentMedian;
    },
    get atrMedian100() {
      return view.atrMedian100;
    },
    get regime() {
      const { name, direction, candles } = view.regime;
      return { name, direction: negated(direction), candles };
    },
    get structure() {
      return mirror.structure(view.structure);
    },
    get orderBlocks() {
      return view.orderBlocks.map(mirror.area);
    },
    get breakers() {
      return view.breakers.map(mirror.area);
    },
    get fairValueGaps() {
      return view.fairValueGaps.map(mirror.area);
    },
    get sweptHigh() {
      return mirror.sweep(view.sweptLow);
    },
    get sweptLow() {
      return mirror.sweep(view.sweptHigh);
    },
    get liquidity() {
      const { above, below, sweptAbove, sweptBelow, previousDay, previousWeek } = view.liquidity;
      const period = (extremes: typeof previousDay) => mapped(extremes, ({ high, low }) => ({ high: price(low), low: price(high) }));
      return {
        above: below.map(mirror.level),
        below: above.map(mirror.level),
        sweptAbove: mirror.sweep(sweptBelow),
        sweptBelow: mirror.sweep(sweptAbove),
        previousDay: period(previousDay),
        previousWeek: period(previousWeek),
      };
    },
    get dailyVwap() {
      return mirror.vwap(view.dailyVwap);
    },
    get sessions() {
      const { asia, london, newYork } = view.sessions;
      return { asia: mirror.session(asia), london: mirror.session(london), newYork: mirror.session(newYork) };
    },
    get vwapFromHigh() {
      return mapped(view.vwapFromLow, mirror.vwap);
    },
    get vwapFromLow() {
      return mapped(view.vwapFromHigh, mirror.vwap);
    },
    get delta() {
      return opposite(view.delta);
    },
    get cumulativeDelta() {
      return opposite(view.cumulativeDelta);
    },
    get deltaScore() {
      return opposite(view.deltaScore);
    },
    get divergences() {
      const { bullish15m, bearish15m, bullish1h, bearish1h } = view.divergences;
      return {
        bullish15m: mapped(bearish15m, mirror.divergence),
        bearish15m: mapped(bullish15m, mirror.divergence),
        bullish1h: mapped(bearish1h, mirror.divergence),
        bearish1h: mapped(bullish1h, mirror.divergence),
      };
    },
    get profile() {
      return mirror.profile(view.profile);
    },
    get dayProfile() {
      return mirror.profile(view.dayProfile);
    },
    profileHistogram: () =>
      view
        .profileHistogram()
        .map((bin) => ({ price: price(bin.price), volume: bin.volume }))
        .reverse(),
    get zones() {
      return view.zones.map(mirror.zone).reverse();
    },
    get oneHour() {
      return mirror.higher(view.oneHour);
    },
    get fourHours() {
      return mirror.higher(view.fourHours);
    },
    get oneDay() {
      return mirror.higher(view.oneDay);
    },
  };
}
