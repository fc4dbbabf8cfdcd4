import type { Clock } from "@winiswin/application/ports/clock";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { createBinanceMarketData, createBinanceOrderGateway, createExchangeGate } from "@winiswin/binance";
import type { Instrument } from "@winiswin/domain/instrument";
import { clientOrderIdOf } from "@winiswin/domain/order";
import { type ExchangeSimulator, type FaultPlanInput, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { approvedLong } from "./approved-entry.ts";

const startMs = Date.parse("2026-11-21T10:00:02.000Z");
const symbol = "ETHUSDT";

let simulator: ExchangeSimulator;
let clock: Clock;
let gateway: OrderGateway;
let market: ReturnType<typeof createBinanceMarketData>;
let instrument: Instrument;

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
  const { url: baseUrl, apiKey, apiSecret } = simulator;
  const gate = createExchangeGate({ clock });
  market = createBinanceMarketData({ baseUrl, clock, gate });
  gateway = createBinanceOrderGateway({ baseUrl, apiKey, apiSecret, clock, gate });
  instrument = (await market.instruments()).find((listed) => listed.symbol === symbol)!;
});
afterEach(() => simulator.stop());

async function plan(...rules: NonNullable<FaultPlanInput["rules"]>): Promise<void> {
  const response = await fetch(`${simulator.url}/simulator/faults`, { method: "PUT", body: JSON.stringify({ seed: 7, rules }) });
  if (!response.ok) throw new Error(await response.text());
}

/** A position without a stop, and the stop that it needs. */
async function nakedPosition() {
  const { askPrice } = await market.bookTop(symbol);
  const intent = approvedLong("w1", instrument, askPrice, clock.nowMs());
  expect(await gateway.placeEntry(intent)).toEqual({ outcome: "accepted" });
  const { quantity } = intent;
  const base = { symbol, direction: intent.direction } as const;
  return {
    quantity,
    stop: {
      ...base,
      leg: "stopLoss" as const,
      clientOrderId: clientOrderIdOf("main", "w1", "stopLoss", 0),
      triggerPrice: intent.stopPrice,
    },
    target: {
      ...base,
      leg: "takeProfit" as const,
      clientOrderId: clientOrderIdOf("main", "w1", "takeProfit", 1),
      triggerPrice: intent.targetPrice,
      quantity,
    },
    close: { ...base, clientOrderId: clientOrderIdOf("main", "w1", "close", 1), quantity },
  };
}

const everythingRefusedFor = (ms: number) => ({
  on: "* /fapi/*",
  between: [clock.nowMs(), clock.nowMs() + ms] as [number, number],
  fault: { kind: "firewall" as const },
});

describe("a position that stands without a stop when the firewall begins to refuse", () => {
  it("gets it at once when only a read was refused", async () => {
    const { stop } = await nakedPosition();
    await plan({ on: "GET /fapi/v1/order", nth: 1, fault: "firewall" });
    await expect(gateway.findOrder(symbol, "x")).rejects.toMatchObject({ kind: "banned" });
    const filledAtMs = clock.nowMs();

    expect(await gateway.placeProtection(stop)).toEqual({ outcome: "accepted" });
    expect(clock.nowMs()).toBe(filledAtMs);
    expect(await gateway.openProtections()).toMatchObject([{ clientOrderId: stop.clientOrderId, closePosition: true }]);
  });

  it("gets it within five seconds of the firewall's relenting, by somebody who goes on trying", async () => {
    const { stop } = await nakedPosition();
    const filledAtMs = clock.nowMs();
    await plan(everythingRefusedFor(17_000));
    const outcomes: string[] = [];
    for (let attempt = 0; attempt < 7 && outcomes.at(-1) !== "accepted"; attempt++) {
      outcomes.push((await gateway.placeProtection(stop)).outcome);
      if (outcomes.at(-1) !== "accepted") await clock.sleepUntil(clock.nowMs() + 500);
    }

    expect(outcomes).toEqual(["rejected", "rejected", "rejected", "rejected", "accepted"]);
    expect(clock.nowMs() - filledAtMs).toBeLessThanOrEqual(17_000 + 5_000);
  });

  it("is seen by the guard, which may look after twenty seconds", async () => {
    const { stop } = await nakedPosition();
    await plan(everythingRefusedFor(10_000));
    await expect(gateway.positions()).rejects.toMatchObject({ kind: "banned" });
    simulator.clock.advanceTo(clock.nowMs() + 15_000);
    await expect(gateway.positions()).rejects.toMatchObject({ kind: "banned" });
    simulator.clock.advanceTo(clock.nowMs() + 5_000);

    expect(await gateway.positions()).toMatchObject([{ symbol }]);
    expect(await gateway.placeProtection(stop)).toEqual({ outcome: "accepted" });
  });

  it("can be closed", async () => {
    const { close } = await nakedPosition();
    await plan({ on: "GET /fapi/v3/account", nth: 1, fault: "firewall" });
    await expect(gateway.balance()).rejects.toMatchObject({ kind: "banned" });

    expect(await gateway.closeAtMarket(close)).toEqual({ outcome: "accepted" });
    expect(await gateway.positions()).toEqual([]);
  });

  it("waits for its target, which earns and does not protect, and leaves what rests alone", async () => {
    const { stop, target } = await nakedPosition();
    await gateway.placeProtection(stop);
    await plan({ on: "GET /fapi/v3/account", nth: 1, fault: "firewall" });
    await expect(gateway.balance()).rejects.toMatchObject({ kind: "banned" });

    expect(await gateway.placeProtection(target)).toMatchObject({ outcome: "rejected", meaning: "busy" });
    expect(await gateway.cancelProtection(symbol, stop.clientOrderId)).toMatchObject({ outcome: "rejected", meaning: "busy" });
  });
});
