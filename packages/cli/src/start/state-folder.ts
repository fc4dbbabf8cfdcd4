import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { stateEntryNames } from "@winiswin/local/state-parts";
import { CommandFailure, usageFailure } from "../command-failure.ts";
import { checkDisk, checkStateFolder } from "../doctor/machine.ts";

/** `--fresh` deletes the folder: it must be absent, empty, marked as ours or hold nothing but a state that lost its mark. */
export function requireDeletable(stateFolder: string): void {
  if (!existsSync(stateFolder) || !statSync(stateFolder).isDirectory()) return;
  if (existsSync(join(stateFolder, "state.json")) || readdirSync(stateFolder).every((name) => stateEntryNames.includes(name))) return;
  throw usageFailure(
    `--fresh would delete ${stateFolder}, which holds files that are not the state of winiswin.`,
    "Choose another folder with --state, or delete it yourself.",
  );
}

/** Tried before anything starts: creating folders below one that never can hold them (/proc) would go on for ever in Node. */
export function requireWritable(stateFolder: string): void {
  const { level, detail, advice } = checkStateFolder(stateFolder);
  if (level === "problem") throw new CommandFailure(`The state folder ${detail}.`, advice ?? "");
  const disk = checkDisk(stateFolder);
  if (disk.level === "problem") throw new CommandFailure(`There is too little room: ${disk.detail}.`, disk.advice ?? "");
}
