import { someExitTerms } from "@winiswin/testkit/positions";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asPrice, asQuantity, decimal, type Price, price, quantity, toNumber, usdt } from "../decimal.ts";
import { fitTargets, planTargets, type Target, type TargetPlan, targetLevel } from "./targets.ts";

const plan = (over: Partial<TargetPlan> = {}): TargetPlan => ({
  direction: "long",
  entryPrice: price("50000"),
  stopPrice: price("49500"),
  farthestPrice: price("52000"),
  quantity: quantity("0.1"),
  terms: someExitTerms(),
  ...over,
});
const told = (targets: readonly Target[]) =>
  targets.map((target) => `${target.tier}: ${target.quantity.toFixed()} at ${target.price.toFixed()}`);

describe("the targets of a position", () => {
  it("take 30 % at 1R and 40 % at 1.5R, or at 2R in a trend, and leave 30 %", () => {
    expect(told(planTargets(plan()))).toEqual(["1: 0.03 at 50500", "2: 0.04 at 50750"]);
    expect(told(planTargets(plan({ terms: someExitTerms({ secondMultiple: decimal("2") }) })))).toEqual([
      "1: 0.03 at 50500",
      "2: 0.04 at 51000",
    ]);
    expect(told(planTargets(plan({ direction: "short", stopPrice: price("50500"), farthestPrice: price("48000") })))).toEqual([
      "1: 0.03 at 49500",
      "2: 0.04 at 49250",
    ]);
  });

  it("lie at the same levels in float64, but for less than a tick", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("long" as const, "short" as const),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 100, max: 9000 }),
        (direction, stopTicks, farTicks) => {
          const sign = direction === "long" ? 1 : -1;
          const near = (ticks: number): Price => price((50_000 + sign * ticks * 0.1).toFixed(1));
          const given = plan({ direction, stopPrice: near(-stopTicks), farthestPrice: near(farTicks) });
          const level = (multiple: number): number =>
            targetLevel(
              { direction, entryPrice: 50_000, stopPrice: toNumber(given.stopPrice), farthestPrice: toNumber(given.farthestPrice) },
              multiple,
            );
          const multipleOf = { 1: 1, 2: 1.5 } as const;
          for (const { tier, price: at } of planTargets(given)) {
            expect(Math.abs(toNumber(at) - level(multipleOf[tier]))).toBeLessThan(0.1 + 1e-6);
          }
        },
      ),
    );
  });

  it("become one at the first price when one of them would be too small, so that the stop still moves to breakeven there", () => {
    expect(told(planTargets(plan({ quantity: quantity("0.003") })))).toEqual(["1: 0.002 at 50500"]);
    expect(told(planTargets(plan({ terms: someExitTerms({ minNotional: usdt("1600") }) })))).toEqual(["2: 0.1 at 50750"]);
    expect(told(planTargets(plan({ terms: someExitTerms({ minNotional: usdt("1480") }), quantity: quantity("0.1") })))).toEqual([
      "1: 0.03 at 50500",
      "2: 0.04 at 50750",
    ]);
  });

  it("become one at the second price when nothing big enough would be left to trail", () => {
    expect(told(planTargets(plan({ quantity: quantity("0.001") })))).toEqual(["2: 0.001 at 50750"]);
  });

  it("never lie beyond what the signal promised, and then are one", () => {
    expect(told(planTargets(plan({ farthestPrice: price("50400") })))).toEqual(["1: 0.07 at 50400"]);
  });

  const anyPlan: fc.Arbitrary<TargetPlan> = fc
    .record({
      isLong: fc.boolean(),
      entryTicks: fc.integer({ min: 1000, max: 1_000_000 }),
      offTick: fc.integer({ min: 0, max: 9 }),
      distanceTicks: fc.integer({ min: 1, max: 400 }),
      farthest: fc.integer({ min: 1, max: 1200 }),
      steps: fc.integer({ min: 1, max: 5000 }),
      minSteps: fc.integer({ min: 1, max: 20 }),
      minNotional: fc.integer({ min: 1, max: 5000 }),
      isTrend: fc.boolean(),
    })
    .map(({ isLong, entryTicks, offTick, distanceTicks, farthest, steps, minSteps, minNotional, isTrend }) => {
      const [tick, step] = [decimal("0.01"), decimal("0.1")];
      const ticks = (count: number): Price => asPrice(tick.times(decimal(String(count))));
      // An average of fills lies between two ticks.
      const entryPrice = asPrice(ticks(entryTicks).plus(decimal(String(offTick)).times(decimal("0.001"))));
      return {
        direction: isLong ? "long" : "short",
        entryPrice,
        stopPrice: ticks(isLong ? entryTicks - distanceTicks : entryTicks + distanceTicks + 1),
        farthestPrice: ticks(isLong ? entryTicks + farthest : Math.max(1, entryTicks - farthest)),
        quantity: asQuantity(step.times(decimal(String(steps)))),
        terms: someExitTerms({
          tickSize: asPrice(tick),
          stepSize: asQuantity(step),
          minQuantity: asQuantity(step.times(decimal(String(minSteps)))),
          minNotional: usdt(String(minNotional)),
          secondMultiple: decimal(isTrend ? "2" : "1.5"),
        }),
      };
    });

  it("sum to at most the position, lie on the grids and on the winning side, and are big enough wherever more than one part is", () => {
    fc.assert(
      fc.property(anyPlan, (given) => {
        const { quantity: whole, terms, entryPrice, direction, farthestPrice } = given;
        const targets = planTargets(given);
        const sum = targets.reduce((total, target) => total.plus(target.quantity), decimal("0"));
        const rest = whole.minus(sum);
        expect(targets.length).toBeGreaterThan(0);
        expect(sum.lte(whole)).toBe(true);
        for (const target of targets) {
          expect(target.quantity.mod(terms.stepSize).eq("0")).toBe(true);
          expect(target.price.mod(terms.tickSize).eq("0")).toBe(true);
          expect(direction === "long" ? target.price.gt(entryPrice) : target.price.lt(entryPrice)).toBe(true);
          const beyond = direction === "long" ? target.price.minus(farthestPrice) : farthestPrice.minus(target.price);
          // Only the tick next to the entry may lie beyond a promise that is nearer than that.
          expect(beyond.lte(terms.tickSize)).toBe(true);
          if (targets.length > 1 || rest.gt("0")) {
            expect(target.quantity.gte(terms.minQuantity)).toBe(true);
            expect(target.quantity.times(target.price).gte(terms.minNotional)).toBe(true);
          }
        }
        if (rest.gt("0")) {
          expect(rest.gte(terms.minQuantity)).toBe(true);
          expect(rest.gte(whole.times(decimal("0.3")))).toBe(true);
        }
        expect(new Set(targets.map((target) => target.revision)).size).toBe(targets.length);
      }),
    );
  });
});

describe("targets that no longer fit", () => {
  it("are cut from the farthest on, and what was cut gets a number of its own", () => {
    const [first, second] = planTargets(plan());
    expect(fitTargets([first!, second!], quantity("0.05"), 2)).toEqual({
      targets: [first, { ...second, quantity: quantity("0.02"), revision: 3 }],
      lastRevision: 3,
    });
    expect(fitTargets([first!, second!], quantity("0.03"), 2)).toEqual({ targets: [first], lastRevision: 2 });
  });

  it("never sum to more than what is open, whatever was taken", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ steps: fc.nat(50), isTaken: fc.boolean() }), { maxLength: 4 }), fc.nat(120), (parts, openSteps) => {
        const given = parts.map(
          ({ steps, isTaken }, index): Target => ({
            tier: 1,
            price: price("1"),
            quantity: quantity(String(steps)),
            revision: index + 1,
            taken: isTaken ? { quantity: quantity(String(steps)), price: price("1"), atMs: 0 } : undefined,
          }),
        );
        const { targets, lastRevision } = fitTargets(given, quantity(String(openSteps)), given.length);
        const waiting = targets.filter((target) => target.taken === undefined);
        const sum = waiting.reduce((total, target) => total.plus(target.quantity), decimal("0"));
        expect(sum.lte(decimal(String(openSteps)))).toBe(true);
        expect(targets.filter((target) => target.taken !== undefined)).toEqual(given.filter((target) => target.taken !== undefined));
        expect(new Set(targets.map((target) => target.revision)).size).toBe(targets.length);
        expect(Math.max(0, ...targets.map((target) => target.revision))).toBeLessThanOrEqual(Math.max(lastRevision, given.length));
      }),
    );
  });
});
