import { type AuditHead, genesisHash, hashOf, type StoredAuditRecord } from "./audit-record.ts";

/** The first thing that is wrong with a chain. */
export interface AuditDefect {
  /** The place in the chain. */
  readonly number: number;
  readonly defect: "missing" | "altered" | "reordered";
  readonly reason: string;
}

/** How far a chain was walked; a value, so that pages of any size can be folded into it. */
export interface ChainWalk {
  readonly bot: string;
  readonly count: number;
  readonly lastHash: string;
  /** Hash at the number of the noted head, once the walk has passed it. */
  readonly hashAtHead: string | undefined;
  readonly defect: AuditDefect | undefined;
}

export const startOfWalk = (bot: string): ChainWalk => ({
  bot,
  count: 0,
  lastHash: genesisHash,
  hashAtHead: undefined,
  defect: undefined,
});

/** Takes the next record that is stored; after a first defect nothing more is judged. */
export function walk(state: ChainWalk, record: StoredAuditRecord, head: AuditHead | undefined): ChainWalk {
  if (state.defect !== undefined) return state;
  const number = state.count + 1;
  const found = (defect: AuditDefect["defect"], reason: string): ChainWalk => ({ ...state, defect: { number, defect, reason } });
  const isWhole = record.hash === hashOf(record);
  if (record.place > number) return found("missing", `record ${number} is missing: the next place that is taken is ${record.place}`);
  if (isWhole && record.number !== number) return found("reordered", `at place ${number} stands the record ${record.number}`);
  if (!isWhole) return found("altered", `record ${number} does not have the hash of its content`);
  if (record.bot !== state.bot) return found("altered", `record ${number} belongs to the chain of ${record.bot}`);
  if (record.former !== state.lastHash)
    return found("altered", `record ${number} does not follow the record ${state.count} that is stored: one of the two was replaced`);
  return {
    ...state,
    count: number,
    lastHash: record.hash,
    hashAtHead: number === head?.number ? record.hash : state.hashAtHead,
  };
}

/** The first defect of a chain that was walked to its end; undefined when it is whole up to the noted head at least. */
export function defectOf(state: ChainWalk, head: AuditHead | undefined): AuditDefect | undefined {
  if (state.defect !== undefined) return state.defect;
  if (head === undefined) {
    return state.count === 0 ? undefined : { number: state.count, defect: "missing", reason: "the note of the newest record is missing" };
  }
  if (head.number > state.count) {
    const number = state.count + 1;
    return { number, defect: "missing", reason: `record ${number} is missing: the newest one had the number ${head.number}` };
  }
  return state.hashAtHead === head.hash
    ? undefined
    : { number: head.number, defect: "altered", reason: `record ${head.number} is not the one that was noted as the newest` };
}
