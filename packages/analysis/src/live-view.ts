import type { Candle } from "@winiswin/domain/candle";
import { closeTimeOf } from "@winiswin/domain/timeframe";
import type { RecentCandles } from "./candle-ring.ts";
import type { DetectorName } from "./detector-name.ts";
import type { Detectors } from "./detectors.ts";
import type { MovingAverageConvergenceView } from "./indicators/moving-average-convergence.ts";
import type { FairValueGapView } from "./structure/fair-value-gaps.ts";
import type { StructureView } from "./structure/market-structure.ts";
import type { OrderBlockView } from "./structure/order-blocks.ts";
import type { SweepView } from "./structure/sweeps.ts";
import type { SymbolView } from "./symbol-view.ts";
import type { HigherTimeframeView } from "./timeframe/higher-timeframe.ts";

/** The view as a window on the detectors: nothing is copied, undeclared parts throw. */
export class LiveView implements SymbolView {
  readonly symbol: string;
  private readonly detectors: Detectors;

  constructor(symbol: string, detectors: Detectors) {
    this.symbol = symbol;
    this.detectors = detectors;
  }

  get candle(): Candle {
    return this.detectors.candles.last;
  }
  get bar(): number {
    return this.detectors.candles.bar;
  }
  get closeTimeMs(): number {
    return closeTimeOf("15m", this.detectors.candles.bar * this.detectors.candles.durationMs);
  }
  get candles(): RecentCandles {
    return this.detectors.candles;
  }
  get ema9(): number {
    return declared(this.detectors.averages, "ema").ema9.value;
  }
  get ema20(): number {
    return declared(this.detectors.averages, "ema").ema20.value;
  }
  get ema21(): number {
    return declared(this.detectors.averages, "ema").ema21.value;
  }
  get ema50(): number {
    return declared(this.detectors.averages, "ema").ema50.value;
  }
  get ema200(): number {
    return declared(this.detectors.averages, "ema").ema200.value;
  }
  get rsi14(): number {
    return declared(this.detectors.relativeStrength, "rsi").value;
  }
  get macd(): MovingAverageConvergenceView {
    return declared(this.detectors.convergence, "macd");
  }
  get atr14(): number {
    return declared(this.detectors.trueRange, "atr").value;
  }
  get atrPercent(): number {
    const { candles } = this.detectors;
    return (100 * declared(this.detectors.trueRange, "atr").value) / candles.close[candles.bar & candles.mask]!;
  }
  get atrPercentile(): number {
    return declared(this.detectors.rangeRank, "atrPercentile").percentile;
  }
  get atrPercentMedian(): number {
    return declared(this.detectors.rangeRank, "atrPercentile").median;
  }
  get structure(): StructureView {
    return declared(this.detectors.structure, "structure");
  }
  get orderBlocks(): readonly OrderBlockView[] {
    return declared(this.detectors.orderBlocks, "orderBlocks").blocks;
  }
  get fairValueGaps(): readonly FairValueGapView[] {
    return declared(this.detectors.fairValueGaps, "fairValueGaps").gaps;
  }
  get sweptHigh(): SweepView {
    return declared(this.detectors.sweeps, "sweeps").ofHighs;
  }
  get sweptLow(): SweepView {
    return declared(this.detectors.sweeps, "sweeps").ofLows;
  }
  get oneHour(): HigherTimeframeView {
    return declared(this.detectors.oneHour, "trend1h");
  }
}

function declared<Part>(part: Part | undefined, name: DetectorName): Part {
  if (part === undefined) throw new Error(`the view was asked for ${name}, which was not declared among the engine's needs`);
  return part;
}
