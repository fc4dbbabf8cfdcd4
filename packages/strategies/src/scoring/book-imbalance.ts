import { type Direction, signOf } from "@winiswin/domain/direction";
import { ramp } from "../grade.ts";
import type { SymbolFacts } from "./facts.ts";
import type { ScoreModifier } from "./modifier.ts";

const mostPoints = 0.5;
const fullImbalance = 0.5;

/** What the order book adds to Order Flow when it is known: up to +0.5 at an imbalance of 0.5 toward the direction. */
export function bookImbalance(strategy: string, direction: Direction, { bookImbalance: imbalance }: SymbolFacts): ScoreModifier {
  const name = "order book";
  if (strategy !== "order-flow") return { name, points: 0, reason: "matters to Order Flow only" };
  if (imbalance === undefined) return { name, points: 0, reason: "the order book is unknown" };
  const points = mostPoints * ramp(imbalance * signOf(direction), 0, fullImbalance);
  return { name, points, reason: `imbalance ${imbalance.toFixed(2)} of bids over asks` };
}
