import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { protectiveStop } from "./protective-stop.ts";
import { zoneStop } from "./zone-stop.ts";

const rule = { farthestAtr: 2, nearestAtr: 0.5, beyondEdgeAtr: 0.1 };

/** Prices on a binary grid, so that mirroring loses no bit. */
const gridPrice = fc.integer({ min: 90 * 64, max: 110 * 64 }).map((steps) => steps / 64);
const edges = fc.array(gridPrice, { maxLength: 6 });
const structure = fc.oneof(gridPrice, fc.constant(Number.NaN));
const anyAtr = fc.integer({ min: 1, max: 512 }).map((steps) => steps / 64);
const side = fc.constantFrom<1 | -1>(1, -1);

describe("the stop behind a zone", () => {
  it("lies 0.1 ATR behind the nearest zone within reach, whatever the structure says", () => {
    expect(zoneStop(100, 1, [98.5, 99, 97], 99.3, 1, rule)).toEqual({ price: expect.closeTo(98.9, 9), heldBy: "zone", edge: 99 });
    expect(zoneStop(100, -1, [101.5, 101], 100.7, 1, rule)).toEqual({ price: expect.closeTo(101.1, 9), heldBy: "zone", edge: 101 });
  });

  it("falls back on the structure, then on 2 ATR, when no zone lies behind the entry within reach", () => {
    // 98.05 and the 0.1 ATR beyond it are more than 2 ATR; 100.5 lies on the wrong side.
    expect(zoneStop(100, 1, [98.05, 100.5], 99, 1, rule)).toEqual({ price: expect.closeTo(98.9, 9), heldBy: "structure", edge: 99 });
    expect(zoneStop(100, 1, [], 90, 1, rule)).toEqual({ price: 98, heldBy: "distance", edge: 90 });
    expect(zoneStop(100, 1, [], Number.NaN, 1, rule)).toMatchObject({ price: 98, heldBy: "distance" });
  });

  it("is at least 0.5 ATR away, also when the zone ends right behind the entry", () => {
    expect(zoneStop(100, 1, [99.9], 99, 1, rule)).toEqual({ price: 99.5, heldBy: "zone", edge: 99.9 });
  });

  it("never lies on the wrong side, nearer than 0.5 ATR or farther than 2, and no zone within reach lies in front of it or uncovered", () => {
    fc.assert(
      fc.property(side, gridPrice, edges, structure, anyAtr, (sign, entry, zones, edge, atr) => {
        const { price, heldBy } = zoneStop(entry, sign, zones, edge, atr, rule);
        const distance = (entry - price) * sign;
        expect(distance).toBeGreaterThanOrEqual(0.5 * atr - 1e-9);
        expect(distance).toBeLessThanOrEqual(2 * atr + 1e-9);
        const inReach = zones.map((zone) => (entry - zone) * sign).filter((behind) => behind > 0 && behind + 0.1 * atr <= 2 * atr);
        expect(heldBy === "zone").toBe(inReach.length > 0);
        if (inReach.length > 0) expect(distance).toBeCloseTo(Math.max(0.5 * atr, Math.min(...inReach) + 0.1 * atr), 9);
        else expect(price).toBe(protectiveStop(entry, sign, edge, atr, rule));
      }),
    );
  });

  it("is mirrored by mirrored prices", () => {
    fc.assert(
      fc.property(side, gridPrice, edges, structure, anyAtr, (sign, entry, zones, edge, atr) => {
        const seen = zoneStop(entry, sign, zones, edge, atr, rule);
        const other = zoneStop(
          200 - entry,
          sign === 1 ? -1 : 1,
          zones.map((zone) => 200 - zone),
          200 - edge,
          atr,
          rule,
        );
        expect(other.price).toBeCloseTo(200 - seen.price, 9);
        expect(other.heldBy).toBe(seen.heldBy);
      }),
    );
  });
});
