import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { discordKeysIn } from "./discord-keys.ts";
import { readStored, takeStateFolder } from "./state-folder.ts";

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "winiswin-state-"));
});
afterEach(() => {
  chmodSync(path, 0o755);
  rmSync(path, { recursive: true, force: true });
});

const take = (fresh = false) => takeStateFolder(path, { fresh, startedAtMs: Date.now() });
const lockOf = (pid: number, startedAt = new Date().toISOString()) =>
  writeFileSync(join(path, "lock.json"), JSON.stringify({ pid, startedAt }));

test("a folder that a living process has is refused with its number", () => {
  lockOf(process.ppid);

  expect(() => take()).toThrow(`process ${process.ppid}`);
  expect(() => take(true)).toThrow("stop it first");
});

test("the lock of a dead process is taken over, and released at the end", () => {
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  lockOf(dead);

  const folder = take();

  expect(folder.tookOver).toBe(true);
  expect(JSON.parse(readFileSync(join(path, "lock.json"), "utf8"))).toMatchObject({ pid: process.pid });
  folder.release();
  expect(existsSync(join(path, "lock.json"))).toBe(false);
  expect(take().tookOver).toBe(false);
});

test("a lock from before the last restart of the machine is nobody's, whoever has its number now", () => {
  lockOf(process.ppid, "2001-01-01T00:00:00.000Z");

  expect(take().tookOver).toBe(true);
});

test("a fresh start deletes what was there", () => {
  writeFileSync(join(path, "clock.json"), "{}");

  take(true);

  expect(existsSync(join(path, "clock.json"))).toBe(false);
});

test("state of another version is refused", () => {
  writeFileSync(join(path, "state.json"), '{"formatVersion":999}');

  expect(() => take()).toThrow("another version of Winiswin: --fresh starts over");
  expect(existsSync(join(path, "lock.json"))).toBe(false);
});

test("a half-written file is named, with the way out", () => {
  writeFileSync(join(path, "clock.json"), '{"nowMs": 17');

  expect(() => readStored(join(path, "clock.json"), z.object({ nowMs: z.number() }))).toThrow(/clock\.json cannot be read.*--fresh/);
  expect(readStored(join(path, "missing.json"), z.object({}))).toBeUndefined();
});

test("what is no writable folder is refused", () => {
  const file = join(path, "file");
  writeFileSync(file, "");

  expect(() => takeStateFolder(join(file, "below"), { fresh: false, startedAtMs: 0 })).toThrow("is not writable");
  expect(() => takeStateFolder(file, { fresh: false, startedAtMs: 0 })).toThrow(/not a folder|not writable/);
});

test("the Discord key of a folder stays the same, and a damaged one says so", () => {
  const { publicKey } = discordKeysIn(path);

  expect(publicKey).toMatch(/^[0-9a-f]{64}$/);
  expect(discordKeysIn(path).publicKey).toBe(publicKey);
  writeFileSync(join(path, "discord-private-key.pem"), "torn");
  expect(() => discordKeysIn(path)).toThrow("--fresh");
});
