import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Finding, ok, problem, warning } from "./finding.ts";

const neededMajor = 24;

export function checkNode(version: string): Finding {
  return Number(version.split(".")[0]) >= neededMajor
    ? ok("Node", version)
    : problem(
        "Node",
        `${version} runs this, ${neededMajor} or newer is needed`,
        "Start it with npx winiswin or npm start: they use the project's own Node.",
      );
}

/** Tries what a run would do: create the folder, or its nearest existing parent, and write a file. */
export function checkStateFolder(folder: string): Finding {
  const place = existingParent(folder);
  const probe = join(place, `.winiswin-probe-${process.pid}`);
  try {
    accessSync(place, constants.W_OK);
    if (place === folder) writeFileSync(probe, "");
    else mkdirSync(probe);
    rmSync(probe, { recursive: true });
    return ok("state folder", place === folder ? `${folder} is writable` : `${folder} can be created`);
  } catch (error) {
    return problem(
      "state folder",
      `${folder} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      "Make it writable for this user, or choose another with --state.",
    );
  }
}

const plentyMb = 2_000;
const leastMb = 300;

export function checkDisk(folder: string): Finding {
  const { bavail, bsize } = statfsSync(existingParent(folder));
  return diskFinding(Math.floor((bavail * bsize) / 1_000_000), folder);
}

export function diskFinding(freeMb: number, folder: string): Finding {
  const detail = `${(freeMb / 1000).toFixed(1)} GB free at ${folder}`;
  if (freeMb >= plentyMb) return ok("disk space", detail);
  return freeMb >= leastMb
    ? warning("disk space", detail, "Weeks of cycles need about 2 GB: make room, or choose another folder with --state.")
    : problem(
        "disk space",
        detail,
        `Less than ${leastMb} MB stops writes in the middle: make room, or choose another folder with --state.`,
      );
}

function existingParent(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}
