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

it("tells deposits and withdrawals in the span, both ends included, each once and in USDT alone", async () => {
  exchange.answer("GET /fapi/v1/income", {
    json: [
      transfer("1000.5", nowMs - 500, 1),
      transfer("1000.5", nowMs - 500, 1),
      transfer("-0.25", nowMs - 400, 2),
      transfer("3", nowMs - 300, 3, "BNB"),
      transfer("77", nowMs - 1_001, 4),
      transfer("5", nowMs - 1_000, 5),
      transfer("-6", nowMs, 6),
      transfer("88", nowMs + 1, 7),
    ],
  });

  const told = await gateway.transfersBetween(nowMs - 1_000, nowMs);
  expect(told.map(({ amount, timeMs }) => [amount.toFixed(), timeMs - nowMs])).toEqual([
    ["1000.5", -500],
    ["-0.25", -400],
    ["5", -1_000],
    ["-6", 0],
  ]);
  expect(new Set(told.map(({ id }) => id)).size).toBe(4);
});

it("asks week by week, and no further back than the exchange remembers", async () => {
  exchange.answer("GET /fapi/v1/income", { json: [] });

  await gateway.transfersBetween(nowMs - 20 * dayMs, nowMs);
  expect(exchange.requests).toHaveLength(3);
  await gateway.transfersBetween(0, nowMs);
  expect(exchange.requests).toHaveLength(3 + 13);
});
