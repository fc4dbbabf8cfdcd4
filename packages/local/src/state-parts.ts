import { statSync } from "node:fs";
import { join } from "node:path";

/** What a state consists of: positions of one part without those of another are phantoms or strangers. */
const parts = [
  { name: "exchange", said: "the exchange account (exchange.jsonl)", file: "exchange.jsonl" },
  { name: "tables", said: "the tables (tables/)", file: join("tables", "CURRENT") },
  { name: "queues", said: "the queues and objects (queues/)", file: join("queues", "fauxqs.db") },
] as const;

export const statePartNames = parts.map(({ name }) => name);

export type StatePartName = (typeof statePartNames)[number];

/** Entries that a state folder has at its top: a folder with nothing else is one, also without its mark. */
export const stateEntryNames: readonly string[] = [
  "state.json",
  "lock.json",
  "clock.json",
  "executed.json",
  "runtime.json",
  "exchange.jsonl",
  "tables",
  "queues",
  "discord-private-key.pem",
  "log.jsonl",
  "log.jsonl.old",
  "shown-trades.json",
];

/** The parts that are in the folder now; an emptied file is as lost as a removed one. */
export const presentParts = (folder: string): readonly StatePartName[] =>
  parts.filter(({ file }) => (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0) > 0).map(({ name }) => name);

/**
 * Names what was there and is gone, in words; undefined when the state is whole.
 *
 * `recorded` is what the folder's mark lists. Without a mark every part is expected as soon as one is there, because the mark is written
 * before any of them.
 */
export function missingParts(folder: string, recorded: readonly StatePartName[] | undefined): string | undefined {
  const present = presentParts(folder);
  const expected = recorded ?? (present.length === 0 ? [] : statePartNames);
  const missing = parts.filter(({ name }) => expected.includes(name) && !present.includes(name));
  return missing.length === 0 ? undefined : missing.map(({ said }) => said).join(" and ");
}
