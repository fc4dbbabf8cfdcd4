import type { Candle } from "@winiswin/domain/candle";
import { CandleRing } from "./candle-ring.ts";
import type { DetectorName } from "./detector-name.ts";
import type { EventLog } from "./event.ts";
import { AverageTrueRange } from "./indicators/average-true-range.ts";
import { Averages } from "./indicators/averages.ts";
import { BollingerBands } from "./indicators/bollinger-bands.ts";
import { DirectionalMovement } from "./indicators/directional-movement.ts";
import { DonchianChannel } from "./indicators/donchian-channel.ts";
import { EarlierMedian } from "./indicators/earlier-median.ts";
import { MovingAverageConvergence } from "./indicators/moving-average-convergence.ts";
import { RankWindow } from "./indicators/rank-window.ts";
import { RelativeStrength } from "./indicators/relative-strength.ts";
import { SimpleAverages } from "./indicators/simple-averages.ts";
import { Stochastic } from "./indicators/stochastic.ts";
import { Liquidity } from "./liquidity/liquidity.ts";
import { Sweeps } from "./liquidity/sweeps.ts";
import { AnchoredPrices } from "./location/anchored-price.ts";
import { CumulativeDelta } from "./location/cumulative-delta.ts";
import { Divergences } from "./location/divergence.ts";
import { VolumeProfile } from "./location/volume-profile.ts";
import { VolumeWeightedPrices } from "./location/volume-weighted-prices.ts";
import { Regime } from "./regime.ts";
import type { StateStream, Transferable } from "./state-stream.ts";
import { FairValueGaps } from "./structure/fair-value-gaps.ts";
import { MarketStructure } from "./structure/market-structure.ts";
import { OrderBlocks } from "./structure/order-blocks.ts";
import { HigherTimeframe } from "./timeframe/higher-timeframe.ts";
import { Zones } from "./zones/zones.ts";

const heldCandles = 256;
const rankedRanges = 120;
const earlierRanges = 100;
const earlierVolumes = 20;

/** The detectors of one engine: those that its needs name, in the order in which one reads another. */
export class Detectors {
  readonly candles = new CandleRing("15m", heldCandles);
  readonly averages: Averages | undefined;
  readonly simpleAverages: SimpleAverages | undefined;
  readonly relativeStrength: RelativeStrength | undefined;
  readonly convergence: MovingAverageConvergence | undefined;
  readonly movement: DirectionalMovement | undefined;
  readonly bands: BollingerBands | undefined;
  readonly channel: DonchianChannel | undefined;
  readonly stochastic: Stochastic | undefined;
  readonly volumeMedian: EarlierMedian | undefined;
  readonly oneHour: HigherTimeframe | undefined;
  readonly fourHours: HigherTimeframe | undefined;
  readonly oneDay: HigherTimeframe | undefined;
  readonly vwaps: VolumeWeightedPrices | undefined;
  readonly flow: CumulativeDelta | undefined;
  readonly trueRange: AverageTrueRange | undefined;
  readonly rangeRank: RankWindow | undefined;
  readonly rangeMedian: EarlierMedian | undefined;
  readonly regime: Regime | undefined;
  readonly structure: MarketStructure | undefined;
  readonly orderBlocks: OrderBlocks | undefined;
  readonly fairValueGaps: FairValueGaps | undefined;
  readonly sweeps: Sweeps | undefined;
  readonly anchored: AnchoredPrices | undefined;
  readonly divergences15m: Divergences | undefined;
  readonly divergences1h: Divergences | undefined;
  readonly profile: VolumeProfile | undefined;
  readonly liquidity: Liquidity | undefined;
  readonly zones: Zones | undefined;
  /** Shortest first. */
  readonly higherTimeframes: readonly HigherTimeframe[];
  private readonly states: readonly Transferable[];

  constructor(completeNeeds: readonly DetectorName[]) {
    const when = <Part>(name: DetectorName, create: () => Part): Part | undefined => (completeNeeds.includes(name) ? create() : undefined);
    const hasZones = completeNeeds.includes("zones");
    this.averages = when("ema", () => new Averages());
    this.simpleAverages = when("sma", () => new SimpleAverages());
    this.relativeStrength = when("rsi", () => new RelativeStrength(14));
    this.convergence = when("macd", () => new MovingAverageConvergence());
    this.movement = when("adx", () => new DirectionalMovement(14));
    this.bands = when("bollinger", () => new BollingerBands(20));
    this.channel = when("donchian", () => new DonchianChannel(20));
    this.stochastic = when("stochastic", () => new Stochastic());
    this.volumeMedian = when("volumeMedian", () => new EarlierMedian(earlierVolumes));
    this.oneHour = when("candles1h", () => new HigherTimeframe("1h", hasZones));
    this.fourHours = when("candles4h", () => new HigherTimeframe("4h", hasZones));
    this.oneDay = when("candles1d", () => new HigherTimeframe("1d", hasZones));
    this.vwaps = when("vwap", () => new VolumeWeightedPrices());
    this.flow = when("cvd", () => new CumulativeDelta());
    this.trueRange = when("atr", () => new AverageTrueRange(14));
    this.rangeRank = when("atrPercentile", () => new RankWindow(rankedRanges));
    this.rangeMedian = when("atrMedian", () => new EarlierMedian(earlierRanges));
    this.regime = when("regime", () => new Regime());
    this.structure = when("structure", () => new MarketStructure());
    this.orderBlocks = when("orderBlocks", () => new OrderBlocks());
    this.fairValueGaps = when("fairValueGaps", () => new FairValueGaps());
    this.sweeps = when("sweeps", () => new Sweeps());
    this.anchored = when("anchoredVwap", () => new AnchoredPrices());
    this.divergences15m = when("divergences", () => new Divergences());
    this.divergences1h = when("divergences", () => new Divergences());
    this.profile = when("volumeProfile", () => new VolumeProfile());
    this.liquidity = when("liquidity", () => new Liquidity(this.oneDay!.candles, this.vwaps!));
    this.higherTimeframes = [this.oneHour, this.fourHours, this.oneDay].filter((one) => one !== undefined);
    this.zones = when("zones", () => new Zones(this.candles, this.averages!, this.profile!, this.higherTimeframes));
    this.states = Object.values(this).filter(isTransferable);
  }

  update(bar: number, candle: Candle, log: EventLog): void {
    const { high, low, close, volume } = candle;
    this.candles.push(bar, candle);
    this.averages?.update(close);
    this.simpleAverages?.update(close);
    this.relativeStrength?.update(close);
    this.convergence?.update(close);
    this.movement?.update(high, low, close);
    this.bands?.update(close);
    this.channel?.update(high, low);
    this.stochastic?.update(high, low, close);
    this.volumeMedian?.update(volume);
    this.oneHour?.update(bar, candle, log);
    this.fourHours?.update(bar, candle, log);
    this.oneDay?.update(bar, candle, log);
    this.vwaps?.update(this.candles);
    this.flow?.update(this.candles);
    if (this.oneHour !== undefined) {
      this.anchored?.update(this.candles, this.oneHour.swings.highs, this.oneHour.swings.lows, this.oneHour.closedNow);
    }
    if (this.trueRange === undefined) return;
    this.trueRange.update(high, low, close);
    // Everything below measures in ATR.
    if (!Number.isNaN(this.trueRange.value)) this.updateMeasured(this.trueRange.value, this.trueRange.previous, close, log);
  }

  private updateMeasured(atr: number, atrBefore: number, close: number, log: EventLog): void {
    const { candles, structure } = this;
    this.rangeRank?.update((100 * atr) / close);
    this.rangeMedian?.update(atr);
    if (this.regime !== undefined) {
      const { ema20, ema50 } = this.averages!;
      this.regime.update(this.bands!, this.movement!, this.rangeRank!.percentile, ema20.value, ema50.value, candles, log);
    }
    if (structure !== undefined) {
      structure.update(candles, atr, atrBefore, log);
      this.orderBlocks?.update(candles, structure.breaks, structure.displacement, atr, log);
      this.sweeps?.update(candles, structure.swings, atr, log);
      this.liquidity?.update(candles, structure.swings, atr, log);
      this.updateDivergences(structure, log);
    }
    this.fairValueGaps?.update(candles, atr, log);
    this.profile?.update(candles, atr);
    this.zones?.update(candles, atr, log);
  }

  private updateDivergences({ swings }: MarketStructure, log: EventLog): void {
    if (this.divergences15m === undefined) return;
    const { candles } = this;
    this.divergences15m.update(swings.highs, swings.lows, this.flow!, candles, candles, log);
    const hour = this.oneHour!;
    if (hour.closedNow) this.divergences1h!.update(hour.swings.highs, hour.swings.lows, this.flow!, candles, hour.candles, log);
  }

  /** The state of every part, in the order of their declaration. */
  transfer(stream: StateStream): void {
    for (const state of this.states) state.transfer(stream);
  }
}

const isTransferable = (part: unknown): part is Transferable =>
  typeof part === "object" && part !== null && "transfer" in part && typeof part.transfer === "function";
