import type { EntryHalt } from "@winiswin/domain/risk/entry-halt";
import type { EquityMarks } from "@winiswin/domain/risk/equity-marks";

/** What the protections remember of a bot between two cycles. */
export interface RiskRecord {
  readonly bot: string;
  /** Counts every change; a write names the version it read, so two writers cannot both win. */
  readonly version: number;
  readonly marks: EquityMarks;
  /** What kept all entries out at the last look. */
  readonly halts: readonly (EntryHalt & { readonly sinceMs: number })[];
  /** Set while the halt of everything is the drawdown's: when it is gone, a person has resumed. */
  readonly drawdownHaltedAtMs: number | undefined;
}

export interface RiskRecords {
  riskRecord(bot: string): Promise<RiskRecord | undefined>;
  /** Writes when the stored version is `record.version - 1` (1: when there is none); false when somebody else wrote first. */
  saveRiskRecord(record: RiskRecord): Promise<boolean>;
}
