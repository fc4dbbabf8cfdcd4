import { inspect } from "node:util";
import type { Clock } from "@winiswin/application/ports/clock";
import type { MarketData } from "@winiswin/application/ports/market-data";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { createBinanceMarketData, createBinanceOrderGateway } from "@winiswin/binance";
import { decimal, toText } from "@winiswin/domain/decimal";
import type { Instrument } from "@winiswin/domain/instrument";
import { clientOrderIdOf, type OrderIntent } from "@winiswin/domain/order";
import type { RiskApproved } from "@winiswin/domain/risk";
import { type ExchangeSimulator, type FaultPlanInput, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { errorTable } from "../src/error-table.ts";
import { approvedLong } from "./approved-entry.ts";

const startMs = Date.parse("2026-11-21T10:00:02.000Z");
type FaultInput = NonNullable<FaultPlanInput["rules"]>[number]["fault"];

let simulator: ExchangeSimulator;
let clock: Clock;
let instrument: Instrument;
let positions = 0;

beforeAll(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 20, seed: "faults" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
    startingBalance: "1000000",
  });
  clock = {
    nowMs: () => simulator.clock.nowMs(),
    sleepUntil: (atMs) => {
      if (atMs > simulator.clock.nowMs()) simulator.clock.advanceTo(atMs);
      return Promise.resolve();
    },
    realMsUntil: () => 0,
  };
  const found = (await marketData().instruments()).find(({ symbol }) => symbol === "ETHUSDT");
  if (found === undefined) throw new Error("the simulator lists no ETHUSDT");
  instrument = found;
});
afterAll(() => simulator.stop());

// A minute apart, so that nothing of the test before is in the way.
beforeEach(async () => {
  await plan();
  const gateway = trader();
  for (const { symbol, direction, quantity } of await gateway.positions()) {
    await gateway.closeAtMarket({ clientOrderId: clientOrderIdOf("main", `c${positions}`, "close", 0), symbol, direction, quantity });
  }
  simulator.clock.advanceTo(simulator.clock.nowMs() + 60_000);
  positions += 1;
});

async function plan(...rules: NonNullable<FaultPlanInput["rules"]>): Promise<void> {
  const response = await fetch(`${simulator.url}/simulator/faults`, { method: "PUT", body: JSON.stringify({ seed: 7, rules }) });
  if (!response.ok) throw new Error(await response.text());
}

// Real milliseconds; a silent exchange costs the test as much.
const timeoutMs = 300;
const marketData = (): MarketData => createBinanceMarketData({ baseUrl: simulator.url, clock, timeoutMs });
const trader = (given: Clock = clock): OrderGateway =>
  createBinanceOrderGateway({ baseUrl: simulator.url, apiKey: simulator.apiKey, apiSecret: simulator.apiSecret, clock: given, timeoutMs });

async function entry(): Promise<RiskApproved<OrderIntent>> {
  const { askPrice } = await marketData().bookTop(instrument.symbol);
  return approvedLong(`f${positions}`, instrument, askPrice, clock.nowMs());
}

const stopOf = (intent: OrderIntent) => ({
  leg: "stopLoss" as const,
  clientOrderId: clientOrderIdOf("main", intent.positionId, "stopLoss", 0),
  symbol: intent.symbol,
  direction: intent.direction,
  triggerPrice: intent.stopPrice,
});

const closeOf = (intent: OrderIntent) => ({
  clientOrderId: clientOrderIdOf("main", intent.positionId, "close", 0),
  symbol: intent.symbol,
  direction: intent.direction,
  quantity: intent.quantity,
});

function expectNoSecret(value: unknown): void {
  const text = `${inspect(value, { depth: 10 })} ${JSON.stringify(value)} ${value instanceof Error ? `${value.message} ${value.stack}` : ""}`;
  expect(text).not.toContain(simulator.apiKey);
  expect(text).not.toContain(simulator.apiSecret);
  expect(text).not.toMatch(/signature=(?!\[redacted\])/);
}

/** The fault, what an entry that meets it is told, and whether it was executed. */
const writes: readonly (readonly [what: string, fault: FaultInput, outcome: object, isExecuted: boolean])[] = [
  ["a request that is lost on its way", "lostRequest", { outcome: "unknown" }, false],
  ["an answer that is lost on its way", "lostResponse", { outcome: "unknown" }, true],
  ["a reset before the execution", { kind: "reset" }, { outcome: "unknown" }, false],
  ["a reset after the execution", { kind: "reset", executed: true }, { outcome: "unknown" }, true],
  ["silence before the execution", { kind: "silence" }, { outcome: "unknown" }, false],
  ["silence after the execution", { kind: "silence", executed: true }, { outcome: "unknown" }, true],
  ["an answer that comes too late", { kind: "delay", ms: 700 }, { outcome: "unknown" }, true],
  ["503 Unknown error, not executed", { kind: "unknownError" }, { outcome: "unknown" }, false],
  ["503 Unknown error, executed", { kind: "unknownError", executed: true }, { outcome: "unknown" }, true],
  ["503 Service Unavailable", "serviceUnavailable", { outcome: "rejected", meaning: "busy" }, false],
  ["503 -1008 overload", "overload", { outcome: "rejected", code: -1008, meaning: "busy" }, false],
  ["503 -1001 Internal error", "internalError", { outcome: "unknown" }, false],
  ["-1007, not executed", { kind: "backendTimeout" }, { outcome: "unknown" }, false],
  ["-1007, executed", { kind: "backendTimeout", executed: true }, { outcome: "unknown" }, true],
  ["429", "ban", { outcome: "rejected", code: -1003, meaning: "busy" }, false],
  ["418", { kind: "ban", status: 418 }, { outcome: "rejected", code: -1003, meaning: "busy" }, false],
  ["403 from the firewall", "firewall", { outcome: "rejected", code: 403, meaning: "busy" }, false],
  ["451 from the region", "region", { outcome: "rejected", code: 451, meaning: "other" }, false],
  [
    "an HTML page in place of an answer",
    { kind: "answer", status: 200, text: "<html>hello</html>", executed: true },
    { outcome: "unknown" },
    true,
  ],
  ["half a JSON", { kind: "answer", status: 200, text: '{"clientOrderId":"', executed: true }, { outcome: "unknown" }, true],
  ["502 with a page", { kind: "answer", status: 502, text: "<html><title>Bad Gateway</title></html>" }, { outcome: "unknown" }, false],
  [
    "a code that nobody knows",
    { kind: "answer", code: -9876, msg: "New rule." },
    { outcome: "rejected", code: -9876, meaning: "other" },
    false,
  ],
  [
    "a redirect",
    { kind: "answer", status: 302, text: "", headers: { location: "http://127.0.0.1:1/" } },
    { outcome: "rejected", meaning: "other" },
    false,
  ],
];

describe("an entry that meets", () => {
  it.each(writes)("%s is told so, and is executed or not as the exchange says later", async (_what, fault, outcome, isExecuted) => {
    const intent = await entry();
    await plan({ on: "POST /fapi/v1/order", nth: 1, fault });

    const placed = await trader().placeEntry(intent);
    await plan();

    expect(placed).toMatchObject(outcome);
    expectNoSecret(placed);
    expect((await trader().findOrder(intent.symbol, intent.clientOrderId))?.status).toBe(isExecuted ? "filled" : undefined);
  });
});

/** The fault at every try, and what a read throws then. */
const reads: readonly (readonly [what: string, fault: FaultInput, error: object])[] = [
  ["a lost request", "lostRequest", { kind: "retryable" }],
  ["a lost answer", "lostResponse", { kind: "retryable" }],
  ["a reset", { kind: "reset" }, { kind: "retryable" }],
  ["silence", { kind: "silence" }, { kind: "retryable" }],
  ["503 Unknown error", { kind: "unknownError" }, { kind: "retryable" }],
  ["503 Service Unavailable", "serviceUnavailable", { kind: "retryable" }],
  ["overload", "overload", { kind: "retryable", code: -1008 }],
  ["an internal error", "internalError", { kind: "retryable", code: -1001 }],
  ["-1007", "backendTimeout", { kind: "retryable", code: -1007 }],
  ["429", { kind: "ban", ms: 30_000 }, { kind: "banned" }],
  ["418", { kind: "ban", status: 418, ms: 30_000 }, { kind: "banned" }],
  ["the firewall", "firewall", { kind: "banned" }],
  ["the region", "region", { kind: "fatal", code: 451 }],
  ["a wrong key", { kind: "answer", status: 401, code: -2015, msg: "Invalid API-key" }, { kind: "fatal", code: -2015 }],
];

describe("a read that meets", () => {
  it.each(reads)("%s says what may be done", async (_what, fault, error) => {
    await plan({ on: "GET /fapi/v3/account", fault });

    const thrown: unknown = await trader()
      .balance()
      .catch((one: unknown) => one);

    expect(thrown).toMatchObject(error);
    expectNoSecret(thrown);
  });

  it.each(reads.filter(([, , error]) => "kind" in error && error.kind === "retryable"))(
    "%s once gets its answer all the same",
    async (_what, fault) => {
      await plan({ on: "GET /fapi/v3/account", nth: 1, fault });

      expect(toText((await trader().balance()).walletBalance)).toMatch(/^\d+/);
    },
  );
});

describe("a ban", () => {
  it.each(["both", "message"] as const)(
    "ends when the exchange says (%s), to the millisecond or the second, and not before",
    async (states) => {
      await plan({ on: "GET /fapi/v3/account", nth: 1, fault: { kind: "ban", ms: 45_000, states } });
      const gateway = trader();
      const banned: unknown = await gateway.balance().catch((one: unknown) => one);
      const untilMs = clock.nowMs() + 45_000;

      expect(banned).toMatchObject({ kind: "banned", retryAtMs: untilMs });
      expect(await gateway.closeAtMarket(closeOf(await silently(entry)))).toMatchObject({ outcome: "rejected", meaning: "busy" });
      simulator.clock.advanceTo(untilMs);
      expect((await gateway.balance()).equity).toBeDefined();
    },
  );

  it("by header alone is kept as well", async () => {
    await plan({ on: "GET /fapi/v3/account", nth: 1, fault: { kind: "ban", ms: 45_000, states: "header" } });

    await expect(trader().balance()).rejects.toMatchObject({ kind: "banned", retryAtMs: clock.nowMs() + 45_000 });
  });

  it("grows to 418 for who sends on", async () => {
    await plan({ on: "GET /fapi/v3/account", nth: 1, fault: { kind: "ban", ms: 30_000 } });
    await trader()
      .balance()
      .catch(() => undefined);
    simulator.clock.advanceTo(clock.nowMs() + 1_000);
    // Another process, which knows nothing of the first one's ban.
    const stranger: unknown = await trader()
      .balance()
      .catch((one: unknown) => one);

    expect(stranger).toMatchObject({ kind: "banned", retryAtMs: clock.nowMs() + 120_000 });
    expect(String(stranger)).toContain("asked for silence");
  });
});

/** Made before the exchange falls silent for everybody. */
async function silently<Value>(make: () => Promise<Value>): Promise<Value> {
  await plan();
  return make();
}

describe("a position that shows late", () => {
  it("refuses its stop for a moment, is not in the list, and then is", async () => {
    const intent = await entry();
    const gateway = trader();
    await plan({ on: "POST /fapi/v1/order", nth: 1, fault: { kind: "lateVisibility", ms: 1_500 } });

    const placed = await gateway.placeEntry(intent);
    const [seenAtOnce, orderAtOnce, stopAtOnce] = [
      await gateway.positions(),
      await gateway.findOrder(intent.symbol, intent.clientOrderId),
      await gateway.placeProtection(stopOf(intent)),
    ];
    simulator.clock.advanceTo(clock.nowMs() + 1_500);
    const [seenLater, orderLater, stopLater] = [
      await gateway.positions(),
      await gateway.findOrder(intent.symbol, intent.clientOrderId),
      await gateway.placeProtection(stopOf(intent)),
    ];

    expect(placed).toEqual({ outcome: "accepted" });
    expect([seenAtOnce, orderAtOnce]).toEqual([[], undefined]);
    expect(stopAtOnce).toMatchObject({ outcome: "rejected", code: -4509, meaning: "needsPosition" });
    expect(seenLater.map(({ symbol }) => symbol)).toEqual(["ETHUSDT"]);
    expect([orderLater?.status, stopLater.outcome]).toEqual(["filled", "accepted"]);
  });
});

describe("a request that is delivered twice", () => {
  it("fills an entry twice, as the real exchange does, and the position tells", async () => {
    const intent = await entry();
    await plan({ on: "POST /fapi/v1/order", nth: 1, fault: "duplicateDelivery" });

    const placed = await trader().placeEntry(intent);
    const [position] = await trader().positions();

    expect(placed).toEqual({ outcome: "accepted" });
    expect(position && toText(position.quantity)).toBe(toText(intent.quantity.times(decimal("2"))));
  });

  it("leaves one stop, and its second answer is understood as already so", async () => {
    const intent = await entry();
    await trader().placeEntry(intent);
    await plan({ on: "POST /fapi/v1/algoOrder", nth: 1, fault: "duplicateDelivery" });

    const placed = await trader().placeProtection(stopOf(intent));

    expect(placed).toEqual({ outcome: "accepted" });
    expect(await trader().openProtections()).toHaveLength(1);
  });

  it("cancels once", async () => {
    const intent = await entry();
    await trader().placeEntry(intent);
    await trader().placeProtection(stopOf(intent));
    await plan({ on: "DELETE /fapi/v1/algoOrder", nth: 1, fault: "duplicateDelivery" });

    expect(await trader().cancelProtection(intent.symbol, stopOf(intent).clientOrderId)).toEqual({ outcome: "accepted" });
    expect(await trader().openProtections()).toEqual([]);
  });
});

describe("an exchange whose clock is off", () => {
  it.each([-90_000, -4_000, 4_000, 90_000])("by %i ms is traded with all the same", async (ms) => {
    const intent = await entry();
    await plan({ on: "* /fapi/*", fault: { kind: "clockSkew", ms } });

    expect(await trader().placeEntry(intent)).toEqual({ outcome: "accepted" });
    expect(await marketData().serverTimeMs()).toBe(clock.nowMs() + ms);
  });
});

describe("an overloaded exchange", () => {
  it("takes what only reduces, and no entry", async () => {
    const intent = await entry();
    await trader().placeEntry(intent);
    await plan({ on: "* /fapi/*", fault: "overload" });
    const gateway = trader();

    expect(await gateway.placeEntry(intent)).toMatchObject({ outcome: "rejected", code: -1008 });
    expect(await gateway.placeProtection(stopOf(intent))).toEqual({ outcome: "accepted" });
    expect(await gateway.closeAtMarket(closeOf(intent))).toEqual({ outcome: "accepted" });
  });
});

describe("an exchange that repeats what it was sent", () => {
  it("does not put a key into our errors", async () => {
    const { apiKey, apiSecret } = simulator;
    const msg = `Bad request: X-MBX-APIKEY: ${apiKey} secret ${apiSecret} https://x.example/fapi?symbol=A&signature=abcdef`;
    await plan({ on: "* /fapi/*", fault: { kind: "answer", code: -1102, msg } });

    const thrown: unknown = await trader()
      .balance()
      .catch((one: unknown) => one);
    const placed = await trader().closeAtMarket({
      clientOrderId: "x",
      symbol: "ETHUSDT",
      direction: "long",
      quantity: instrument.minQuantity,
    });

    expectNoSecret(thrown);
    expectNoSecret(placed);
    expect(placed).toMatchObject({ outcome: "rejected", code: -1102 });
  });
});

describe("every code that the exchange may answer", () => {
  const coded = errorTable.filter(({ codes }) => codes !== undefined);

  it.each(coded)(
    "$name is understood over the wire, for an order and for a read, and the order is sent once",
    async ({ codes = [], write, read }) => {
      for (const code of codes) {
        await plan(
          { on: "POST /fapi/v1/order", fault: { kind: "answer", code, msg: "Words." } },
          { on: "GET /fapi/v3/account", fault: { kind: "answer", code, msg: "Words." } },
        );
        const placed = await trader().closeAtMarket({
          clientOrderId: "x",
          symbol: "ETHUSDT",
          direction: "long",
          quantity: instrument.minQuantity,
        });
        const thrown: unknown = await trader()
          .balance()
          .catch((one: unknown) => one);
        const { rules } = (await (await fetch(`${simulator.url}/simulator/faults`)).json()) as { rules: readonly { matched: number }[] };

        const accepted = write === "alreadySo";
        // Behind a duplicate id there is no order here: that is not known to be ours.
        const expected = write === "unknown" || code === -4116 ? { outcome: "unknown" } : { outcome: "rejected", code, meaning: write };
        expect(placed, String(code)).toMatchObject(accepted ? { outcome: "accepted" } : expected);
        expect(thrown, String(code)).toMatchObject({ kind: read, code });
        // A refused timestamp was not executed and is sent once more with the right one.
        expect(rules[0]?.matched, String(code)).toBe(code === -1021 || code === -5028 ? 2 : 1);
      }
    },
  );
});

describe("the control routes", () => {
  it("tell what was done to which request, and refuse a plan that is wrong", async () => {
    await plan({ on: "GET /fapi/v3/account", nth: 1, fault: "serviceUnavailable" });
    await trader().balance();
    const status: unknown = await (await fetch(`${simulator.url}/simulator/faults`)).json();
    const refused = await fetch(`${simulator.url}/simulator/faults`, { method: "PUT", body: '{"rules":[{"on":"GET /x","fault":"no"}]}' });

    expect(status).toMatchObject({
      seed: "7",
      rules: [{ on: "GET /fapi/v3/account", kind: "serviceUnavailable", matched: 2, injected: 1 }],
      latest: [{ request: "GET /fapi/v3/account", kind: "serviceUnavailable" }],
    });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("rules.0.fault");
  });
});
