import type { Candle } from "@winiswin/domain/candle";
import { CandleRing } from "./candle-ring.ts";
import type { DetectorName } from "./detector-name.ts";
import type { EventLog } from "./event.ts";
import { AverageTrueRange } from "./indicators/average-true-range.ts";
import { Averages } from "./indicators/averages.ts";
import { MovingAverageConvergence } from "./indicators/moving-average-convergence.ts";
import { RankWindow } from "./indicators/rank-window.ts";
import { RelativeStrength } from "./indicators/relative-strength.ts";
import type { StateStream } from "./state-stream.ts";
import { FairValueGaps } from "./structure/fair-value-gaps.ts";
import { MarketStructure } from "./structure/market-structure.ts";
import { OrderBlocks } from "./structure/order-blocks.ts";
import { Sweeps } from "./structure/sweeps.ts";
import { HigherTimeframe } from "./timeframe/higher-timeframe.ts";

const heldCandles = 256;
const percentileCandles = 120;

/** The detectors of one engine: those that its needs name, in the order in which one reads another. */
export class Detectors {
  readonly candles = new CandleRing("15m", heldCandles);
  readonly averages: Averages | undefined;
  readonly relativeStrength: RelativeStrength | undefined;
  readonly convergence: MovingAverageConvergence | undefined;
  readonly trueRange: AverageTrueRange | undefined;
  readonly rangeRank: RankWindow | undefined;
  readonly structure: MarketStructure | undefined;
  readonly orderBlocks: OrderBlocks | undefined;
  readonly fairValueGaps: FairValueGaps | undefined;
  readonly sweeps: Sweeps | undefined;
  readonly oneHour: HigherTimeframe | undefined;

  constructor(completeNeeds: readonly DetectorName[]) {
    const has = (name: DetectorName): boolean => completeNeeds.includes(name);
    this.averages = has("ema") ? new Averages() : undefined;
    this.relativeStrength = has("rsi") ? new RelativeStrength(14) : undefined;
    this.convergence = has("macd") ? new MovingAverageConvergence() : undefined;
    this.trueRange = has("atr") ? new AverageTrueRange(14) : undefined;
    this.rangeRank = has("atrPercentile") ? new RankWindow(percentileCandles) : undefined;
    this.structure = has("structure") ? new MarketStructure() : undefined;
    this.orderBlocks = has("orderBlocks") ? new OrderBlocks() : undefined;
    this.fairValueGaps = has("fairValueGaps") ? new FairValueGaps() : undefined;
    this.sweeps = has("sweeps") ? new Sweeps() : undefined;
    this.oneHour = has("trend1h") ? new HigherTimeframe("1h") : undefined;
  }

  /** The longer timeframes that are built, shortest first. */
  higherTimeframes(): readonly HigherTimeframe[] {
    return this.oneHour === undefined ? [] : [this.oneHour];
  }

  update(bar: number, candle: Candle, log: EventLog): void {
    const { candles } = this;
    const { high, low, close } = candle;
    candles.push(bar, candle);
    this.averages?.update(close);
    this.relativeStrength?.update(close);
    this.convergence?.update(close);
    this.oneHour?.update(bar, candle, log);
    if (this.trueRange === undefined) return;
    this.trueRange.update(high, low, close);
    const atr = this.trueRange.value;
    if (atr !== atr) return;
    this.rangeRank?.update((100 * atr) / close);
    this.updateStructure(atr, log);
  }

  private updateStructure(atr: number, log: EventLog): void {
    const { candles, structure } = this;
    if (structure !== undefined) {
      structure.update(candles, atr, this.trueRange!.previous, log);
      this.orderBlocks?.update(candles, structure.breaks, structure.displacement, atr, log);
      this.sweeps?.update(candles, structure.swings, atr, log);
    }
    this.fairValueGaps?.update(candles, atr, log);
  }

  transfer(stream: StateStream): void {
    this.candles.transfer(stream);
    this.averages?.transfer(stream);
    this.relativeStrength?.transfer(stream);
    this.convergence?.transfer(stream);
    this.trueRange?.transfer(stream);
    this.rangeRank?.transfer(stream);
    this.structure?.transfer(stream);
    this.orderBlocks?.transfer(stream);
    this.fairValueGaps?.transfer(stream);
    this.sweeps?.transfer(stream);
    this.oneHour?.transfer(stream);
  }
}
