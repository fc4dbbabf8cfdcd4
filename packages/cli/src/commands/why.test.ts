import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCycleStore, createSignalStore } from "@winiswin/storage";
import { createDecisionStore } from "@winiswin/storage/decision-store";
import { aCycle, putCycle } from "@winiswin/testkit/cycles";
import { aDecision } from "@winiswin/testkit/decisions";
import { aSignal } from "@winiswin/testkit/signals";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EmulatedTables, startTables } from "../../../storage/test/emulated-storage.ts";
import { CommandFailure } from "../command-failure.ts";
import { createTerminal } from "../terminal.ts";
import { runWhy } from "./why.ts";

const { cycleId, closeTimeMs } = aCycle();
const refused = aDecision({
  baseScore: 7,
  score: 8,
  modifiers: [{ name: "regime fit", points: 1, reason: "with a trend" }],
  rank: 4,
  decision: "refused",
  reasons: [{ code: "SPREAD_TOO_WIDE", reason: "spread 0.31 % is above 0.2 %" }],
});

let tables: EmulatedTables;
let exchange: Server;
const folder = mkdtempSync(join(tmpdir(), "winiswin-why-"));

beforeAll(async () => {
  tables = await startTables();
  await putCycle(createCycleStore(tables.table("Cycles")), aCycle({ signals: 1, decisions: [] }));
  await createSignalStore(tables.table("Signals")).putAll([aSignal()]);
  await createDecisionStore(tables.table("Decisions")).putAll("main", cycleId, [refused]);
  exchange = createServer((_request, response) => response.end(JSON.stringify({ serverTime: closeTimeMs + 60_000 })));
  await new Promise<void>((resolve) => exchange.listen(0, "127.0.0.1", resolve));
  const endpoint = await tables.table("Cycles").client.config.endpoint?.();
  const urls = {
    exchange: `http://127.0.0.1:${(exchange.address() as AddressInfo).port}`,
    dynamodb: `http://127.0.0.1:${endpoint?.port}`,
    // Nothing listens there: saved engines cannot be read.
    queues: "http://127.0.0.1:1",
    events: "",
    discord: "",
    functions: {},
  };
  writeFileSync(join(folder, "runtime.json"), JSON.stringify({ pid: process.pid, clock: { kind: "real", speed: 1 }, urls }));
});
afterAll(async () => {
  await tables.stop();
  exchange.close();
  rmSync(folder, { recursive: true });
});

async function why(cycle: string, symbol: string, flags: Record<string, unknown> = {}): Promise<string> {
  let data = "";
  const stdout = { write: (part: string) => (data += part) };
  const terminal = createTerminal({ environment: {}, programArguments: [], stdout, stderr: { write: () => true } });
  const place = { workingFolder: folder, defaultStateFolder: folder, projectFolder: folder };
  expect(await runWhy({ ...flags, cycle, symbol }, { terminal, environment: {}, ...place })).toBe(0);
  return data;
}

async function failureOf(asked: Promise<unknown>): Promise<CommandFailure> {
  const failure = await asked.catch((error: unknown) => error);
  if (failure instanceof CommandFailure) return failure;
  throw new Error(`did not fail as expected: ${String(failure)}`);
}

describe("winiswin why", () => {
  it.each([cycleId, "latest"])("tells components, score, rank and what stopped the signal: %s", async (cycle) => {
    const answer = await why(cycle, "btc");

    expect(answer).toContain(`Why BTCUSDT in ${cycleId}`);
    expect(answer).toContain("ict-smc long: refused: SPREAD_TOO_WIDE spread 0.31 % is above 0.2 %");
    expect(answer).toMatch(/rank +4\nscore +7\.00 by the strategy, 8\.00 in all\n/);
    expect(answer).toMatch(/trend1h +1\.00 +0\.40 +three of three agree/);
  });

  it("gives the same as one JSON document", async () => {
    expect(JSON.parse(await why(cycleId, "BTCUSDT", { json: true }))).toEqual({
      cycleId,
      symbol: "BTCUSDT",
      status: "executed",
      unknown: [],
      candidates: [{ signal: aSignal(), decision: refused }],
      silence: null,
    });
  });

  it("says that there was no signal, and that what was missing cannot be told", async () => {
    const answer = await why(cycleId, "ETH");

    expect(answer).toContain("No strategy gave a signal for ETHUSDT in this cycle.");
    expect(answer).toContain("What was missing cannot be told any more: the saved engines cannot be read");
    expect(JSON.parse(await why(cycleId, "ETH", { json: true }))).toMatchObject({ candidates: [], silence: { opinions: [] } });
  });

  it("names the latest cycle when the one that was asked for is not stored", async () => {
    const failure = await failureOf(why("2026-11-20T10:15:00Z", "BTC"));

    expect([failure.message, failure.hint, failure.exitCode]).toEqual([
      "No cycle 2026-11-20T10:15:00Z is stored.",
      `The latest is ${cycleId}.`,
      3,
    ]);
  });

  it("needs a running system", async () => {
    const failure = await failureOf(why(cycleId, "BTC", { state: "elsewhere" }));

    expect(failure.exitCode).toBe(3);
    expect(failure.message).toContain(`Nothing is running on ${join(folder, "elsewhere")}`);
    expect(failure.hint).toContain("npm start");
  });

  it.each([
    ["yesterday", "BTC", '"yesterday" is neither latest nor the close of a 15m candle.'],
    ["2026-11-21T10:16:00Z", "BTC", "is neither latest nor the close"],
    ["latest", "BTC/USDT", '"BTC/USDT" is not a symbol.'],
  ])("refuses %s %s", async (cycle, symbol, said) => {
    const failure = await failureOf(why(cycle, symbol));

    expect(failure.exitCode).toBe(2);
    expect(failure.message).toContain(said);
  });
});
