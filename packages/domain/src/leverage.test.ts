import { someBrackets } from "@winiswin/testkit/instruments";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, price, quantity, usdt } from "./decimal.ts";
import { bracketFor, leverageFor, liquidationPriceOf } from "./leverage.ts";

const limits = { base: 3, minimum: 1, maximum: 20 };

describe("leverageFor", () => {
  it.each([
    [0.5, 3],
    [0.7, 3],
    [0.8, 6],
    [0.9, 10],
    [0.95, 15],
    [1, 20],
  ])("at confidence %f and usual volatility asks for %ix", (confidence, leverage) => {
    expect(leverageFor(confidence, 0.5, 0.5, limits)).toBe(leverage);
  });

  it("halves at twice the usual volatility and never more than halves", () => {
    expect(leverageFor(0.9, 1, 0.5, limits)).toBe(5);
    expect(leverageFor(0.9, 10, 0.5, limits)).toBe(5);
  });

  it.each([
    [0.8, 4],
    [0.9, 6],
    [1, 8],
  ])("follows another curve: at confidence %f %ix", (confidence, leverage) => {
    expect(leverageFor(confidence, 0.5, 0.5, { ...limits, base: 2, at90Percent: 6, at100Percent: 8 })).toBe(leverage);
  });

  it("never falls on the curve, however it is configured", () => {
    expect(leverageFor(1, 0.5, 0.5, { ...limits, base: 12, at90Percent: 5, at100Percent: 2 })).toBe(12);
  });

  it("does not rise when the market is calmer than usual", () => {
    expect(leverageFor(0.9, 0.1, 0.5, limits)).toBe(10);
  });

  it("is careful when the usual volatility is unknown", () => {
    expect(leverageFor(0.9, 0.5, Number.NaN, limits)).toBe(5);
  });

  it("stays within its limits and never falls with growing confidence", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.double({ min: 0.01, max: 10, noNaN: true }), (first, second, atrPercent) => {
        const [low, high] = [Math.min(first, second), Math.max(first, second)];
        const [less, more] = [leverageFor(low, atrPercent, 0.5, limits), leverageFor(high, atrPercent, 0.5, limits)];
        expect(less).toBeLessThanOrEqual(more);
        expect(less).toBeGreaterThanOrEqual(limits.minimum);
        expect(more).toBeLessThanOrEqual(limits.maximum);
      }),
    );
  });
});

describe("liquidationPriceOf", () => {
  it("agrees with the worked example of an isolated long at 10x", () => {
    const bracket = { ...someBrackets()[0]!, maintenanceMarginRate: decimal("0.005"), cumulative: usdt("0") };
    const at = liquidationPriceOf({ direction: "long", entryPrice: price("100"), quantity: quantity("1"), margin: usdt("10"), bracket });
    expect(at.toFixed(2)).toBe("90.45");
  });

  it("leaves exactly the maintenance margin when the mark price reaches it, in both directions", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("long" as const, "short" as const),
        fc.integer({ min: 100, max: 90_000 }),
        fc.integer({ min: 2, max: 50 }),
        (direction, entry, leverage) => {
          const bracket = someBrackets()[0]!;
          const [entryPrice, amount] = [price(String(entry)), quantity("0.1")];
          const margin = entryPrice.times(amount).div(decimal(String(leverage)));
          const at = liquidationPriceOf({ direction, entryPrice, quantity: amount, margin, bracket });
          const profit = (direction === "long" ? at.minus(entryPrice) : entryPrice.minus(at)).times(amount);
          const maintenance = at.times(amount).times(bracket.maintenanceMarginRate).minus(bracket.cumulative);
          expect(margin.plus(profit).minus(maintenance).abs().lt("0.0000001")).toBe(true);
        },
      ),
    );
  });

  it("is 0 when the margin outlasts any fall", () => {
    const at = liquidationPriceOf({
      direction: "long",
      entryPrice: price("100"),
      quantity: quantity("1"),
      margin: usdt("150"),
      bracket: someBrackets()[0]!,
    });
    expect(at.toFixed()).toBe("0");
  });
});

describe("bracketFor", () => {
  it("takes the first bracket whose cap holds the notional, and the last beyond all", () => {
    expect(bracketFor(someBrackets(), usdt("50000"))?.maximumLeverage).toBe(125);
    expect(bracketFor(someBrackets(), usdt("50000.01"))?.maximumLeverage).toBe(100);
    expect(bracketFor(someBrackets(), usdt("99000000"))?.maximumLeverage).toBe(20);
    expect(bracketFor([], usdt("1"))).toBeUndefined();
  });
});
