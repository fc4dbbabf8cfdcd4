import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type StubExchange, startStubExchange, steppedClock } from "../test/stub-exchange.ts";
import { createBinanceOrderGateway } from "./order-gateway.ts";

let exchange: StubExchange;
let gateway: OrderGateway;

beforeEach(async () => {
  exchange = await startStubExchange();
  const clock = steppedClock(Date.parse("2024-03-01T00:15:02.000Z"));
  gateway = createBinanceOrderGateway({ baseUrl: exchange.baseUrl, apiKey: "key", apiSecret: "secret", clock, timeoutMs: 400 });
  exchange.answer("POST /fapi/v1/marginType", { json: { code: 200, msg: "success" } });
  exchange.answer("POST /fapi/v1/leverage", { json: { leverage: 7, maxNotionalValue: "1000000", symbol: "BTCUSDT" } });
});
afterEach(() => exchange.close());

const settings = (marginType: string, leverage: number) => ({
  json: [{ symbol: "BTCUSDT", marginType, leverage, isAutoAddMargin: false }],
});

describe("prepareSymbol", () => {
  it("changes nothing when the symbol is prepared already", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("ISOLATED", 7));

    await gateway.prepareSymbol("BTCUSDT", 7);

    expect(exchange.requests.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("sets both and looks again", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("CROSSED", 20), settings("ISOLATED", 7));

    await gateway.prepareSymbol("BTCUSDT", 7);

    const routes = exchange.requests.map(({ method, path }) => `${method} ${path}`);
    expect([routes.at(0), routes.at(-1)]).toEqual(["GET /fapi/v1/symbolConfig", "GET /fapi/v1/symbolConfig"]);
    expect(routes.slice(1, -1).sort()).toEqual(["POST /fapi/v1/leverage", "POST /fapi/v1/marginType"]);
    expect(exchange.sent("POST /fapi/v1/marginType")[0]?.query.get("marginType")).toBe("ISOLATED");
    expect(exchange.sent("POST /fapi/v1/leverage")[0]?.query.get("leverage")).toBe("7");
  });

  it("sends both before either is answered", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("CROSSED", 20), settings("ISOLATED", 7));
    let arrive = () => {};
    const bothAreHere = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const afterTheOther = (json: unknown) => async () => {
      if (exchange.requests.filter(({ method }) => method === "POST").length === 2) arrive();
      await bothAreHere;
      return { json };
    };
    exchange.answer("POST /fapi/v1/marginType", afterTheOther({ code: 200, msg: "success" }));
    exchange.answer("POST /fapi/v1/leverage", afterTheOther({ leverage: 7 }));

    await expect(gateway.prepareSymbol("BTCUSDT", 7)).resolves.toBeUndefined();
    expect(exchange.requests).toHaveLength(4);
  });

  it("looks also when both outcomes are unknown, and believes what it sees", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("CROSSED", 20), settings("ISOLATED", 7));
    exchange.answer("POST /fapi/v1/marginType", "reset");
    exchange.answer("POST /fapi/v1/leverage", "reset");

    await expect(gateway.prepareSymbol("BTCUSDT", 7)).resolves.toBeUndefined();
  });

  it("fails with the refusal of the margin type also when the leverage was taken", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("CROSSED", 20));
    exchange.answer("POST /fapi/v1/marginType", { status: 400, json: { code: -4047, msg: "Margin type cannot be changed." } });

    await expect(gateway.prepareSymbol("BTCUSDT", 7)).rejects.toMatchObject({ kind: "fatal", code: -4047 });
  });

  it("is content with a margin type that needs no change", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("CROSSED", 7), settings("ISOLATED", 7));
    exchange.answer("POST /fapi/v1/marginType", { status: 400, json: { code: -4046, msg: "No need to change margin type." } });

    await expect(gateway.prepareSymbol("BTCUSDT", 7)).resolves.toBeUndefined();
  });

  it("settles an unknown outcome by looking", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("ISOLATED", 20), settings("ISOLATED", 7));
    exchange.answer("POST /fapi/v1/leverage", "reset");

    await expect(gateway.prepareSymbol("BTCUSDT", 7)).resolves.toBeUndefined();
  });

  it("fails, to be tried again, when an unknown outcome turns out not to have happened", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("ISOLATED", 20));
    exchange.answer("POST /fapi/v1/leverage", "reset");

    await expect(gateway.prepareSymbol("BTCUSDT", 7)).rejects.toMatchObject({ kind: "retryable" });
  });

  it("fails for good when the exchange said yes and did something else", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("ISOLATED", 20));

    await expect(gateway.prepareSymbol("BTCUSDT", 7)).rejects.toMatchObject({ kind: "fatal" });
    await expect(gateway.prepareSymbol("BTCUSDT", 7)).rejects.toThrow("BTCUSDT is at ISOLATED 20x and not at ISOLATED 7x as set");
  });

  it("fails with the exchange's reason when it refuses", async () => {
    exchange.answer("GET /fapi/v1/symbolConfig", settings("CROSSED", 7));
    exchange.answer("POST /fapi/v1/marginType", {
      status: 400,
      json: { code: -4048, msg: "Margin type cannot be changed if there exists position." },
    });

    const call = gateway.prepareSymbol("BTCUSDT", 7);

    await expect(call).rejects.toMatchObject({ kind: "fatal", code: -4048 });
    await expect(call).rejects.toThrow("isolated margin of BTCUSDT");
  });
});
