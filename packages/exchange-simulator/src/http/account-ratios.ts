import type { SimulatedInstrument } from "../market/instrument.ts";
import { smoothNoise } from "../market/noise.ts";

/** Whose long and short sides are set against each other. */
export type RatioKind = "topPositions" | "topAccounts" | "allAccounts";

const salts: Readonly<Record<RatioKind, number>> = { topPositions: 0xc1, topAccounts: 0xc2, allAccounts: 0xc3 };
const hourMs = 3_600_000;

/**
 * The share of long positions or accounts, wandering over half a day between about a third and two thirds.
 *
 * Invented: nobody but the one account trades here, and candles tell nothing of others. It knows nothing of the price, before or after.
 */
export function longShare(instrument: SimulatedInstrument, kind: RatioKind, timeMs: number): number {
  const wanted = 0.52 + 0.06 * smoothNoise(instrument.seed ^ salts[kind], timeMs / (12 * hourMs));
  return Math.round(Math.min(0.9, Math.max(0.1, wanted)) * 10_000) / 10_000;
}
