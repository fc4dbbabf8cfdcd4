import { describe, expect, test } from "vitest";
import { statusAt } from "../market/instrument.ts";
import { instrumentsIn, instrumentsOf } from "./live-instruments.ts";

const nowMs = Date.UTC(2026, 10, 21);

/** As Binance lists a contract. */
const listing = (changes: object = {}, filters: Record<string, object> = {}) => ({
  symbol: "BTCUSDT",
  pair: "BTCUSDT",
  contractType: "PERPETUAL",
  deliveryDate: 4_133_404_800_000,
  onboardDate: 1_569_398_400_000,
  status: "TRADING",
  maintMarginPercent: "2.5000",
  requiredMarginPercent: "5.0000",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  marginAsset: "USDT",
  pricePrecision: 2,
  quantityPrecision: 3,
  underlyingType: "COIN",
  underlyingSubType: ["PoW"],
  triggerProtect: "0.0500",
  liquidationFee: "0.012500",
  marketTakeBound: "0.05",
  filters: [
    { filterType: "PRICE_FILTER", minPrice: "556.80", maxPrice: "4529764", tickSize: "0.10", ...filters.PRICE_FILTER },
    { filterType: "LOT_SIZE", minQty: "0.001", maxQty: "1000", stepSize: "0.001" },
    { filterType: "MARKET_LOT_SIZE", minQty: "0.001", maxQty: "120", stepSize: "0.001" },
    { filterType: "MAX_NUM_ORDERS", limit: 200 },
    { filterType: "MIN_NOTIONAL", notional: "100" },
    { filterType: "PERCENT_PRICE", multiplierUp: "1.0500", multiplierDown: "0.9500", multiplierDecimal: "4" },
    { filterType: "POSITION_RISK_CONTROL", positionControlSide: "NONE" },
  ],
  ...changes,
});

const read = (...symbols: readonly object[]) => instrumentsOf({ timezone: "UTC", symbols });

describe("listed contracts", () => {
  test("bring their limits as the exchange states them", () => {
    expect(read(listing())?.[0]).toMatchObject({
      symbol: "BTCUSDT",
      tickSize: "0.10",
      tickDecimals: 1,
      tickValue: 0.1,
      stepSize: "0.001",
      stepDecimals: 3,
      maxQuantity: "1000",
      maxMarketQuantity: "120",
      minNotional: "100",
      marketTakeBound: "0.05",
      maxLeverage: 125,
    });
  });

  test("count prices in their last decimal, whatever the tick", () => {
    const [coarse] = read(listing({}, { PRICE_FILTER: { tickSize: "10" } }))!;
    const [half] = read(listing({}, { PRICE_FILTER: { tickSize: "0.050" } }))!;
    expect([coarse?.tickDecimals, coarse?.tickValue]).toEqual([0, 1]);
    expect([half?.tickDecimals, half?.tickValue, half?.tickSize]).toEqual([2, 0.01, "0.050"]);
  });

  test("trade only while the exchange says so", () => {
    const statuses = ["TRADING", "PENDING_TRADING", "SETTLING", "PRE_DELIVERING", "SOMETHING_NEW"];
    const found = read(...statuses.map((status) => listing({ status, symbol: status })))!;
    expect(found.map((instrument) => statusAt(instrument, nowMs))).toEqual([
      "TRADING",
      "PENDING_TRADING",
      "SETTLING",
      "SETTLING",
      "SETTLING",
    ]);
  });

  test("of another quote, kind or shape are left out, and a body without any is no list", () => {
    const others = [
      listing({ quoteAsset: "USDC", marginAsset: "USDC" }),
      listing({ contractType: "NEXT_QUARTER" }),
      listing({ contractType: "" }),
      listing({ filters: [] }),
      listing({}, { PRICE_FILTER: { tickSize: 0.1 } }),
      { symbol: "X" },
    ];
    expect(read(listing(), ...others)).toHaveLength(1);
    expect(read(...others)).toBeUndefined();
    expect([instrumentsOf({}), instrumentsOf(null), instrumentsIn("<html>")]).toEqual([undefined, undefined, undefined]);
  });
});
