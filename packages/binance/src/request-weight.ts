type Weight = number | { readonly one: number; readonly all: number };

/** Request weight by method and endpoint, as documented (September 2026); what a symbol makes cheaper has both. */
const weights: Readonly<Record<string, Weight>> = {
  "GET fapi/v1/ping": 1,
  "GET fapi/v1/time": 1,
  "GET fapi/v1/exchangeInfo": 1,
  "GET fapi/v1/premiumIndex": { one: 1, all: 10 },
  "GET fapi/v1/fundingRate": 0,
  "GET fapi/v1/fundingInfo": 0,
  "GET fapi/v1/ticker/24hr": { one: 1, all: 40 },
  "GET fapi/v1/ticker/bookTicker": { one: 2, all: 5 },
  "GET fapi/v2/ticker/price": { one: 1, all: 2 },
  "GET fapi/v1/openInterest": 1,
  "GET fapi/v3/account": 5,
  "GET fapi/v3/balance": 5,
  "GET fapi/v3/positionRisk": 5,
  "GET fapi/v1/accountConfig": 5,
  "GET fapi/v1/symbolConfig": 5,
  "GET fapi/v1/leverageBracket": 1,
  "GET fapi/v1/commissionRate": 20,
  "GET fapi/v1/income": 30,
  "GET fapi/v1/positionSide/dual": 30,
  "GET fapi/v1/multiAssetsMargin": 30,
  "GET fapi/v1/feeBurn": 30,
  "GET fapi/v1/aggTrades": 20,
  "GET fapi/v1/forceOrders": { one: 20, all: 50 },
  "GET fapi/v1/apiTradingStatus": { one: 1, all: 10 },
  "GET fapi/v1/rateLimit/order": 1,
  "GET fapi/v1/openOrder": 1,
  "GET fapi/v1/order": 1,
  "GET fapi/v1/openOrders": { one: 1, all: 40 },
  "GET fapi/v1/allOrders": 5,
  "GET fapi/v1/userTrades": 5,
  "GET fapi/v1/algoOrder": 1,
  "GET fapi/v1/openAlgoOrders": { one: 1, all: 40 },
  "GET fapi/v1/allAlgoOrders": 5,
  "POST fapi/v1/order": 0,
  "POST fapi/v1/algoOrder": 0,
  "POST fapi/v1/batchOrders": 5,
  "POST fapi/v1/countdownCancelAll": 10,
};

/** Of an endpoint that is not listed: most settings and cancellations weigh 1, most unlisted reads 5. */
const usualWeight = (method: string): number => (method === "GET" ? 5 : 1);

const klines = /^fapi\/v1\/(k|markPriceK|indexPriceK|premiumIndexK|continuousK)lines$/;

/** What a request costs of the 2,400 a minute. */
export function requestWeight(
  method: "GET" | "POST" | "PUT" | "DELETE",
  endpoint: string,
  parameters: Readonly<Record<string, string>> = {},
): number {
  if (klines.test(endpoint)) return weightByLimit(Number(parameters.limit ?? 500), [99, 1], [499, 2], [1_000, 5], 10);
  if (endpoint === "fapi/v1/depth") return weightByLimit(Number(parameters.limit ?? 500), [50, 2], [100, 5], [500, 10], 20);
  const weight = weights[`${method} ${endpoint}`] ?? usualWeight(method);
  if (typeof weight === "number") return weight;
  return parameters.symbol === undefined ? weight.all : weight.one;
}

function weightByLimit(limit: number, ...steps: readonly [...(readonly [number, number])[], number]): number {
  for (const step of steps) {
    if (typeof step === "number") return step;
    if (limit <= step[0]) return step[1];
  }
  throw new Error("the last step has no limit");
}
