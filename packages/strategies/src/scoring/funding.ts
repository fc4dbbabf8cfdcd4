import { type Direction, signOf } from "@winiswin/domain/direction";
import type { SymbolFacts } from "./facts.ts";
import type { ScoreModifier } from "./modifier.ts";

const dearRate = 0.0005;

/** A position that would pay more than 0.05 % per 8 hours loses 0.5. */
export function funding(direction: Direction, { fundingRatePer8Hours }: SymbolFacts): ScoreModifier {
  const name = "funding";
  if (fundingRatePer8Hours === undefined) return { name, points: 0, reason: "the funding rate is unknown" };
  const paid = fundingRatePer8Hours * signOf(direction);
  const reason = `a ${direction} ${paid > 0 ? "pays" : "is paid"} ${(Math.abs(paid) * 100).toFixed(4)} % per 8 hours`;
  return { name, points: paid > dearRate ? -0.5 : 0, reason };
}
