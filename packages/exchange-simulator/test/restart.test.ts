import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type ExchangeSimulatorOptions, startExchangeSimulator } from "../src/index.ts";
import { kill, runToEnd, startChild } from "./child-process.ts";
import { plain, signed } from "./signed-request.ts";

const folder = mkdtempSync(join(tmpdir(), "winiswin-simulator-"));
const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);
const generated = { kind: "generated", symbols: 5, seed: "restart" } as const;

afterAll(() => rmSync(folder, { recursive: true }));

async function everything(simulator: Parameters<typeof signed>[0], nowMs: number): Promise<readonly unknown[]> {
  const read = async (path: string, parameters: Record<string, string> = {}) =>
    (await signed(simulator, "GET", path, parameters, nowMs)).body;
  return [
    await read("/fapi/v3/account"),
    await read("/fapi/v3/positionRisk"),
    await read("/fapi/v1/openOrders"),
    await read("/fapi/v1/openAlgoOrders"),
    await read("/fapi/v1/allOrders"),
    await read("/fapi/v1/userTrades", { symbol: "BTCUSDT" }),
    await read("/fapi/v1/income"),
    await read("/fapi/v1/symbolConfig", { symbol: "BTCUSDT" }),
  ];
}

describe("a simulator with a state file", () => {
  test("goes on after kill -9 with the same account, orders, history and time", async () => {
    const options = { market: generated, clock: { kind: "stepped", startMs }, stateFile: join(folder, "stepped.jsonl") };
    const first = await startChild(options);
    await signed(first, "POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: "7" }, startMs);
    await signed(first, "POST", "/fapi/v1/order", { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.05" }, startMs);
    const conditional = {
      algoType: "CONDITIONAL",
      symbol: "BTCUSDT",
      side: "SELL",
      type: "STOP_MARKET",
      closePosition: "true",
      triggerPrice: "20000.0",
    };
    expect((await signed(first, "POST", "/fapi/v1/algoOrder", conditional, startMs)).status).toBe(200);
    const laterMs = startMs + 3_600_000;
    await plain(first.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: laterMs }));
    await signed(first, "POST", "/fapi/v1/order", { symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity: "0.02" }, laterMs);
    const before = await everything(first, laterMs);
    await kill(first);
    // A write cut short by the kill.
    appendFileSync(options.stateFile, '{"changes":[{"kind":"acc');

    const second = await startChild(options);
    expect((await plain(second.url, "GET", "/simulator/clock")).body).toMatchObject({ nowMs: laterMs });
    expect(await everything(second, laterMs)).toEqual(before);
    const next = await signed(
      second,
      "POST",
      "/fapi/v1/order",
      { symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity: "0.01" },
      laterMs,
    );
    const ids = (await signed(second, "GET", "/fapi/v1/allOrders", {}, laterMs)).body as { orderId: number }[];
    expect(next.status).toBe(200);
    expect(new Set(ids.map(({ orderId }) => orderId)).size).toBe(3);
    await kill(second);
  });

  test("gives the same fills, ids and balances when the same requests are made at the same times, killed between or not", async () => {
    const steps = Array.from({ length: 6 }, (_, index) => ({
      atMs: startMs + index * 1_800_000,
      order: { symbol: index % 2 === 0 ? "BTCUSDT" : "ETHUSDT", side: index < 4 ? "BUY" : "SELL", type: "MARKET", quantity: "0.03" },
    }));
    const play = async (name: string, kills: boolean) => {
      const options = { market: generated, clock: { kind: "stepped", startMs }, stateFile: join(folder, name) };
      let child = await startChild(options);
      for (const { atMs, order } of steps) {
        await plain(child.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: atMs }));
        expect((await signed(child, "POST", "/fapi/v1/order", order, atMs)).status).toBe(200);
        if (kills) {
          await kill(child);
          child = await startChild(options);
        }
      }
      const result = await everything(child, steps.at(-1)!.atMs);
      await kill(child);
      return result;
    };
    expect(await play("killed.jsonl", true)).toEqual(await play("calm.jsonl", false));
  });

  test("never shows an earlier time than before when the clock is accelerated", async () => {
    const options: ExchangeSimulatorOptions = {
      market: generated,
      clock: { kind: "accelerated", startMs, speed: 600 },
      stateFile: join(folder, "fast.jsonl"),
    };
    const first = await startExchangeSimulator(options);
    const seen = (await plain(first.url, "GET", "/fapi/v1/time")).body as { serverTime: number };
    await first.stop();
    const second = await startExchangeSimulator(options);
    const after = (await plain(second.url, "GET", "/fapi/v1/time")).body as { serverTime: number };
    expect(after.serverTime).toBeGreaterThanOrEqual(seen.serverTime);
    await second.stop();
  });

  test("refuses a file of another market and a damaged one, and leaves both untouched", async () => {
    const file = join(folder, "other.jsonl");
    const first = await startExchangeSimulator({ market: generated, clock: { kind: "stepped", startMs }, stateFile: file });
    await first.stop();
    await expect(
      startExchangeSimulator({ market: { ...generated, seed: 2 }, clock: { kind: "stepped", startMs }, stateFile: file }),
    ).rejects.toThrow("belongs to another market");
    const damaged = join(folder, "damaged.jsonl");
    writeFileSync(damaged, `{"identity"\n${readFileSync(file, "utf8")}`);
    const before = readFileSync(damaged, "utf8");
    await expect(startExchangeSimulator({ market: generated, clock: { kind: "stepped", startMs }, stateFile: damaged })).rejects.toThrow(
      "damaged at line 1: --fresh starts over",
    );
    expect(readFileSync(damaged, "utf8")).toBe(before);

    const torn = join(folder, "torn.jsonl");
    writeFileSync(torn, before.slice(0, 10));
    await expect(startExchangeSimulator({ market: generated, clock: { kind: "stepped", startMs }, stateFile: torn })).rejects.toThrow(
      "damaged at line 1: --fresh starts over",
    );
  });
});

describe("what cannot start", () => {
  test("says so in one sentence on stderr, nothing on stdout, and ends with 1", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const clock = { kind: "stepped", startMs };
    const csv = join(folder, "broken");
    const { mkdirSync } = await import("node:fs");
    mkdirSync(csv);
    writeFileSync(join(csv, "AAAUSDT.csv"), "open_time,open,high,low,close,volume\n1700000100000,1,2,1,2,3\n1700001000000,1,2,x,2,3\n");
    const cases = [
      [undefined, "needs its options"],
      ["{", "not valid JSON"],
      [JSON.stringify({ market: generated, clock, speed: 3 }), "speed"],
      [JSON.stringify({ market: { kind: "generated", seed: 1, symbols: 0 }, clock }), "option market.symbols"],
      [JSON.stringify({ market: generated, clock, startingBalance: "-5" }), "option startingBalance"],
      [JSON.stringify({ market: generated, clock, port }), `Port ${port} on 127.0.0.1 is already in use`],
      [JSON.stringify({ market: { kind: "recorded", folder: join(folder, "nowhere") }, clock }), "does not exist"],
      [JSON.stringify({ market: { kind: "recorded", folder: csv, symbols: ["ZZZUSDT"] }, clock }), "holds no csv"],
      [JSON.stringify({ market: { kind: "recorded", folder: csv }, clock }), 'AAAUSDT.csv, line 3, column 4 (low): "x" is not a number.'],
    ] as const;
    for (const [argument, message] of cases) {
      const ended = await runToEnd(argument);
      expect(ended.stderr).toContain(message);
      expect(ended.stderr.trim().split("\n")).toHaveLength(1);
      expect(ended).toMatchObject({ code: 1, stdout: "" });
    }
    server.close();
  });
});
