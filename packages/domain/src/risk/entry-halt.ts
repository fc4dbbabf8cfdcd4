import type { RefusalCode } from "./risk-verdict.ts";

/** A protection that keeps every symbol out, not only one. */
export interface EntryHalt {
  readonly code: Extract<RefusalCode, "STOP_LOSS_GUARD" | "MAXIMUM_DAILY_LOSS" | "MAXIMUM_DRAWDOWN">;
  readonly reason: string;
  /** Undefined: until a person resumes. */
  readonly untilMs: number | undefined;
}
