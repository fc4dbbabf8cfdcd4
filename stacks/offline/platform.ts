import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const lockIsStaleAfterMs = 60_000;
const lockRefreshMs = 10_000;
const patienceMs = 10 * 60_000;

/**
 * The folder of SST's own components and of the Pulumi packages they use, unpacked by the SST program when it is not there yet.
 *
 * Needs the npm registry once (about half a minute), no AWS account; several processes may ask at the same time.
 */
export async function installedPlatform(root: string): Promise<string> {
  const work = join(root, ".sst");
  const platform = join(work, "platform");
  const marker = join(work, `installed-${sstVersion(root)}`);
  // The folder appears long before it is complete, so only the mark of a finished installation counts.
  const complete = () => existsSync(marker) && existsSync(join(platform, "config.d.ts"));
  if (complete()) return platform;
  mkdirSync(work, { recursive: true });
  await holdingLock(join(work, "install.lock"), async () => {
    if (complete()) return;
    process.stderr.write("Installing the SST platform into .sst (once, about half a minute) ...\n");
    await runSstInstall(root);
    writeFileSync(marker, "");
  });
  return platform;
}

function sstVersion(root: string): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(root, "node_modules", "sst", "package.json"), "utf8"));
  return manifest.version;
}

async function runSstInstall(root: string): Promise<void> {
  const program = join(root, "node_modules", "sst", "bin", "sst.mjs");
  const child = spawn(process.execPath, [program, "install", "--stage", "offline"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    // Without these the program would fetch Pulumi and Bun from GitHub, which installing does not need.
    env: { ...process.env, SST_SKIP_DEPENDENCY_CHECK: "1", SST_NO_BUN: "1", SST_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) {
    throw new Error(`sst install did not succeed: check that the npm registry can be reached and that .sst is writable. It said:\n${said}`);
  }
}

async function holdingLock(folder: string, work: () => Promise<void>): Promise<void> {
  for (let waitedMs = 0; !tryToLock(folder); waitedMs += 500) {
    if (waitedMs > patienceMs) throw new Error(`Another process has held ${folder} for too long: delete it and try again.`);
    await sleep(500);
  }
  // Whoever holds the lock touches it, so that the lock of a killed process can be told from a slow one.
  const refresh = setInterval(() => utimesSync(folder, new Date(), new Date()), lockRefreshMs);
  try {
    await work();
  } finally {
    clearInterval(refresh);
    rmSync(folder, { recursive: true, force: true });
  }
}

function tryToLock(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const touchedAtMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - touchedAtMs > lockIsStaleAfterMs) rmSync(folder, { recursive: true, force: true });
  return false;
}
