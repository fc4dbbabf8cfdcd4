import { describe, expect, it } from "vitest";
import { closeTimeOfCycle, cycleDueAt, cycleIdOf } from "./cycle.ts";

describe("cycle", () => {
  it("is named by the close of its candle", () => {
    expect(cycleIdOf(Date.UTC(2026, 10, 21, 10, 15))).toBe("2026-11-21T10:15:00Z");
    expect(closeTimeOfCycle("2026-11-21T10:15:00Z")).toBe(Date.UTC(2026, 10, 21, 10, 15));
  });

  it("refuses what is no 15-minute close", () => {
    expect(() => cycleIdOf(Date.UTC(2026, 10, 21, 10, 16))).toThrow("not the close of a 15m candle");
    expect(() => closeTimeOfCycle("yesterday")).toThrow("is not a cycle");
    expect(() => closeTimeOfCycle("2026-11-21T10:15:00.000Z")).toThrow("is not a cycle");
  });

  it("means the coming close when the schedule fires a minute early, and the close itself when it fires on time", () => {
    expect(cycleDueAt(Date.UTC(2026, 10, 21, 10, 14, 7))).toBe("2026-11-21T10:15:00Z");
    expect(cycleDueAt(Date.UTC(2026, 10, 21, 10, 15))).toBe("2026-11-21T10:15:00Z");
  });
});
