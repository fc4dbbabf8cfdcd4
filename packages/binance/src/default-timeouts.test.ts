import { expect, it, vi } from "vitest";
import { steppedClock } from "../test/stub-exchange.ts";
import { createBinanceMarketData } from "./market-data.ts";
import { createBinanceOrderGateway } from "./order-gateway.ts";
import { createSdkClients, type SdkOptions } from "./sdk.ts";

vi.mock(import("./sdk.ts"), async (load) => {
  const original = await load();
  return { ...original, createSdkClients: vi.fn(original.createSdkClients) };
});

const timeoutsGivenTo = (make: () => unknown): Pick<SdkOptions, "readTimeoutMs" | "writeTimeoutMs"> => {
  vi.mocked(createSdkClients).mockClear();
  make();
  const options = vi.mocked(createSdkClients).mock.calls[0]?.[0];
  if (options === undefined) throw new Error("no SDK client was made");
  return { readTimeoutMs: options.readTimeoutMs, writeTimeoutMs: options.writeTimeoutMs };
};

const baseUrl = "http://127.0.0.1:1";
const clock = steppedClock(0);
const account = { baseUrl, clock, apiKey: "key", apiSecret: "secret" };

it("reads wait 8 s and orders 5 s, and a shorter wish counts for both", () => {
  expect(timeoutsGivenTo(() => createBinanceMarketData({ baseUrl, clock })).readTimeoutMs).toBe(8_000);
  expect(timeoutsGivenTo(() => createBinanceOrderGateway(account))).toEqual({ readTimeoutMs: 8_000, writeTimeoutMs: 5_000 });
  expect(timeoutsGivenTo(() => createBinanceOrderGateway({ ...account, timeoutMs: 2_000 }))).toEqual({
    readTimeoutMs: 2_000,
    writeTimeoutMs: 2_000,
  });
});
