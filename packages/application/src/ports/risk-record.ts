import type { EntryHalt } from "@winiswin/domain/risk/entry-halt";
import type { EquityMarks } from "@winiswin/domain/risk/equity-marks";
import type { EquityHistory } from "@winiswin/domain/risk/equity-marks-history";

/** What the protections remember of a bot between two cycles. */
export interface RiskRecord {
  readonly bot: string;
  /** Counts every change; a write names the version it read, so two writers cannot both win. */
  readonly version: number;
  /** As of the last look, with what was known then. */
  readonly marks: EquityMarks;
  /** What the marks of the next look are told from. */
  readonly history: EquityHistory;
  /** What kept all entries out at the last look. */
  readonly halts: readonly (EntryHalt & { readonly sinceMs: number })[];
  /** Set while the halt of everything is the drawdown's: when it is gone, a person has resumed. */
  readonly drawdownHaltedAtMs: number | undefined;
  /** Set while that halt stands and a transfer told late has shown that the drawdown was none: whoever resumes then accepts no loss. */
  readonly drawdownRetractedAtMs: number | undefined;
}

export interface RiskRecords {
  riskRecord(bot: string): Promise<RiskRecord | undefined>;
  /** Writes when the stored version is `record.version - 1` (1: when there is none); false when somebody else wrote first. */
  saveRiskRecord(record: RiskRecord): Promise<boolean>;
}
