import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { BoundAccount } from "./account-binding.ts";
import { discordKeysIn } from "./discord-keys.ts";
import { holdStoredState, readStored, takeStateFolder } from "./state-folder.ts";

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

describe("a part of the state that is gone", () => {
  const whole = () => {
    for (const [folder, file] of [
      [".", "exchange.jsonl"],
      ["tables", "CURRENT"],
      ["queues", "fauxqs.db"],
    ] as const) {
      mkdirSync(join(path, folder), { recursive: true });
      writeFileSync(join(path, folder, file), "something");
    }
  };

  test.each([
    ["missing: the exchange account (exchange.jsonl)", () => rmSync(join(path, "exchange.jsonl"))],
    ["missing: the exchange account (exchange.jsonl)", () => writeFileSync(join(path, "exchange.jsonl"), "")],
    ["missing: the tables (tables/)", () => rmSync(join(path, "tables"), { recursive: true })],
    ["missing: the queues and objects (queues/)", () => rmSync(join(path, "queues"), { recursive: true })],
  ])("is named with the way out: %s", (sentence, lose) => {
    whole();
    const folder = take();
    folder.recordParts();
    folder.release();
    lose();

    expect(() => take()).toThrow(sentence);
    expect(() => take()).toThrow("--fresh");
    expect(existsSync(join(path, "lock.json"))).toBe(false);
    expect(() => take(true)).not.toThrow();
  });

  test("is told from one that never was: a start that was killed early goes on", () => {
    take().release();
    mkdirSync(join(path, "tables"));
    writeFileSync(join(path, "tables", "CURRENT"), "something");

    expect(() => take()).not.toThrow();
  });

  test("is missed also when the mark went with it", () => {
    whole();
    rmSync(join(path, "exchange.jsonl"));

    expect(() => take()).toThrow("the exchange account (exchange.jsonl)");
  });

  test("stays recorded over any number of starts", () => {
    whole();
    const first = take();
    first.recordParts();
    first.release();
    take().release();
    rmSync(join(path, "exchange.jsonl"));

    expect(() => take()).toThrow("the exchange account");
  });
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

describe("the account that a state is about", () => {
  const live = { kind: "live", host: "fapi.binance.com", keyMark: "one" } as const;
  const takenFor = (account: BoundAccount, over: { fresh?: boolean; newKey?: boolean } = {}) =>
    takeStateFolder(path, { fresh: false, startedAtMs: Date.now(), account, ...over });
  const usedFor = (account: BoundAccount) => {
    const folder = takenFor(account);
    folder.bindTo(account);
    folder.release();
  };

  test("is remembered once it is bound, and not before", () => {
    takenFor(live).release();
    expect(() => takenFor({ kind: "simulated" }).release()).not.toThrow();
    usedFor(live);

    expect(() => takenFor(live).release()).not.toThrow();
    expect(JSON.parse(readFileSync(join(path, "state.json"), "utf8"))).toMatchObject({ account: live });
  });

  test.each([
    [
      "a simulated account",
      { kind: "simulated" },
      "is about the live account at fapi.binance.com and cannot be used for a simulated account",
    ],
    ["the demo account", { ...live, kind: "demo" }, "cannot be used for the demo account at fapi.binance.com"],
    ["another host", { ...live, host: "elsewhere" }, "cannot be used for the live account at elsewhere"],
    ["another key", { ...live, keyMark: "two" }, "with another API key"],
  ] as const)("is not %s, and the folder stays free", (_name, other, sentence) => {
    usedFor(live);

    expect(() => takenFor(other)).toThrow(sentence);
    expect(existsSync(join(path, "lock.json"))).toBe(false);
  });

  test("may have a new key when the person says so", () => {
    usedFor(live);

    expect(() => takenFor({ ...live, keyMark: "two" }, { newKey: true }).release()).not.toThrow();
  });

  test("is the simulated one where the exchange of this machine kept its account, whether it was written down or not", () => {
    writeFileSync(join(path, "state.json"), '{"formatVersion":1,"parts":["exchange"]}');

    expect(() => takenFor(live)).toThrow("is about a simulated account and cannot be used for the live account");
  });

  test("keeps a fresh start from deleting what is known of positions that may be open", () => {
    usedFor(live);

    expect(() => takenFor({ kind: "simulated" }, { fresh: true })).toThrow("--fresh would delete what is known of the live account");
    expect(() => takenFor(live, { fresh: true })).toThrow("once nothing is open there");
    expect(existsSync(join(path, "state.json"))).toBe(true);
  });
});

describe("a stored state that nothing runs on", () => {
  const store = () => {
    take().release();
    mkdirSync(join(path, "tables"));
    writeFileSync(join(path, "tables", "CURRENT"), "something");
  };

  test("is held by who reads it, and whoever starts meanwhile is told", () => {
    store();
    const held = holdStoredState(path, Date.now());
    const content = readFileSync(join(path, "lock.json"), "utf8");
    // As another process would have it.
    writeFileSync(join(path, "lock.json"), content.replace(String(process.pid), String(process.ppid)));

    expect(() => take()).toThrow(`A command is reading ${path} (process ${process.ppid}): try again in a moment.`);
    writeFileSync(join(path, "lock.json"), content);
    held?.release();
    expect(() => take().release()).not.toThrow();
  });

  test("is not read while somebody is starting on it", () => {
    store();
    lockOf(process.ppid);

    expect(() => holdStoredState(path, Date.now())).toThrow(`is in use by process ${process.ppid}`);
  });

  test("is none without tables, and nothing is created for the asking", () => {
    expect(holdStoredState(join(path, "absent"), Date.now())).toBeUndefined();
    expect(existsSync(join(path, "absent"))).toBe(false);
    take().release();
    expect(holdStoredState(path, Date.now())).toBeUndefined();
  });
});
