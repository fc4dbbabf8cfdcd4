/** What a batch call answers about the entries that did not get through. */
export interface FailedEntry<Entry> {
  readonly entry: Entry;
  readonly code: string;
  /** The entry itself is at fault, so sending it again is useless. */
  readonly final: boolean;
}

const attempts = 3;

/** Sends in groups, repeats what failed for a passing reason, and throws when something is left: the caller's retry then starts anew. */
export async function sendInBatches<Entry>(
  groups: readonly (readonly Entry[])[],
  send: (group: readonly Entry[]) => Promise<readonly FailedEntry<Entry>[]>,
): Promise<void> {
  for (const group of groups) {
    let remaining = group;
    let codes: string[] = [];
    for (let attempt = 1; attempt <= attempts && remaining.length > 0; attempt++) {
      const failures = await send(remaining);
      codes = failures.map((failure) => failure.code);
      if (failures.some((failure) => failure.final)) break;
      remaining = failures.map((failure) => failure.entry);
      if (failures.length === 0) codes = [];
    }
    if (codes.length > 0)
      throw new Error(`${codes.length} of ${group.length} messages were not accepted: ${[...new Set(codes)].join(", ")}`);
  }
}

/** Consecutive groups of at most `maximumEntries` and `maximumBytes`; an entry that is larger alone makes a group of its own. */
export function groupEntries<Entry>(
  entries: readonly Entry[],
  bytesOf: (entry: Entry) => number,
  { maximumEntries, maximumBytes }: { maximumEntries: number; maximumBytes: number },
): readonly (readonly Entry[])[] {
  const groups: Entry[][] = [];
  let current: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = bytesOf(entry);
    if (current.length > 0 && (current.length === maximumEntries || bytes + size > maximumBytes)) {
      groups.push(current);
      current = [];
      bytes = 0;
    }
    current.push(entry);
    bytes += size;
  }
  if (current.length > 0) groups.push(current);
  return groups;
}
