import type { Cycle } from "@winiswin/application/ports/cycle-store";

/** Sums over the shards that have reported. */
export interface CycleTotals {
  readonly analyzed: number;
  readonly warming: number;
  readonly failed: number;
  readonly signals: number;
}

export function totalsOf({ shards }: Pick<Cycle, "shards">): CycleTotals {
  const sum = (figure: keyof CycleTotals) => shards.reduce((total, shard) => total + shard[figure], 0);
  return { analyzed: sum("analyzed"), warming: sum("warming"), failed: sum("failed"), signals: sum("signals") };
}
