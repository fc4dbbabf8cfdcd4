import { type AuditDefect, defectOf, startOfWalk, walk } from "@winiswin/domain/audit/verify-chain";
import type { AuditLog } from "../ports/audit-log.ts";

export interface AuditVerdict {
  readonly bot: string;
  /** Records up to the first defect. */
  readonly sound: number;
  readonly lastHash: string;
  readonly defect: AuditDefect | undefined;
}

/** Walks the whole chain of a bot. The note of the newest record is read first: what is appended meanwhile is walked too, and is no defect. */
export async function verifyAudit(log: Pick<AuditLog, "bot" | "records" | "head">): Promise<AuditVerdict> {
  const head = await log.head();
  let state = startOfWalk(log.bot);
  for await (const record of log.records()) {
    state = walk(state, record, head);
    if (state.defect !== undefined) break;
  }
  return { bot: log.bot, sound: state.count, lastHash: state.lastHash, defect: defectOf(state, head) };
}
