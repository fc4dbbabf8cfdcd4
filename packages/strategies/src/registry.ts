import { ictSmc } from "./ict-smc/ict-smc.ts";
import type { Strategy } from "./strategy.ts";

/** Every strategy that a bot can name; one's own is one file and one line here. */
export const strategies: readonly Strategy[] = [ictSmc];

export const strategyNamed = (name: string): Strategy | undefined => strategies.find((strategy) => strategy.name === name);
