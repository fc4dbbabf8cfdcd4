import type { Direction } from "@winiswin/domain/direction";
import type { SymbolFacts } from "./facts.ts";
import type { ScoreModifier } from "./modifier.ts";

/** Fresh divergences against the taker flow for the direction: +0.3 on 15m, +0.5 on 1h, +0.8 on both. */
export function flowDivergence(direction: Direction, { divergences }: SymbolFacts): ScoreModifier {
  const name = "CVD divergence";
  if (divergences === undefined) return { name, points: 0, reason: "the taker flow is unknown" };
  const { fast, slow } = divergences[direction];
  if (!fast && !slow) return { name, points: 0, reason: "no fresh divergence" };
  const seen = fast && slow ? "15m and 1h" : fast ? "15m" : "1h";
  return { name, points: fast && slow ? 0.8 : fast ? 0.3 : 0.5, reason: `a fresh divergence on ${seen}` };
}
