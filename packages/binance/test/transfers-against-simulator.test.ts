import { parseConfiguration } from "@winiswin/application/configuration";
import { watchAccount } from "@winiswin/application/execution/account/account-watch";
import type { Clock } from "@winiswin/application/ports/clock";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { createBinanceOrderGateway } from "@winiswin/binance";
import { transferFogMs } from "@winiswin/domain/risk/equity-marks-history";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { collectedEvents, inMemoryControlStore, silentLogger } from "@winiswin/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";

const weekMs = 7 * 86_400_000;
/** The account is opened here, with a deposit of 10,000 USDT. */
const openedMs = Date.parse("2026-03-02T10:00:00Z");

let simulator: ExchangeSimulator;
let clock: Clock;
let gateway: OrderGateway;
beforeEach(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 5, seed: "transfers" },
    clock: { kind: "stepped", startMs: openedMs },
  });
  clock = {
    nowMs: () => simulator.clock.nowMs(),
    sleepUntil: async (atMs) => simulator.clock.advanceTo(Math.max(atMs, simulator.clock.nowMs())),
    realMsUntil: () => 0,
  };
  gateway = createBinanceOrderGateway({ baseUrl: simulator.url, apiKey: simulator.apiKey, apiSecret: simulator.apiSecret, clock });
});
afterEach(() => simulator.stop());

it("tells a deposit at both ends of the span that holds its instant, and on no other side", async () => {
  const amounts = async (sinceMs: number, untilMs: number) =>
    (await gateway.transfersBetween(sinceMs, untilMs)).map(({ amount, timeMs }) => [amount.toFixed(), timeMs]);

  expect(await amounts(openedMs, openedMs)).toEqual([["10000", openedMs]]);
  expect(await amounts(openedMs - weekMs, openedMs)).toEqual([["10000", openedMs]]);
  expect(await amounts(openedMs - 3 * weekMs, openedMs + transferFogMs)).toEqual([["10000", openedMs]]);
  expect(await amounts(openedMs + 1, openedMs + 3 * weekMs)).toEqual([]);
  expect(await amounts(openedMs - weekMs, openedMs - 1)).toEqual([]);
});

it("leaves out the look at the moment of the deposit, and counts from the next", async () => {
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error(configuration.failure.join("; "));
  const [control, bus] = [inMemoryControlStore(), collectedEvents()];
  const look = () => watchAccount([], { clock, gateway, control, eventBus: bus, configuration: configuration.value, logger: silentLogger });

  await look();
  simulator.clock.advanceTo(openedMs + 900_000);
  const marks = await look();

  expect(marks).toMatchObject({ atMs: openedMs + 900_000 });
  expect([marks?.dayStartEquity, marks?.peakEquity, marks?.equity].map((mark) => mark?.toFixed())).toEqual(["10000", "10000", "10000"]);
  expect((await control.riskRecord("main"))?.history.transfers).toMatchObject([{ timeMs: openedMs }]);
  expect(bus.events).toEqual([]);
});
