import { type AuditDefect, defectOf, startOfWalk, walk } from "@winiswin/domain/audit/verify-chain";
import type { AuditLog } from "../ports/audit-log.ts";

export interface AuditVerdict {
  readonly bot: string;
  /** Records up to the first defect. */
  readonly sound: number;
  readonly lastHash: string;
  readonly defect: AuditDefect | undefined;
  /** Whether the chain leads through the hash that was asked for; undefined when none was. */
  readonly leadsThrough: boolean | undefined;
}

/** Walks the whole chain of a bot. The note of the newest record is read first: what is appended meanwhile is walked too, and is no defect. */
export async function verifyAudit(log: Pick<AuditLog, "bot" | "records" | "head">, through?: string): Promise<AuditVerdict> {
  const head = await log.head();
  let state = startOfWalk(log.bot);
  let leadsThrough = through === undefined ? undefined : false;
  for await (const record of log.records()) {
    state = walk(state, record, head);
    if (state.defect !== undefined) break;
    if (state.lastHash === through) leadsThrough = true;
  }
  return { bot: log.bot, sound: state.count, lastHash: state.lastHash, defect: defectOf(state, head), leadsThrough };
}
