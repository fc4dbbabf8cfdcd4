import { describe, expect, it } from "vitest";
import { candlesFromRows } from "./candle-rows.ts";

const quarterMs = 900_000;
const openTimeMs = 1_700_000_100_000;

const row = (index: number, changes: Readonly<Record<number, unknown>> = {}): unknown[] => {
  const start = openTimeMs + index * quarterMs;
  const fields: unknown[] = [
    start,
    "100.10",
    "101.00",
    "99.50",
    "100.70",
    "12.500",
    start + quarterMs - 1,
    "1253.75",
    42,
    "6.250",
    "626.9",
    "0",
  ];
  for (const [field, value] of Object.entries(changes)) fields[Number(field)] = value;
  return fields;
};

describe("candlesFromRows", () => {
  it("reads every field of a row", () => {
    const candles = candlesFromRows([row(0)], "15m", openTimeMs + quarterMs);

    expect(candles).toEqual([
      {
        openTimeMs,
        open: 100.1,
        high: 101,
        low: 99.5,
        close: 100.7,
        volume: 12.5,
        quoteVolume: 1253.75,
        tradeCount: 42,
        takerBuyVolume: 6.25,
      },
    ]);
  });

  it("includes the candle that closes exactly at the limit and drops the one still open", () => {
    const rows = [row(0), row(1), row(2)];

    expect(candlesFromRows(rows, "15m", openTimeMs + 2 * quarterMs)).toHaveLength(2);
    expect(candlesFromRows(rows, "15m", openTimeMs + 2 * quarterMs - 1)).toHaveLength(1);
  });

  it("knows no flow and no quote volume where a source has volume without trades", () => {
    const [candle] = candlesFromRows([row(0, { 7: "0", 8: 0, 9: "0" })], "15m", openTimeMs + quarterMs);

    expect(candle?.volume).toBe(12.5);
    expect([candle?.quoteVolume, candle?.tradeCount, candle?.takerBuyVolume]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it("knows that nothing flowed in a candle without volume", () => {
    const [candle] = candlesFromRows([row(0, { 5: "0", 7: "0", 8: 0, 9: "0" })], "15m", openTimeMs + quarterMs);

    expect([candle?.volume, candle?.quoteVolume, candle?.tradeCount, candle?.takerBuyVolume]).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ["an object instead of rows", { code: 1 }, "no array"],
    ["a row that is no row", [7], "candle 0 is no row"],
    ["a short row", [[1, 2]], "candle 0 is no row"],
    ["a number where a decimal text belongs", [row(0, { 1: 100.1 })], "field 1 is no decimal"],
    ["an empty decimal", [row(0, { 5: "" })], "field 5 is no decimal"],
    ["NaN", [row(0, { 4: "NaN" })], "field 4 is no decimal"],
    ["a text where a time belongs", [row(0, { 0: "1700000100000" })], "field 0 is no whole number"],
    ["a fractional trade count", [row(0, { 8: 1.5 })], "field 8 is no whole number"],
    ["another timeframe", [row(0, { 6: openTimeMs + 3_600_000 - 1 })], "does not last 15m"],
    ["rows out of order", [row(1), row(0)], "not later"],
    ["the same row twice", [row(0), row(0)], "not later"],
    ["a high below the close", [row(0, { 2: "100.20" })], "high 100.2 lies below"],
  ])("refuses %s", (_what, rows, reason) => {
    expect(() => candlesFromRows(rows, "15m", openTimeMs + 10 * quarterMs)).toThrow(reason);
  });
});
