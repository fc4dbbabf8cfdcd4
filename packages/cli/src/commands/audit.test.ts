import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { createAuditLog } from "@winiswin/storage/audit-log";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type EmulatedTables, startTables } from "../../../storage/test/emulated-storage.ts";
import { CommandFailure } from "../command-failure.ts";
import type { RunCommand } from "../context.ts";
import { createTerminal } from "../terminal.ts";
import { runAuditList, runAuditVerify } from "./audit.ts";

let tables: EmulatedTables;
const folder = mkdtempSync(join(tmpdir(), "winiswin-audit-"));
const at = "2026-11-21T10:15:05.000Z";

beforeAll(async () => {
  tables = await startTables();
  const log = createAuditLog(tables.table("Audit"), tables.table("Control"), "main");
  const decisions = [{ symbol: "BTCUSDT", decision: "refused", reasons: [{ code: "COOLDOWN", reason: "closed 10 min ago" }] }];
  await log.append({ kind: "cycleDecided", at, cycleId: "c", details: JSON.stringify({ decisions, setAside: [], orders: 0 }) });
  await log.append({ kind: "orderIntended", at, symbol: "ETHUSDT", details: '{"leg":"entry"}' });
  await log.append({ kind: "halted", at, details: '{"by":"ana","reason":"storm"}' });
  await vi.waitUntil(async () => (await log.head())?.number === 3);
  const endpoint = await tables.table("Audit").client.config.endpoint?.();
  const urls = { exchange: "", dynamodb: `http://127.0.0.1:${endpoint?.port}`, queues: "", events: "", discord: "", functions: {} };
  writeFileSync(join(folder, "runtime.json"), JSON.stringify({ pid: process.pid, clock: { kind: "real", speed: 1 }, urls }));
});
afterAll(async () => {
  await tables.stop();
  rmSync(folder, { recursive: true });
});

async function run(command: RunCommand, flags: Record<string, unknown> = {}): Promise<{ code: number; data: string }> {
  let data = "";
  const stdout = { write: (part: string) => (data += part) };
  const terminal = createTerminal({ environment: {}, programArguments: [], stdout, stderr: { write: () => true } });
  const place = { workingFolder: folder, defaultStateFolder: folder, projectFolder: folder };
  return { code: await command(flags, { terminal, environment: {}, ...place }), data };
}

describe("winiswin audit", () => {
  it("says that the chain is whole", async () => {
    expect(await run(runAuditVerify)).toEqual({ code: 0, data: expect.stringContaining("is whole: 3 records") });
    expect(JSON.parse((await run(runAuditVerify, { json: true })).data)).toMatchObject({ bot: "main", ok: true, sound: 3, defect: null });
  });

  it("says whether the chain leads through a hash that was kept", async () => {
    const { lastHash } = JSON.parse((await run(runAuditVerify, { json: true })).data);

    expect(await run(runAuditVerify, { through: lastHash })).toMatchObject({ code: 0 });
    const other = await run(runAuditVerify, { through: "0".repeat(64) });
    expect(other).toEqual({ code: 6, data: expect.stringContaining("does not lead through the hash that was kept") });
    await expect(run(runAuditVerify, { through: "abc" })).rejects.toThrow("64 hexadecimal digits");
  });

  it("lists the newest first, and of a symbol also the cycles that decided about it", async () => {
    expect((await run(runAuditList)).data).toMatch(
      /3 .*halted +reason storm, by ana\n.*2 .*ETHUSDT +leg entry\n.*1 .*BTCUSDT refused COOLDOWN/,
    );
    expect((await run(runAuditList, { symbol: "btcusdt" })).data).toMatch(/^number.*\n +1 .*COOLDOWN\n$/);
    expect((await run(runAuditList, { symbol: "XRPUSDT" })).data).toBe("The audit has no record of XRPUSDT.\n");
    expect(JSON.parse((await run(runAuditList, { last: "1", json: true })).data)).toMatchObject({
      records: [{ number: 3, kind: "halted", details: { by: "ana" } }],
    });
  });

  it("refuses a wrong number of records, and says that nothing runs", async () => {
    await expect(run(runAuditList, { last: "0" })).rejects.toThrow(CommandFailure);
    await expect(run(runAuditVerify, { state: "elsewhere" })).rejects.toThrow("Nothing is running");
  });

  it("ends with exit code 6 at a record that somebody took away", async () => {
    const { client, tableName } = tables.table("Audit");
    await client.send(new DeleteCommand({ TableName: tableName, Key: { bot: "main", sequence: "000000000002" } }));

    expect(await run(runAuditVerify)).toEqual({ code: 6, data: expect.stringContaining("broken at record 2 (missing)") });
    expect(JSON.parse((await run(runAuditVerify, { json: true })).data)).toMatchObject({ ok: false, sound: 1, defect: { number: 2 } });
  });
});
