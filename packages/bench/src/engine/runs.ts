import type { Measurement } from "../benchmark.ts";

/** Summary of runs of a rate (more is better) or of a time (less is better). */
export function summarise(
  values: readonly number[],
  better: "more" | "less",
  hash: string,
  details?: Record<string, unknown>,
): Measurement {
  const bestFirst = values.toSorted((one, other) => (better === "more" ? other - one : one - other));
  const at = (share: number): number => rounded(bestFirst[Math.min(bestFirst.length - 1, Math.floor(share * bestFirst.length))]!);
  const measurement = { value: at(0.5), p50: at(0.5), p95: at(0.95), runs: values.length, hash };
  return details === undefined ? measurement : { ...measurement, details };
}

/** Four digits are more than a measurement is worth. */
export const rounded = (value: number): number => Number(value.toPrecision(4));

export const times = <Value>(count: number, run: () => Value): Value[] => Array.from({ length: count }, run);
