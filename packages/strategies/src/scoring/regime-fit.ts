import type { RegimeName } from "@winiswin/analysis";
import { type Direction, signOf } from "@winiswin/domain/direction";
import type { StrategyStyle } from "../registry.ts";
import type { SymbolFacts } from "./facts.ts";
import type { ScoreModifier } from "./modifier.ts";

type Fit = Readonly<Record<Exclude<RegimeName, "trend"> | "withTrend", number>>;

/** Points from -1 to 1; against a trend every style loses 1. */
const fits: Readonly<Record<StrategyStyle, Fit>> = {
  trend: { withTrend: 1, transition: 0, range: -0.5, squeeze: -0.5, volatile: -0.5 },
  reversal: { withTrend: 0.5, transition: 0, range: 1, squeeze: 0, volatile: -0.5 },
  breakout: { withTrend: 1, transition: 0.5, range: -0.5, squeeze: 0.5, volatile: 0 },
};

/** How well the style of a strategy suits the market regime: -1 to +1. */
export function regimeFit(direction: Direction, style: StrategyStyle | undefined, { regime }: SymbolFacts): ScoreModifier {
  const name = "regime fit";
  if (regime === undefined) return { name, points: 0, reason: "the regime is unknown" };
  if (style === undefined) return { name, points: 0, reason: "the strategy has no declared style" };
  if (regime.name !== "trend") {
    return { name, points: fits[style][regime.name], reason: `a ${style} strategy in a ${regime.name} regime` };
  }
  const isWith = regime.direction === signOf(direction);
  return { name, points: isWith ? fits[style].withTrend : -1, reason: `${isWith ? "with" : "against"} a trend` };
}
