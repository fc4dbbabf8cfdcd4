import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStoppedState } from "@winiswin/local/stopped-state";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandEnd, endAllCommands } from "./running-command.ts";

const root = mkdtempSync(join(tmpdir(), "winiswin-stopped-"));
const state = join(root, "state");
const settings = join(root, "winiswin.yaml");
/** A process for each command, on a machine that may be busy. */
const patienceMs = 120_000;
let marks: string;

/** Some that speak often, so that there is something to decide. */
const lively = ["order-flow", "atr-momentum", "action-price", "rsi", "enhanced", "volatile-coins"];

const contentOf = (name: string) => readFileSync(join(state, name), "utf8");
const ask = (...words: readonly string[]) => commandEnd([...words, "--state", state], { WINISWIN_CONFIG: settings });

beforeAll(async () => {
  writeFileSync(settings, `strategies: { ${lively.map((name) => `${name}: { enabled: true }`).join(", ")} }`);
  const run = ["start", "--cycles", "2", "--symbols", "30", "--from", "2026-03-02", "--speed", "max", "--port", "0", "--state", state];
  const { exitCode } = await commandEnd(run, { WINISWIN_CONFIG: settings });
  expect(exitCode).toBe(0);
  marks = contentOf("state.json") + contentOf("exchange.jsonl") + contentOf("executed.json");
});
afterAll(async () => {
  await endAllCommands();
  rmSync(root, { recursive: true });
});

test.each([
  [["audit", "verify"], /^The audit of main is whole: [1-9]\d* records/],
  [["audit", "list", "--last", "1"], /cycleDecided/],
  [
    ["why", "latest", "BTCUSDT"],
    /^Why BTCUSDT in .*\n\n(No strategy gave a signal[\s\S]*The first condition that was not met|[\s\S]*score)/,
  ],
  [
    ["discord", "/status"],
    /STOPPED: nothing is running on .*\n\nlast cycle[\s\S]*next cycle +none while nothing is running[\s\S]*stopped: nothing is sent/,
  ],
  [["discord", "/positions"], /nothing is running, so it was not asked\nWhat follows is our own record only/],
  [["discord", "v1:ask:status"], /STOPPED: nothing is running/],
] as const)("a run that ended is asked with %j", async (words, answer) => {
  const { exitCode, stdout, stderr } = await ask(...words);

  expect(stdout).toMatch(answer);
  expect(stdout).not.toContain("Alive");
  expect(stderr).toContain(`Nothing is running on ${state}: this is what is stored there.`);
  expect(exitCode).toBe(0);
});

test.each(["/pause", "/flatten", "v1:yes:0123456789abcdef"])("a run that ended does not take %s", async (typed) => {
  const { exitCode, stdout, stderr } = await ask("discord", typed, "--yes");

  expect(stdout).toBe("");
  expect(stderr).toMatch(/^Nothing is running on .* acts on a running system\. Start it with npm start/);
  expect(exitCode).toBe(3);
});

test(
  "asking changes nothing of what is stored, holds the folder meanwhile and lets go of it",
  async () => {
    expect(contentOf("state.json") + contentOf("exchange.jsonl") + contentOf("executed.json")).toBe(marks);
    expect(readdirSync(state)).not.toContain("lock.json");

    const reading = await openStoppedState(state);
    const start = await ask("start", "--once", "--symbols", "5", "--speed", "max", "--port", "0");
    const second = await ask("audit", "verify");
    await reading?.close();

    expect(start.exitCode).toBe(75);
    expect(start.stderr).toContain(`A command is reading ${state} (process ${process.pid})`);
    expect(second.exitCode).toBe(75);
    expect((await ask("audit", "verify")).exitCode).toBe(0);
  },
  patienceMs,
);

test("where nothing was ever stored one sentence says so, and no folder is made for the asking", async () => {
  const absent = join(root, "absent");
  const { exitCode, stderr } = await commandEnd(["audit", "verify", "--state", absent]);

  expect(stderr.trim()).toBe(
    `Nothing is running on ${absent}, and nothing is stored there. Start it with npm start, or name its folder with --state.`,
  );
  expect(exitCode).toBe(3);
  expect(readdirSync(root)).not.toContain("absent");
});
