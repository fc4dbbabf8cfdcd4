import { anOpenPosition } from "@winiswin/testkit/positions";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asPrice, asQuantity, decimal, price, quantity, toNumber } from "./decimal.ts";
import { desiredProtection, initialRiskOf, type OpenPosition, stopOf, targetsOf, withOpenQuantity, withStopAt } from "./position.ts";

const opened = (): OpenPosition => {
  const plain = anOpenPosition("BTCUSDT", { quantity: quantity("0.1"), openQuantity: quantity("0.1") });
  return { ...plain, ...targetsOf(plain.intent, plain.entryPrice, plain.quantity) };
};
const legsOf = (position: OpenPosition) =>
  desiredProtection(position).map(
    ({ leg, triggerPrice, quantity: part }) => `${leg} ${triggerPrice.toFixed()} ${part?.toFixed() ?? "all"}`,
  );

describe("what must rest on the exchange", () => {
  it("is the first stop and the targets", () => {
    expect(legsOf(opened())).toEqual(["stopLoss 49500 all", "takeProfit 50500 0.03", "takeProfit 50750 0.04"]);
  });

  it("is the first stop also after another one was put nearer, so that moving it leaves no gap", () => {
    const moved = withStopAt(opened(), "breakeven", price("50075.1"));
    expect(legsOf(moved)).toEqual(["stopLoss 49500 all", "breakeven 50075.1 0.1", "takeProfit 50500 0.03", "takeProfit 50750 0.04"]);
    expect(desiredProtection(moved)[0]).toEqual(stopOf(moved.intent));
  });

  it("is another order for every change of what it asks for, under another id", () => {
    const before = withStopAt(opened(), "breakeven", price("50075.1"));
    const ids = (position: OpenPosition) => desiredProtection(position).map(({ clientOrderId }) => clientOrderId);
    const after = withOpenQuantity(before, quantity("0.05"));
    expect(legsOf(after)).toEqual(["stopLoss 49500 all", "breakeven 50075.1 0.05", "takeProfit 50500 0.03", "takeProfit 50750 0.02"]);
    expect(ids(after).map((id, index) => id === ids(before)[index])).toEqual([true, false, true, false]);
  });

  it("keeps its stop and its one target when it was stored before exits had terms", () => {
    const { exitTerms: _none, ...intent } = opened().intent;
    expect(targetsOf(intent, price("50000"), quantity("0.1"))).toEqual({
      targets: [{ tier: 2, price: price("51000"), quantity: quantity("0.1"), revision: 1, taken: undefined }],
      targetPrice: price("51000"),
      targetRevision: 1,
    });
  });

  function openedTowards(direction: "long" | "short"): OpenPosition {
    const plain = opened();
    const [stopPrice, targetPrice] = direction === "long" ? [price("49500"), price("51000")] : [price("50500"), price("49000")];
    const intent = { ...plain.intent, direction, stopPrice, targetPrice };
    return { ...plain, intent, stopPrice, ...targetsOf(intent, plain.entryPrice, plain.quantity) };
  }

  it("never asks targets for more than is open and never moves a stop against the position, whatever happens in whatever order", () => {
    const anyStep = fc.oneof(
      fc.record({
        kind: fc.constant("stop" as const),
        ticks: fc.integer({ min: -9000, max: 9000 }),
        leg: fc.constantFrom("breakeven" as const, "trailing" as const),
      }),
      fc.record({ kind: fc.constant("open" as const), steps: fc.integer({ min: 1, max: 100 }) }),
    );
    fc.assert(
      fc.property(fc.constantFrom("long" as const, "short" as const), fc.array(anyStep, { maxLength: 12 }), (direction, steps) => {
        const first = openedTowards(direction);
        const { intent } = first;
        let position = first;
        const seen = new Map(desiredProtection(position).map((order) => [order.clientOrderId, order]));
        for (const step of steps) {
          const before = toNumber(position.stopPrice);
          position =
            step.kind === "stop"
              ? withStopAt(position, step.leg, asPrice(price("50000").plus(decimal(String(step.ticks)).times(decimal("0.1")))))
              : withOpenQuantity(position, asQuantity(decimal(String(step.steps)).times(decimal("0.001"))));
          const moved = toNumber(position.stopPrice) - before;
          expect(direction === "long" ? moved : -moved).toBeGreaterThanOrEqual(0);
          const orders = desiredProtection(position);
          const targets = orders.filter(({ leg }) => leg === "takeProfit");
          const sum = targets.reduce((total, order) => total.plus(order.quantity ?? "0"), decimal("0"));
          expect(sum.lte(position.openQuantity)).toBe(true);
          expect(orders[0]).toEqual(stopOf(intent));
          for (const order of orders) {
            // One id, one order: the exchange would take the second for the first.
            const known = seen.get(order.clientOrderId);
            if (known !== undefined) expect(order).toEqual(known);
            seen.set(order.clientOrderId, order);
          }
        }
      }),
    );
  });
});

describe("the initial risk", () => {
  const planned = opened().intent;

  it("is the planned one when everything is filled at the planned price", () => {
    expect(initialRiskOf({ intent: planned, quantity: planned.quantity, entryPrice: planned.entryPrice }).toFixed()).toBe("10");
  });

  it.each([
    ["long", "49980", "4.8"],
    ["long", "50020", "5.2"],
    ["short", "49980", "5.2"],
    ["short", "50020", "4.8"],
  ] as const)("of half of a %s at %s counts the distance to the stop from there: %s", (direction, at, risk) => {
    const stopPrice = price(direction === "long" ? "49500" : "50500");
    const intent = { ...planned, direction, stopPrice };
    expect(initialRiskOf({ intent, quantity: quantity("0.01"), entryPrice: price(at) }).toFixed()).toBe(risk);
  });

  it("is the planned one for a fill at or beyond the stop, so that R stays a number", () => {
    for (const at of ["49500", "49000"])
      expect(initialRiskOf({ intent: planned, quantity: planned.quantity, entryPrice: price(at) }).toFixed()).toBe("10");
  });

  it("is positive and grows in proportion to what was filled", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 49_501, max: 52_000 }), (steps, at) => {
        const amount = asQuantity(decimal(String(steps)).times("0.001"));
        const entryPrice = price(String(at));
        const risk = initialRiskOf({ intent: planned, quantity: amount, entryPrice });
        const twice = initialRiskOf({ intent: planned, quantity: asQuantity(amount.times("2")), entryPrice });
        expect(risk.gt("0")).toBe(true);
        expect(twice.minus(risk.times("2")).abs().lte("0.00000000001")).toBe(true);
      }),
    );
  });
});
