import { describe, expect, it } from "vitest";
import { protectiveStop } from "./protective-stop.ts";

const rule = { farthestAtr: 2, nearestAtr: 0.5, beyondEdgeAtr: 0.1 };

describe("protectiveStop", () => {
  it("lies 0.1 ATR behind a structure that is nearer than 2 ATR", () => {
    expect(protectiveStop(100, 1, 99, 1, rule)).toBeCloseTo(98.9, 9);
    expect(protectiveStop(100, -1, 101, 1, rule)).toBeCloseTo(101.1, 9);
  });

  it("lies at 2 ATR when the structure is farther or there is none", () => {
    expect(protectiveStop(100, 1, 90, 1, rule)).toBe(98);
    expect(protectiveStop(100, -1, Number.NaN, 1, rule)).toBe(102);
  });

  it("is at least 0.5 ATR away, also when the edge lies on the wrong side", () => {
    expect(protectiveStop(100, 1, 99.9, 1, rule)).toBe(99.5);
    expect(protectiveStop(100, 1, 103, 1, rule)).toBe(99.5);
  });
});
