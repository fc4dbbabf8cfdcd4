import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { toText } from "@winiswin/domain/decimal";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type StubExchange, startStubExchange, steppedClock } from "../test/stub-exchange.ts";
import { createBinanceOrderGateway } from "./order-gateway.ts";

let exchange: StubExchange;
let gateway: OrderGateway;

beforeEach(async () => {
  exchange = await startStubExchange();
  const clock = steppedClock(Date.parse("2024-03-01T00:15:02.000Z"));
  gateway = createBinanceOrderGateway({ baseUrl: exchange.baseUrl, apiKey: "key", apiSecret: "secret", clock, timeoutMs: 400 });
});
afterEach(() => exchange.close());

describe("balance", () => {
  it("is the USDT of the account with the profit of isolated positions", async () => {
    const asset = (name: string, walletBalance: string) => ({
      asset: name,
      walletBalance,
      unrealizedProfit: "-12.50000000",
      availableBalance: "0E-8",
    });
    exchange.answer("GET /fapi/v3/account", {
      json: { totalWalletBalance: "9", assets: [asset("BNB", "3"), asset("USDT", "1000.25")], positions: [] },
    });

    const balance = await gateway.balance();

    expect([balance.walletBalance, balance.unrealisedProfit, balance.availableBalance, balance.equity].map(toText)).toEqual([
      "1000.25",
      "-12.5",
      "0",
      "987.75",
    ]);
  });

  it("is read also when another asset is told in another way", async () => {
    exchange.answer("GET /fapi/v3/account", {
      json: {
        assets: [
          { asset: "BNFCR", walletBalance: null },
          { asset: "USDT", walletBalance: "5", unrealizedProfit: "0", availableBalance: "5" },
        ],
      },
    });

    expect(toText((await gateway.balance()).equity)).toBe("5");
  });

  it("is not guessed when that of USDT is told in another way", async () => {
    exchange.answer("GET /fapi/v3/account", { json: { assets: [{ asset: "USDT", walletBalance: 5 }] } });

    await expect(gateway.balance()).rejects.toMatchObject({ kind: "fatal", message: expect.stringContaining("walletBalance") });
  });

  it("is 0 in an account that never had USDT", async () => {
    exchange.answer("GET /fapi/v3/account", { json: { assets: [] } });

    expect(toText((await gateway.balance()).equity)).toBe("0");
  });
});

const position = (changes: Readonly<Record<string, unknown>>) => ({
  symbol: "BTCUSDT",
  positionSide: "BOTH",
  positionAmt: "-0.020",
  entryPrice: "62000.0",
  breakEvenPrice: "61969.0",
  markPrice: "61000.00000000",
  unRealizedProfit: "20.00000000",
  liquidationPrice: "0",
  notional: "-1220.00000000",
  ...changes,
});

describe("positions", () => {
  it("are unsigned with a direction, and have no liquidation price where the exchange states 0", async () => {
    const other = position({ symbol: "ETHUSDT", positionAmt: "1.5", liquidationPrice: "1800.55", notional: "4500" });
    exchange.answer("GET /fapi/v3/positionRisk", { json: [position({}), other, position({ symbol: "XRPUSDT", positionAmt: "0" })] });

    const positions = await gateway.positions();

    expect(
      positions.map(({ symbol, direction, quantity, liquidationPrice, notional }) => [
        symbol,
        direction,
        toText(quantity),
        liquidationPrice && toText(liquidationPrice),
        toText(notional),
      ]),
    ).toEqual([
      ["BTCUSDT", "short", "0.02", undefined, "1220"],
      ["ETHUSDT", "long", "1.5", "1800.55", "4500"],
    ]);
  });

  it("are seen also beside an empty row that is told in another way", async () => {
    const empty = { symbol: "OLDUSDT", positionAmt: "0.000", markPrice: "" };
    exchange.answer("GET /fapi/v3/positionRisk", { json: [empty, position({ liquidationPrice: "" })] });

    expect((await gateway.positions()).map(({ symbol, liquidationPrice }) => [symbol, liquidationPrice])).toEqual([["BTCUSDT", undefined]]);
  });

  it.each([
    ["an amount that is no decimal", { positionAmt: "lots" }],
    ["no entry price", { entryPrice: null }],
  ])("are not told as fewer when one of them has %s", async (_what, oddity) => {
    exchange.answer("GET /fapi/v3/positionRisk", { json: [position({}), position({ symbol: "ETHUSDT", ...oddity })] });

    await expect(gateway.positions()).rejects.toMatchObject({ kind: "fatal" });
  });

  it("of an account in hedge mode are refused", async () => {
    exchange.answer("GET /fapi/v3/positionRisk", { json: [position({ positionSide: "SHORT" })] });

    await expect(gateway.positions()).rejects.toMatchObject({ kind: "fatal" });
  });
});

describe("the rules of the account", () => {
  it("must be one-way mode", async () => {
    exchange.answer("GET /fapi/v1/accountConfig", { json: { dualSidePosition: false } }, { json: { dualSidePosition: true } });

    await expect(gateway.requireOneWayMode()).resolves.toBeUndefined();
    await expect(gateway.requireOneWayMode()).rejects.toThrow("the account is in hedge mode and this system needs one-way mode");
  });

  it("have a taker fee per symbol", async () => {
    exchange.answer("GET /fapi/v1/commissionRate", {
      json: { symbol: "BTCUSDT", makerCommissionRate: "0.0002", takerCommissionRate: "0.000450" },
    });

    expect(toText(await gateway.takerFeeRate("BTCUSDT"))).toBe("0.00045");
  });

  it("have leverage brackets, given as an object or as an array of one, smallest first", async () => {
    const brackets = [
      { bracket: 2, initialLeverage: 100, notionalCap: 9_223_372_036_854_776_000, notionalFloor: 50_000, maintMarginRatio: 0.005, cum: 50 },
      { bracket: 1, initialLeverage: 125, notionalCap: 50_000, notionalFloor: 0, maintMarginRatio: 0.004, cum: 0.0 },
    ];
    exchange.answer("GET /fapi/v1/leverageBracket", { json: { symbol: "BTCUSDT", brackets } }, { json: [{ symbol: "BTCUSDT", brackets }] });

    const fromObject = await gateway.leverageBrackets("BTCUSDT");
    const fromArray = await gateway.leverageBrackets("BTCUSDT");

    expect(fromObject).toEqual(fromArray);
    expect(fromObject.map(({ maximumLeverage, maintenanceMarginRate }) => [maximumLeverage, toText(maintenanceMarginRate)])).toEqual([
      [125, "0.004"],
      [100, "0.005"],
    ]);
  });
});
