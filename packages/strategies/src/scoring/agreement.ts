import type { Direction } from "@winiswin/domain/direction";
import type { ScoreModifier } from "./modifier.ts";

interface Opinion {
  readonly strategy: string;
  readonly direction: Direction;
}

const agreementPoints = 0.5;

/** +0.5, once, when a strategy of another family says the same of the same symbol. */
export function agreement(opinion: Opinion, othersOfSymbol: readonly Opinion[], familyOf: (strategy: string) => string): ScoreModifier {
  const name = "agreement";
  const family = familyOf(opinion.strategy);
  const agreeing = othersOfSymbol.filter((other) => other.direction === opinion.direction && familyOf(other.strategy) !== family);
  if (agreeing.length === 0) return { name, points: 0, reason: "no independent strategy says the same" };
  const names = [...new Set(agreeing.map(({ strategy }) => strategy))].sort();
  return { name, points: agreementPoints, reason: `${names.join(", ")} says the same` };
}
