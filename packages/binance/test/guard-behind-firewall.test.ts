import { parseConfiguration } from "@winiswin/application/configuration";
import { intendEntry } from "@winiswin/application/execution/entry/send-entry";
import type { ExecutionDependencies } from "@winiswin/application/execution/execution-dependencies";
import { guardPositions } from "@winiswin/application/execution/guard-positions";
import type { Clock } from "@winiswin/application/ports/clock";
import { createBinanceMarketData, createBinanceOrderGateway, createExchangeGate } from "@winiswin/binance";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import {
  aSignal,
  collectedEvents,
  inMemoryControlStore,
  inMemoryOrderStore,
  inMemoryPositionStore,
  inMemoryTradeStore,
  silentLogger,
} from "@winiswin/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { approvedLong } from "./approved-entry.ts";

const startMs = Date.parse("2026-11-21T10:01:02.000Z");
const symbol = "ETHUSDT";

let simulator: ExchangeSimulator;
let clock: Clock;
beforeEach(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 20, seed: "firewall" },
    clock: { kind: "stepped", startMs },
  });
  clock = {
    nowMs: () => simulator.clock.nowMs(),
    sleepUntil: async (atMs) => {
      if (atMs > simulator.clock.nowMs()) simulator.clock.advanceTo(atMs);
    },
    realMsUntil: () => 0,
  };
});
afterEach(() => simulator.stop());

/** An entry was sent and filled, and whoever sent it died before the stop; from now on the firewall refuses everything for so long. */
async function nakedFor(refusedMs: number) {
  const { url: baseUrl, apiKey, apiSecret } = simulator;
  const gate = createExchangeGate({ clock });
  const marketData = createBinanceMarketData({ baseUrl, clock, gate });
  const gateway = createBinanceOrderGateway({ baseUrl, apiKey, apiSecret, clock, gate });
  const listed = await marketData.instruments();
  const instrument = listed.find((one) => one.symbol === symbol)!;
  const configuration = parseConfiguration({ ENABLE_TRADING: "true" });
  if (!configuration.ok) throw new Error(configuration.failure.join("; "));
  const dependencies: ExecutionDependencies = {
    holder: "the guard",
    clock,
    logger: silentLogger,
    configuration: configuration.value,
    gateway,
    marketData,
    instruments: { load: async () => listed, save: async () => undefined },
    positions: inMemoryPositionStore(),
    orders: inMemoryOrderStore(),
    trades: inMemoryTradeStore(),
    control: inMemoryControlStore(),
    eventBus: collectedEvents(),
  };
  const { askPrice } = await marketData.bookTop(symbol);
  const intent = approvedLong("w1", instrument, askPrice, clock.nowMs());
  const { strategy, signalId, cycleId } = aSignal();
  const filledAtMs = clock.nowMs();
  const position = { intent, strategy, signalId, cycleId, createdAtMs: filledAtMs, version: 1, sentAtMs: filledAtMs } as const;
  await intendEntry(intent, dependencies);
  await dependencies.positions.create({ state: "entering", missingSinceMs: undefined, ...position });
  expect(await gateway.placeEntry(intent)).toEqual({ outcome: "accepted" });
  const rules = [{ on: "* /fapi/*", between: [filledAtMs, filledAtMs + refusedMs], fault: "firewall" }];
  await fetch(`${simulator.url}/simulator/faults`, { method: "PUT", body: JSON.stringify({ seed: 7, rules }) });

  /** The guard's run of each minute, until a stop rests; how long the position stood without one. */
  async function guardUntilProtected(): Promise<number> {
    for (let minute = 1; minute <= 20; minute++) {
      await guardPositions(dependencies).catch(() => undefined);
      const atMs = clock.nowMs();
      const stored = (await dependencies.positions.open("main"))[0];
      if (stored?.state === "open" && stored.stopConfirmedAtMs !== undefined) return stored.stopConfirmedAtMs - filledAtMs;
      await clock.sleepUntil(Math.max(atMs + 1, filledAtMs + minute * 60_000));
    }
    throw new Error("never protected");
  }
  return { guardUntilProtected, gateway };
}

it.each([
  ["relents before its first run", 0, 1_000],
  ["refuses its first run and relents within a minute", 30_000, 61_000],
  ["refuses for five minutes", 300_000, 301_000],
])("a guard behind a firewall that %s protects with the first run after that", async (_what, refusedMs, boundMs) => {
  const { guardUntilProtected, gateway } = await nakedFor(refusedMs);

  const nakedMs = await guardUntilProtected();

  expect(nakedMs).toBeLessThanOrEqual(boundMs);
  expect((await gateway.openProtections()).filter(({ closePosition }) => closePosition)).toHaveLength(1);
});
