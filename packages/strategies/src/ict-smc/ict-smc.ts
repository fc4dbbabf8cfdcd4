import type { DetectorName, SymbolView } from "@winiswin/analysis";
import { warmupCandlesOf } from "@winiswin/analysis/detector-name";
import { type Direction, signOf } from "@winiswin/domain/direction";
import { zoneStop } from "@winiswin/domain/exit/zone-stop";
import type { DirectionOpinion, SignalComponent, Strategy, StrategyOpinion, StrategySignal, UnmetCondition } from "../strategy.ts";
import { holdingEdges } from "../supporting-zone.ts";
import {
  findTrigger,
  momentumValue,
  positionValue,
  structureValue,
  type Trigger,
  trend1hValue,
  volatilityValue,
  weights,
} from "./confidence.ts";
import { type IctSmcParameters, ictSmcParameters, noZones } from "./parameters.ts";
import { componentReasons, describeStop, describeTrigger } from "./reasons.ts";

const needs: readonly DetectorName[] = [
  "ema",
  "rsi",
  "macd",
  "atr",
  "atrPercentile",
  "structure",
  "orderBlocks",
  "fairValueGaps",
  "sweeps",
  "trend1h",
];

/** One direction in numbers: what `evaluate` decides on and `explain` puts into words. */
interface Judgement {
  readonly trigger: Trigger | undefined;
  readonly trend1h: number;
  readonly structure: number;
  readonly position: number;
  readonly momentum: number;
  readonly volatility: number;
  readonly confidence: number;
}

function judge(view: SymbolView, sign: 1 | -1, parameters: IctSmcParameters): Judgement {
  const trigger = findTrigger(view, sign, parameters);
  const trend1h = trend1hValue(view, sign);
  const structure = structureValue(view, sign, parameters);
  const position = positionValue(view, sign, trigger, parameters);
  const momentum = momentumValue(view, sign);
  const volatility = volatilityValue(view);
  const sum =
    weights.trend1h * trend1h +
    weights.structure * structure +
    weights.position * position +
    weights.momentum * momentum +
    weights.volatility * volatility;
  // Tenths and their products: rounding keeps 0.7 from becoming 0.6999999999999999.
  const confidence = Math.round(sum * 1e6) / 1e6;
  return { trigger, trend1h, structure, position, momentum, volatility, confidence };
}

const isMet = (judged: Judgement, parameters: IctSmcParameters): boolean =>
  judged.trigger !== undefined && judged.trend1h > 0 && judged.confidence >= parameters.minimumConfidence;

function unmetCondition(judged: Judgement, parameters: IctSmcParameters): UnmetCondition | undefined {
  if (judged.trigger === undefined) {
    const needed = "a return into an active order block or gap, a sweep just confirmed, or the retest of a broken level";
    return { name: "trigger", needed, actual: "none on this candle" };
  }
  if (judged.trend1h <= 0) return { name: "trend1h", needed: "at least one 1h condition for the direction", actual: "none" };
  if (judged.confidence < parameters.minimumConfidence) {
    return { name: "confidence", needed: `>= ${parameters.minimumConfidence}`, actual: String(judged.confidence) };
  }
  return undefined;
}

function componentsOf(view: SymbolView, sign: 1 | -1, judged: Judgement): readonly SignalComponent[] {
  const reasons = componentReasons(view, sign);
  return (Object.keys(weights) as (keyof typeof weights)[]).map((name) => ({
    name,
    value: judged[name],
    weight: weights[name],
    reason: reasons[name],
  }));
}

function signalOf(view: SymbolView, direction: Direction, judged: Judgement, parameters: IctSmcParameters): StrategySignal {
  const sign = signOf(direction);
  const trigger = judged.trigger!;
  const entryPrice = view.candle.close;
  const zoneEdges = parameters.leastZoneScore === noZones ? [] : holdingEdges(view, sign, parameters.leastZoneScore);
  const stop = zoneStop(entryPrice, sign, zoneEdges, trigger.edge, view.atr14, {
    farthestAtr: parameters.farthestStopAtr,
    nearestAtr: parameters.nearestStopAtr,
    beyondEdgeAtr: parameters.beyondEdgeAtr,
  });
  const stopPrice = stop.price;
  const components = componentsOf(view, sign, judged);
  const opposite = sign === 1 ? view.structure.range.high : view.structure.range.low;
  // Opposite liquidity is a target only when it pays for the risk.
  const isWorthIt = (opposite - entryPrice) * sign >= Math.abs(entryPrice - stopPrice);
  return {
    direction,
    score: judged.confidence * 10,
    confidence: judged.confidence,
    entryPrice,
    stopPrice,
    ...(isWorthIt ? { targetPrice: opposite } : {}),
    atr: view.atr14,
    components,
    reasons: [
      describeTrigger(trigger, direction),
      ...components.filter(({ value }) => value > 0).map(({ reason }) => reason),
      describeStop(stop, direction),
    ],
  };
}

function decide(view: SymbolView, long: Judgement, short: Judgement, parameters: IctSmcParameters): StrategySignal | undefined {
  const isLong = isMet(long, parameters);
  const isShort = isMet(short, parameters);
  // Both at once cannot happen at 0.70; at a lower threshold the surer one speaks, and equals cancel out.
  if (isLong && (!isShort || long.confidence > short.confidence)) return signalOf(view, "long", long, parameters);
  if (isShort && (!isLong || short.confidence > long.confidence)) return signalOf(view, "short", short, parameters);
  return undefined;
}

function opinionOf(view: SymbolView, direction: Direction, judged: Judgement, parameters: IctSmcParameters): DirectionOpinion {
  return {
    direction,
    confidence: judged.confidence,
    components: componentsOf(view, signOf(direction), judged),
    unmet: unmetCondition(judged, parameters),
  };
}

/** The main strategy: smart-money structure on 15m in the direction of 1h, graded by five weighted components. */
export const ictSmc: Strategy<IctSmcParameters> = {
  name: "ict-smc",
  title: "ICT/SMC",
  timeframe: "15m",
  needs,
  alsoNeeds: ({ leastZoneScore }) => (leastZoneScore === noZones ? [] : ["zones"]),
  warmupCandles: warmupCandlesOf(needs),
  parameters: ictSmcParameters,

  evaluate(view, parameters) {
    return decide(view, judge(view, 1, parameters), judge(view, -1, parameters), parameters);
  },

  confidenceOf: (view, parameters, direction) => judge(view, signOf(direction), parameters).confidence,

  explain(view, parameters): StrategyOpinion {
    const long = judge(view, 1, parameters);
    const short = judge(view, -1, parameters);
    return {
      strategy: "ict-smc",
      long: opinionOf(view, "long", long, parameters),
      short: opinionOf(view, "short", short, parameters),
      signal: decide(view, long, short, parameters),
    };
  },
};
