import { createHmac } from "node:crypto";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestWeight } from "../src/request-weight.ts";

const startMs = Date.parse("2026-11-21T10:00:02.000Z");
let simulator: ExchangeSimulator;
beforeAll(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 5, seed: "weights" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
});
afterAll(() => simulator.stop());

let before = 0;
/** What the exchange counted for one signed request. */
async function countedWeight(method: string, endpoint: string, parameters: Readonly<Record<string, string>>): Promise<number> {
  const query = new URLSearchParams({ ...parameters, timestamp: String(startMs) }).toString();
  const signature = createHmac("sha256", simulator.apiSecret).update(query).digest("hex");
  const response = await fetch(`${simulator.url}/${endpoint}?${query}&signature=${signature}`, {
    method,
    headers: { "X-MBX-APIKEY": simulator.apiKey },
  });
  await response.arrayBuffer();
  const used = Number(response.headers.get("x-mbx-used-weight-1m"));
  const weight = used - before;
  before = used;
  return weight;
}

const symbol = "BTCUSDT";
const requests: readonly (readonly ["GET" | "POST" | "DELETE", string, Readonly<Record<string, string>>])[] = [
  ["GET", "fapi/v1/time", {}],
  ["GET", "fapi/v1/exchangeInfo", {}],
  ...["1", "99", "100", "499", "500", "1000", "1001", "1500"].map(
    (limit) => ["GET", "fapi/v1/klines", { symbol, interval: "15m", limit }] as const,
  ),
  ["GET", "fapi/v1/klines", { symbol, interval: "15m" }],
  ["GET", "fapi/v1/premiumIndex", {}],
  ["GET", "fapi/v1/premiumIndex", { symbol }],
  ["GET", "fapi/v1/fundingInfo", {}],
  ["GET", "fapi/v1/ticker/24hr", {}],
  ["GET", "fapi/v1/ticker/24hr", { symbol }],
  ["GET", "fapi/v1/ticker/bookTicker", {}],
  ["GET", "fapi/v1/ticker/bookTicker", { symbol }],
  ["GET", "fapi/v3/account", {}],
  ["GET", "fapi/v3/positionRisk", {}],
  ["GET", "fapi/v1/accountConfig", {}],
  ["GET", "fapi/v1/symbolConfig", { symbol }],
  ["GET", "fapi/v1/leverageBracket", { symbol }],
  ["GET", "fapi/v1/commissionRate", { symbol }],
  ["GET", "fapi/v1/income", {}],
  ["GET", "fapi/v1/userTrades", { symbol }],
  ["GET", "fapi/v1/order", { symbol, origClientOrderId: "x" }],
  ["GET", "fapi/v1/openOrders", {}],
  ["GET", "fapi/v1/algoOrder", { clientAlgoId: "x" }],
  ["GET", "fapi/v1/openAlgoOrders", {}],
  ["GET", "fapi/v1/openAlgoOrders", { symbol }],
  ["GET", "fapi/v1/positionSide/dual", {}],
  ["GET", "fapi/v1/multiAssetsMargin", {}],
  ["GET", "fapi/v1/allOrders", { symbol }],
  ["GET", "fapi/v1/allAlgoOrders", { symbol }],
  ["GET", "fapi/v1/openInterest", { symbol }],
  ...["5", "50", "100", "500", "1000"].map((limit) => ["GET", "fapi/v1/depth", { symbol, limit }] as const),
  ["POST", "fapi/v1/countdownCancelAll", { symbol, countdownTime: "0" }],
  ["POST", "fapi/v1/order", { symbol, side: "BUY", type: "MARKET", quantity: "0.01" }],
  ["POST", "fapi/v1/algoOrder", {}],
  ["POST", "fapi/v1/leverage", { symbol, leverage: "5" }],
  ["POST", "fapi/v1/marginType", { symbol, marginType: "ISOLATED" }],
  ["DELETE", "fapi/v1/algoOrder", { clientAlgoId: "x" }],
];

describe("what a request is said to weigh", () => {
  it.each(requests)("is what the exchange counts: %s %s %j", async (method, endpoint, parameters) => {
    expect(requestWeight(method, endpoint, parameters)).toBe(await countedWeight(method, endpoint, parameters));
  });
});
