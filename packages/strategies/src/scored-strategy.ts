import type { DetectorName, SymbolView } from "@winiswin/analysis";
import { warmupCandlesOf } from "@winiswin/analysis/detector-name";
import { type Direction, signOf } from "@winiswin/domain/direction";
import { failed, type Result } from "@winiswin/domain/result";
import type { z } from "zod";
import type { Grade } from "./grade.ts";
import { closedGate, type RegimeGate } from "./regime-gate.ts";
import type { DirectionOpinion, OutsideFacts, SignalComponent, Strategy, StrategySignal } from "./strategy.ts";
import type { UnmetCondition } from "./unmet-condition.ts";

/** Why now, and where the idea is wrong and where it is fulfilled. */
export interface Setup {
  readonly reason: string;
  readonly stopPrice: number;
  readonly targetPrice: number;
  readonly firstTargetPrice?: number;
}

/** What distinguishes one scored strategy from another; everything else is the same for all of them. */
export interface ScoredRules<Parameters extends { readonly minimumScore: number }, Found extends Setup, Name extends string> {
  readonly name: string;
  readonly title: string;
  readonly needs: readonly DetectorName[];
  readonly gate?: RegimeGate;
  readonly readsNews?: boolean;
  readonly parameters: z.ZodType<Parameters>;
  /** Points of each component at its best; those above 0 sum to 10, those below 0 are penalties. */
  readonly points: Readonly<Record<Name, number>>;
  /** The setup of this candle, or the first condition that is not met. */
  findSetup(view: SymbolView, sign: 1 | -1, parameters: Parameters, outside: OutsideFacts): Result<Found, UnmetCondition>;
  grade(view: SymbolView, sign: 1 | -1, setup: Found, parameters: Parameters): Readonly<Record<Name, Grade>>;
  /** What else to say of a signal with this score. */
  remark?(score: number, parameters: Parameters): string;
}

/** A market without any range gives a stop at the entry, which no size fits. */
function measured<Found extends Setup>(
  view: SymbolView,
  sign: 1 | -1,
  found: Result<Found, UnmetCondition>,
): Result<Found, UnmetCondition> {
  if (!found.ok || (view.candle.close - found.value.stopPrice) * sign > 0) return found;
  return failed({ name: "stop", needed: "a distance to the stop", actual: `none with ATR ${view.atr14}` });
}

interface Judgement {
  readonly setup: Setup | undefined;
  readonly components: readonly SignalComponent[];
  readonly score: number;
  readonly unmet: UnmetCondition | undefined;
}

/** A strategy that asks its regime gate, looks for its setup, grades it by components of 0 to 10 points and speaks from a least score on. */
export function scoredStrategy<Parameters extends { readonly minimumScore: number }, Found extends Setup, Name extends string>(
  rules: ScoredRules<Parameters, Found, Name>,
): Strategy<Parameters> {
  const { name, gate } = rules;
  const needs: readonly DetectorName[] = gate === undefined ? rules.needs : [...rules.needs, "regime"];
  const names = Object.keys(rules.points) as Name[];

  const judge = (view: SymbolView, sign: 1 | -1, parameters: Parameters, outside: OutsideFacts): Judgement => {
    const closed = gate === undefined ? undefined : closedGate(gate, view.regime, sign);
    const found = measured(view, sign, rules.findSetup(view, sign, parameters, outside));
    if (!found.ok) {
      const reason = `not judged without a setup: ${found.failure.name}`;
      const components = names.map((component) => ({ name: component, value: 0, weight: rules.points[component] / 10, reason }));
      return { setup: undefined, components, score: 0, unmet: closed ?? found.failure };
    }
    const grades = rules.grade(view, sign, found.value, parameters);
    let points = 0;
    for (const component of names) points += rules.points[component] * grades[component].value;
    // Rounding keeps sums of tenths from missing a threshold by the last bit.
    const score = Math.round(Math.min(10, Math.max(0, points)) * 1e6) / 1e6;
    const isEnough = score >= parameters.minimumScore;
    return {
      setup: found.value,
      components: names.map((component) => ({ name: component, weight: rules.points[component] / 10, ...grades[component] })),
      score,
      unmet: closed ?? (isEnough ? undefined : { name: "score", needed: `>= ${parameters.minimumScore} of 10`, actual: String(score) }),
    };
  };

  const signalOf = (view: SymbolView, direction: Direction, judged: Judgement, parameters: Parameters): StrategySignal => {
    const { stopPrice, targetPrice, firstTargetPrice, reason } = judged.setup!;
    return {
      direction,
      score: judged.score,
      confidence: Math.round(judged.score * 1e6) / 1e7,
      entryPrice: view.candle.close,
      stopPrice,
      targetPrice,
      ...(firstTargetPrice === undefined ? {} : { firstTargetPrice }),
      atr: view.atr14,
      components: judged.components,
      reasons: [
        `${direction}: ${reason}`,
        ...(rules.remark === undefined ? [] : [rules.remark(judged.score, parameters)]),
        ...judged.components.filter(({ value }) => value > 0).map((component) => component.reason),
      ],
    };
  };

  const decide = (view: SymbolView, long: Judgement, short: Judgement, parameters: Parameters): StrategySignal | undefined => {
    const isLong = long.unmet === undefined;
    const isShort = short.unmet === undefined;
    // Of two directions at once the better one speaks; equals cancel out.
    if (isLong && (!isShort || long.score > short.score)) return signalOf(view, "long", long, parameters);
    if (isShort && (!isLong || short.score > long.score)) return signalOf(view, "short", short, parameters);
    return undefined;
  };

  const opinionOf = (direction: Direction, { components, score, unmet }: Judgement): DirectionOpinion => ({
    direction,
    confidence: Math.round(score * 1e6) / 1e7,
    components,
    unmet,
  });

  const isOpen = (view: SymbolView, direction: Direction): boolean =>
    gate === undefined || closedGate(gate, view.regime, signOf(direction)) === undefined;

  return {
    name,
    title: rules.title,
    timeframe: "15m",
    needs,
    ...(gate === undefined ? {} : { gate }),
    ...(rules.readsNews === true ? { readsNews: true } : {}),
    warmupCandles: warmupCandlesOf(needs),
    parameters: rules.parameters,
    evaluate(view, parameters, outside = {}) {
      if (!isOpen(view, "long") && !isOpen(view, "short")) return undefined;
      return decide(view, judge(view, 1, parameters, outside), judge(view, -1, parameters, outside), parameters);
    },
    explain(view, parameters, outside = {}) {
      const long = judge(view, 1, parameters, outside);
      const short = judge(view, -1, parameters, outside);
      return {
        strategy: name,
        long: opinionOf("long", long),
        short: opinionOf("short", short),
        signal: decide(view, long, short, parameters),
      };
    },
  };
}
