import { ExchangeState } from "@winiswin/exchange-simulator/matching/exchange-state";
import { describe, expect, it } from "vitest";
import { aFill, aStop } from "../test/exchange-records.ts";
import { stopGaps } from "./stop-gaps.ts";

const withRecords = (fills: readonly ReturnType<typeof aFill>[], stops: readonly ReturnType<typeof aStop>[]): ExchangeState => {
  const state = new ExchangeState();
  for (const record of fills) state.apply({ kind: "trade", record });
  for (const record of stops) state.apply({ kind: "algoOrder", record });
  return state;
};

describe("gaps in the protection of a position", () => {
  it("are the time from the fill to the stop, and none while it rests", () => {
    const state = withRecords([aFill({ side: "BUY", timeMs: 1_000 })], [aStop({ createTimeMs: 1_400 })]);

    expect(stopGaps(state, 60_000)).toEqual([{ symbol: "BTCUSDT", fromMs: 1_000, lengthMs: 400 }]);
  });

  it("open again when a stop is canceled before another one stands", () => {
    const canceled = aStop({ algoId: "1", createTimeMs: 1_000, status: "CANCELED", updateTimeMs: 5_000 });
    const state = withRecords([aFill({ side: "SELL", timeMs: 1_000 })], [canceled, aStop({ algoId: "2", createTimeMs: 9_000 })]);

    expect(stopGaps(state, 60_000)).toEqual([{ symbol: "BTCUSDT", fromMs: 5_000, lengthMs: 4_000 }]);
  });

  it("end with the position, and go on until now while it is open without one", () => {
    const closed = withRecords([aFill({ side: "BUY", timeMs: 1_000 }), aFill({ side: "SELL", timeMs: 8_000 })], []);
    const open = withRecords([aFill({ side: "BUY", timeMs: 1_000 })], [aStop({ symbol: "ETHUSDT", createTimeMs: 1_000 })]);

    expect(stopGaps(closed, 60_000)).toEqual([{ symbol: "BTCUSDT", fromMs: 1_000, lengthMs: 7_000 }]);
    expect(stopGaps(open, 60_000)).toEqual([{ symbol: "BTCUSDT", fromMs: 1_000, lengthMs: 59_000 }]);
  });

  it("do not count a stop that was rejected", () => {
    const state = withRecords([aFill({ side: "BUY", timeMs: 1_000 })], [aStop({ createTimeMs: 1_000, status: "REJECTED" })]);

    expect(stopGaps(state, 4_000)).toEqual([{ symbol: "BTCUSDT", fromMs: 1_000, lengthMs: 3_000 }]);
  });
});
