import { ramp } from "../grade.ts";
import type { SymbolFacts } from "./facts.ts";
import type { ScoreModifier } from "./modifier.ts";

const usualPercent = 0.05;
const widePercent = 0.15;

/** Action Price's penalty for a wide spread: 0 up to 0.05 % of price, falling to -1 at 0.15 %. */
export function spread(strategy: string, { spreadPercent }: SymbolFacts): ScoreModifier {
  const name = "spread";
  if (strategy !== "action-price") return { name, points: 0, reason: "matters to Action Price only" };
  if (spreadPercent === undefined) return { name, points: 0, reason: "the spread is unknown" };
  return { name, points: 0 - ramp(spreadPercent, usualPercent, widePercent), reason: `spread ${spreadPercent.toFixed(3)} % of price` };
}
