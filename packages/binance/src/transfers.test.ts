import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type StubExchange, startStubExchange, steppedClock } from "../test/stub-exchange.ts";
import { createBinanceOrderGateway } from "./order-gateway.ts";

const dayMs = 86_400_000;
const nowMs = Date.parse("2024-03-01T00:15:02.000Z");

let exchange: StubExchange;
let gateway: OrderGateway;
beforeEach(async () => {
  exchange = await startStubExchange();
  gateway = createBinanceOrderGateway({ baseUrl: exchange.baseUrl, apiKey: "key", apiSecret: "secret", clock: steppedClock(nowMs) });
});
afterEach(() => exchange.close());

const transfer = (income: string, time: number, tranId: number, asset = "USDT") => ({
  symbol: "",
  incomeType: "TRANSFER",
  income,
  asset,
  info: "",
  time,
  tranId,
  tradeId: "",
});

it("sums deposits less withdrawals in the span, each once and in USDT alone", async () => {
  exchange.answer("GET /fapi/v1/income", {
    json: [
      transfer("1000.5", nowMs - 500, 1),
      transfer("1000.5", nowMs - 500, 1),
      transfer("-0.25", nowMs - 400, 2),
      transfer("3", nowMs - 300, 3, "BNB"),
      transfer("77", nowMs - 2_000, 4),
    ],
  });

  expect((await gateway.transfersBetween(nowMs - 1_000, nowMs)).toFixed()).toBe("1000.25");
});

it("asks week by week, and no further back than the exchange remembers", async () => {
  exchange.answer("GET /fapi/v1/income", { json: [] });

  await gateway.transfersBetween(nowMs - 20 * dayMs, nowMs);
  expect(exchange.requests).toHaveLength(3);
  await gateway.transfersBetween(0, nowMs);
  expect(exchange.requests).toHaveLength(3 + 13);
});
