import type { Clock } from "@winiswin/application/ports/clock";
import { createBinanceMarketData, createBinanceOrderGateway, createExchangeGate } from "@winiswin/binance";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { createExchangeBudget } from "@winiswin/storage/exchange-budget";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTables } from "../../packages/storage/test/emulated-storage.ts";

const startMs = Date.parse("2026-11-21T10:00:02.000Z");
let simulator: ExchangeSimulator;
let tables: Awaited<ReturnType<typeof startTables>>;

beforeAll(async () => {
  tables = await startTables();
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 5, seed: "shared ban" },
    clock: { kind: "stepped", startMs },
    faults: { seed: 1, rules: [{ on: "GET /fapi/v1/klines", nth: 3, fault: { kind: "ban", ms: 90_000 } }] },
  });
});
afterAll(async () => {
  await simulator.stop();
  await tables.stop();
});

/** What one function has: clients of its own behind a gate of its own; only the table is shared. */
function functionOfItsOwn() {
  const clock: Clock = {
    nowMs: () => simulator.clock.nowMs(),
    sleepUntil: () => Promise.resolve(),
    realMsUntil: () => 0,
  };
  const budget = createExchangeBudget(tables.table("Control"), new URL(simulator.url).host);
  const connection = { baseUrl: simulator.url, clock, gate: createExchangeGate({ clock, budget }) };
  const { apiKey, apiSecret } = simulator;
  return { marketData: createBinanceMarketData(connection), gateway: createBinanceOrderGateway({ ...connection, apiKey, apiSecret }) };
}

const received = async (): Promise<number> =>
  ((await (await fetch(`${simulator.url}/simulator/health`)).json()) as { requests: number }).requests;

test("a ban that one function meets keeps all others from sending until it ends, stops and closes included", async () => {
  const [analysis, guard] = [functionOfItsOwn(), functionOfItsOwn()];
  const candles = () => analysis.marketData.closedCandles("BTCUSDT", "15m", 3, startMs);
  await candles();
  await candles();
  await expect(candles()).rejects.toMatchObject({ kind: "banned", retryAtMs: startMs + 90_000 });
  const before = await received();

  await expect(guard.gateway.positions()).rejects.toMatchObject({ kind: "banned", retryAtMs: startMs + 90_000 });
  expect(await guard.gateway.cancelProtection("BTCUSDT", "x")).toMatchObject({ outcome: "rejected", meaning: "busy" });
  await expect(candles()).rejects.toMatchObject({ kind: "banned" });
  // The question itself is the only request since.
  expect(await received()).toBe(before + 1);

  simulator.clock.advanceTo(startMs + 90_000);
  expect(await guard.gateway.positions()).toEqual([]);
});
