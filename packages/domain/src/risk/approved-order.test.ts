import { anIntent, aRiskContext, someRiskLimits } from "@winiswin/testkit/risk";
import fc from "fast-check";
import { expect, it } from "vitest";
import { decimal, price, usdt } from "../decimal.ts";
import { reviewOrder } from "../risk.ts";

const anyDirection = fc.constantFrom("long" as const, "short" as const);
const anyExposures = fc.array(
  fc.record({ symbol: fc.constantFrom("A", "B", "C", "D"), direction: anyDirection, notional: fc.integer({ min: 1, max: 9_000 }) }),
  { maxLength: 4 },
);

it("approves nothing above a slot, a cap, the free margin or the losses that are allowed, whatever else is true", () => {
  let approvals = 0;
  const cases = fc.record({
    exposures: anyExposures,
    notional: fc.integer({ min: 2_000, max: 9_000 }),
    available: fc.integer({ min: 100, max: 2_000 }),
    dayLowest: fc.integer({ min: 9_600, max: 10_000 }),
    peak: fc.integer({ min: 10_000, max: 12_500 }),
    funding: fc.double({ min: -0.003, max: 0.003, noNaN: true }),
    spread: fc.integer({ min: 0, max: 300 }),
    ageMs: fc.integer({ min: 0, max: 240_000 }),
  });
  fc.assert(
    fc.property(cases, (given) => {
      const equity = usdt("10000");
      const limits = someRiskLimits({
        maximumGrossExposure: decimal("1.5"),
        maximumNetExposure: decimal("1.2"),
        maximumGroupExposure: decimal("1.1"),
      });
      const base = aRiskContext();
      const context = aRiskContext({
        limits,
        equity,
        availableBalance: usdt(String(given.available)),
        exposures: given.exposures.map((exposure) => ({ ...exposure, notional: usdt(String(exposure.notional)) })),
        equityMarks: { ...base.equityMarks!, dayLowestEquity: usdt(String(given.dayLowest)), peakEquity: usdt(String(given.peak)) },
        fundingRatePer8Hours: given.funding,
        bidPrice: price("50000"),
        askPrice: price(String(50_000 + given.spread)),
        nowMs: base.cycleCloseTimeMs + given.ageMs,
      });
      const intent = anIntent({ notional: usdt(String(given.notional)), initialMargin: usdt(String(given.notional / 8)) });
      if (reviewOrder(intent, context).verdict === "refused") return;
      approvals++;
      const signed = given.exposures.map(({ direction, notional }) => (direction === "long" ? notional : -notional));
      const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
      expect(new Set(given.exposures.map(({ symbol }) => symbol)).size).toBeLessThan(3);
      expect(sum(signed.map(Math.abs)) + given.notional).toBeLessThanOrEqual(15_000);
      const [before, after] = [sum(signed), sum(signed) + given.notional];
      expect(Math.abs(after)).toBeLessThanOrEqual(Math.max(12_000, Math.abs(before)));
      // Nothing is known of how they move, so everything long counts as one group.
      expect(sum(signed.filter((amount) => amount > 0)) + given.notional).toBeLessThanOrEqual(11_000);
      expect(given.notional / 8).toBeLessThanOrEqual(given.available);
      expect(given.dayLowest).toBeGreaterThan(9_700);
      expect(10_000 / given.peak).toBeGreaterThan(0.85);
      expect(given.funding).toBeLessThanOrEqual(0.001);
      expect(given.spread).toBeLessThanOrEqual(125);
      expect(given.ageMs).toBeLessThanOrEqual(180_000);
    }),
    { numRuns: 5_000 },
  );
  expect(approvals).toBeGreaterThan(20);
});
