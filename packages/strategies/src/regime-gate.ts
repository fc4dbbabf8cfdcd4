import type { RegimeName, RegimeView } from "@winiswin/analysis";
import type { UnmetCondition } from "./unmet-condition.ts";

/** The regimes in which a strategy may speak; `trend` opens it in a trend for the direction of that trend only. */
export interface RegimeGate {
  readonly regimes: readonly Exclude<RegimeName, "trend">[];
  readonly trend: "with" | "closed";
}

/** What the gate asks for and found, or undefined when it is open for this direction. */
export function closedGate(gate: RegimeGate, regime: RegimeView, sign: 1 | -1): UnmetCondition | undefined {
  const { name } = regime;
  const isOpen = name === "trend" ? gate.trend === "with" && regime.direction === sign : gate.regimes.includes(name);
  if (isOpen) return undefined;
  const allowed = [...(gate.trend === "with" ? ["a trend in the direction"] : []), ...gate.regimes];
  const actual = name === "trend" ? `trend ${regime.direction === 1 ? "up" : regime.direction === -1 ? "down" : "undecided"}` : name;
  return { name: "regime", needed: allowed.join(" or "), actual };
}
