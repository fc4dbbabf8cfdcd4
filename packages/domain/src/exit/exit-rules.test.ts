import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candlesSince, dueExit, type HeldPosition, progressR, trailingStop, usualExitLimits } from "./exit-rules.ts";
import type { HeldView } from "./held-view.ts";

const quarterMs = 900_000;
const filledAtMs = 100 * quarterMs + 4_000;

const held = (over: Partial<HeldPosition> = {}): HeldPosition => ({
  direction: "long",
  entryPrice: 100,
  firstStopPrice: 99,
  filledAtMs,
  hasTaken: false,
  isTrailing: false,
  ...over,
});
const view = (over: Partial<HeldView> = {}): HeldView => ({
  positionId: "p",
  symbol: "BTCUSDT",
  direction: "long",
  closePrice: 100.2,
  atr: 0.5,
  swingPrice: 99.6,
  confidence: 0.7,
  changedAgainstAtMs: undefined,
  ...over,
});
const after = (candles: number) => (101 + candles) * quarterMs;

describe("the time stop", () => {
  it("counts whole candles since the entry", () => {
    expect([candlesSince(filledAtMs, 101 * quarterMs), candlesSince(filledAtMs, 125 * quarterMs)]).toEqual([0, 24]);
  });

  it("closes what made less than 0.3R in 24 candles, and not earlier, and not what made more", () => {
    expect(dueExit(held(), view(), after(24), usualExitLimits)).toEqual({
      cause: "timeStop",
      reason: "0.20 R after 24 candles, below 0.3 R",
    });
    expect(dueExit(held(), view(), after(23), usualExitLimits)).toBeUndefined();
    expect(dueExit(held(), view({ closePrice: 100.4 }), after(24), usualExitLimits)).toBeUndefined();
  });

  it("is silent once a target was taken", () => {
    expect(dueExit(held({ hasTaken: true }), view(), after(100), usualExitLimits)).toBeUndefined();
  });
});

describe("the re-validation", () => {
  it("closes when the confidence falls below 0.4, and has no opinion without one", () => {
    expect(dueExit(held(), view({ confidence: 0.39 }), after(1), usualExitLimits)?.cause).toBe("revalidation");
    expect(dueExit(held(), view({ confidence: 0.4 }), after(1), usualExitLimits)).toBeUndefined();
    expect(dueExit(held(), view({ confidence: undefined }), after(1), usualExitLimits)).toBeUndefined();
  });

  it("closes on a change of character against it since the entry, not on one before", () => {
    expect(dueExit(held(), view({ changedAgainstAtMs: filledAtMs + 1 }), after(1), usualExitLimits)?.cause).toBe("revalidation");
    expect(dueExit(held(), view({ changedAgainstAtMs: filledAtMs - 1 }), after(1), usualExitLimits)).toBeUndefined();
  });
});

describe("the trailing stop", () => {
  it("lies 2 ATR behind the close or behind the last swing, whichever is nearer", () => {
    const last = held({ isTrailing: true });
    expect(trailingStop(last, view({ closePrice: 102, swingPrice: 100 }), usualExitLimits)).toBe(101);
    expect(trailingStop(last, view({ closePrice: 102, swingPrice: 101.5 }), usualExitLimits)).toBeCloseTo(101.45, 9);
  });

  it("does not lean on a swing that the price has broken, and is never nearer than half an ATR", () => {
    const last = held({ isTrailing: true });
    expect(trailingStop(last, view({ closePrice: 102, swingPrice: 103 }), usualExitLimits)).toBe(101);
    expect(trailingStop(last, view({ closePrice: 102, swingPrice: 101.99 }), usualExitLimits)).toBe(101.75);
  });

  it("waits until all targets are taken and the volatility is known", () => {
    expect(trailingStop(held(), view(), usualExitLimits)).toBeUndefined();
    expect(trailingStop(held({ isTrailing: true }), view({ atr: 0 }), usualExitLimits)).toBeUndefined();
  });
});

it("every rule says the same of a short in mirrored prices", () => {
  const mirror = (price: number) => 200 - price;
  fc.assert(
    fc.property(
      fc.double({ min: 90, max: 110, noNaN: true }),
      fc.double({ min: 90, max: 110, noNaN: true }),
      fc.nat(40),
      fc.boolean(),
      (closePrice, swingPrice, candles, isTrailing) => {
        const [long, seen] = [held({ isTrailing, hasTaken: isTrailing }), view({ closePrice, swingPrice })];
        const short: HeldPosition = { ...long, direction: "short", firstStopPrice: mirror(long.firstStopPrice) };
        const mirrored: HeldView = { ...seen, direction: "short", closePrice: mirror(closePrice), swingPrice: mirror(swingPrice) };
        expect(progressR(short, mirrored.closePrice)).toBeCloseTo(progressR(long, closePrice), 9);
        expect(dueExit(short, mirrored, after(candles), usualExitLimits)?.cause).toBe(
          dueExit(long, seen, after(candles), usualExitLimits)?.cause,
        );
        const [one, other] = [trailingStop(long, seen, usualExitLimits), trailingStop(short, mirrored, usualExitLimits)];
        expect(other === undefined).toBe(one === undefined);
        if (one !== undefined && other !== undefined) expect(mirror(other)).toBeCloseTo(one, 9);
      },
    ),
  );
});
