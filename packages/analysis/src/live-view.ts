import type { Candle } from "@winiswin/domain/candle";
import type { RecentCandles } from "./candle-ring.ts";
import type { DetectorName } from "./detector-name.ts";
import type { Detectors } from "./detectors.ts";
import type { BollingerView } from "./indicators/bollinger-bands.ts";
import type { DirectionalMovementView } from "./indicators/directional-movement.ts";
import type { DonchianView } from "./indicators/donchian-channel.ts";
import type { MovingAverageConvergenceView } from "./indicators/moving-average-convergence.ts";
import type { StochasticView } from "./indicators/stochastic.ts";
import type { SweepView } from "./liquidity/level-book.ts";
import type { LiquidityView } from "./liquidity/liquidity.ts";
import type { DivergenceView } from "./location/divergence.ts";
import type { ProfileLevels } from "./location/profile-bins.ts";
import type { VolumeWeightedPriceView } from "./location/volume-weighted-price.ts";
import type { RegimeView } from "./regime.ts";
import type { StructureView } from "./structure/market-structure.ts";
import type { PriceAreaView } from "./structure/price-area.ts";
import type { SymbolView } from "./symbol-view.ts";
import type { HigherTimeframeView } from "./timeframe/higher-timeframe.ts";
import type { ZoneView } from "./zones/zone.ts";

/** The view as a window on the detectors: nothing is copied, undeclared parts throw. */
export class LiveView implements SymbolView {
  readonly symbol: string;
  readonly detectors: readonly DetectorName[];
  private readonly parts: Detectors;

  constructor(symbol: string, detectors: readonly DetectorName[], parts: Detectors) {
    this.symbol = symbol;
    this.detectors = detectors;
    this.parts = parts;
  }

  get candle(): Candle {
    return this.parts.candles.last;
  }
  get bar(): number {
    return this.parts.candles.bar;
  }
  get closeTimeMs(): number {
    return (this.parts.candles.bar + 1) * this.parts.candles.durationMs;
  }
  get candles(): RecentCandles {
    return this.parts.candles;
  }
  get ema9(): number {
    return declared(this.parts.averages, "ema").ema9.value;
  }
  get ema20(): number {
    return declared(this.parts.averages, "ema").ema20.value;
  }
  get ema21(): number {
    return declared(this.parts.averages, "ema").ema21.value;
  }
  get ema50(): number {
    return declared(this.parts.averages, "ema").ema50.value;
  }
  get ema200(): number {
    return declared(this.parts.averages, "ema").ema200.value;
  }
  get sma20(): number {
    return declared(this.parts.simpleAverages, "sma").sma20.value;
  }
  get sma50(): number {
    return declared(this.parts.simpleAverages, "sma").sma50.value;
  }
  get sma200(): number {
    return declared(this.parts.simpleAverages, "sma").sma200.value;
  }
  get rsi14(): number {
    return declared(this.parts.relativeStrength, "rsi").value;
  }
  get macd(): MovingAverageConvergenceView {
    return declared(this.parts.convergence, "macd");
  }
  get directionalMovement(): DirectionalMovementView {
    return declared(this.parts.movement, "adx");
  }
  get bollinger(): BollingerView {
    return declared(this.parts.bands, "bollinger");
  }
  get donchian(): DonchianView {
    return declared(this.parts.channel, "donchian");
  }
  get stochastic(): StochasticView {
    return declared(this.parts.stochastic, "stochastic");
  }
  get volumeMedian20(): number {
    return declared(this.parts.volumeMedian, "volumeMedian").value;
  }
  get atr14(): number {
    return declared(this.parts.trueRange, "atr").value;
  }
  get atrPercent(): number {
    return (100 * declared(this.parts.trueRange, "atr").value) / this.parts.candles.last.close;
  }
  get atrPercentile(): number {
    return declared(this.parts.rangeRank, "atrPercentile").percentile;
  }
  get atrPercentMedian(): number {
    return declared(this.parts.rangeRank, "atrPercentile").median;
  }
  get atrMedian100(): number {
    return declared(this.parts.rangeMedian, "atrMedian").value;
  }
  get regime(): RegimeView {
    return declared(this.parts.regime, "regime");
  }
  get structure(): StructureView {
    return declared(this.parts.structure, "structure");
  }
  get orderBlocks(): readonly PriceAreaView[] {
    return declared(this.parts.orderBlocks, "orderBlocks").blocks.areas;
  }
  get breakers(): readonly PriceAreaView[] {
    return declared(this.parts.orderBlocks, "orderBlocks").breakers.areas;
  }
  get fairValueGaps(): readonly PriceAreaView[] {
    return declared(this.parts.fairValueGaps, "fairValueGaps").gaps.areas;
  }
  get sweptHigh(): SweepView {
    return declared(this.parts.sweeps, "sweeps").ofHighs;
  }
  get sweptLow(): SweepView {
    return declared(this.parts.sweeps, "sweeps").ofLows;
  }
  get liquidity(): LiquidityView {
    return declared(this.parts.liquidity, "liquidity");
  }
  get dailyVwap(): VolumeWeightedPriceView {
    return declared(this.parts.vwaps, "vwap").daily;
  }
  get sessions(): SymbolView["sessions"] {
    return declared(this.parts.vwaps, "vwap");
  }
  get vwapFromHigh(): VolumeWeightedPriceView | undefined {
    return begun(declared(this.parts.anchored, "anchoredVwap").fromHigh);
  }
  get vwapFromLow(): VolumeWeightedPriceView | undefined {
    return begun(declared(this.parts.anchored, "anchoredVwap").fromLow);
  }
  get delta(): number | undefined {
    return known(declared(this.parts.flow, "cvd").delta);
  }
  get cumulativeDelta(): number | undefined {
    return known(declared(this.parts.flow, "cvd").daily);
  }
  get deltaScore(): number | undefined {
    return known(declared(this.parts.flow, "cvd").score.value);
  }
  get divergences(): SymbolView["divergences"] {
    const fast = declared(this.parts.divergences15m, "divergences");
    const slow = declared(this.parts.divergences1h, "divergences");
    return {
      bullish15m: happened(fast.bullish),
      bearish15m: happened(fast.bearish),
      bullish1h: happened(slow.bullish),
      bearish1h: happened(slow.bearish),
    };
  }
  get profile(): ProfileLevels {
    return declared(this.parts.profile, "volumeProfile").rolling;
  }
  get dayProfile(): ProfileLevels {
    return declared(this.parts.profile, "volumeProfile").day;
  }
  profileHistogram(): readonly { readonly price: number; readonly volume: number }[] {
    return declared(this.parts.profile, "volumeProfile").histogram();
  }
  get zones(): readonly ZoneView[] {
    return declared(this.parts.zones, "zones").list();
  }
  get oneHour(): HigherTimeframeView {
    return declared(this.parts.oneHour, "candles1h");
  }
  get fourHours(): HigherTimeframeView {
    return declared(this.parts.fourHours, "candles4h");
  }
  get oneDay(): HigherTimeframeView {
    return declared(this.parts.oneDay, "candles1d");
  }
}

const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

const happened = (divergence: DivergenceView): DivergenceView | undefined => (divergence.bar < 0 ? undefined : divergence);

const begun = (vwap: VolumeWeightedPriceView): VolumeWeightedPriceView | undefined => (vwap.startBar < 0 ? undefined : vwap);

function declared<Part>(part: Part | undefined, name: DetectorName): Part {
  if (part === undefined) throw new Error(`the view was asked for ${name}, which was not declared among the engine's needs`);
  return part;
}
