import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, quantity } from "./decimal.ts";
import { fillsOfPosition } from "./position-fills.ts";

const fill = (side: "buy" | "sell", amount: string) => ({ side, quantity: quantity(amount) });
const sumOf = (fills: readonly { quantity: ReturnType<typeof quantity> }[]) =>
  fills.reduce((total, one) => total.plus(one.quantity), decimal("0")).toFixed();

describe("the fills of one position", () => {
  it("begin with its first entry and end where nothing is open any more", () => {
    const fills = [fill("sell", "9"), fill("buy", "2"), fill("buy", "1"), fill("sell", "1"), fill("sell", "2"), fill("buy", "5")];

    const found = fillsOfPosition(fills, "buy");

    expect([sumOf(found.entries), sumOf(found.exits), found.openQuantity.toFixed(), found.isOver]).toEqual(["3", "3", "0", true]);
  });

  it("are all of them while something is open", () => {
    const found = fillsOfPosition([fill("sell", "3"), fill("buy", "1")], "sell");

    expect([found.openQuantity.toFixed(), found.isOver]).toEqual(["2", false]);
  });

  it("end with the fill that turned the position round", () => {
    const found = fillsOfPosition([fill("buy", "2"), fill("sell", "5"), fill("buy", "1")], "buy");

    expect([sumOf(found.exits), found.isOver]).toEqual(["5", true]);
  });

  it("are none where nothing was entered", () => {
    expect(fillsOfPosition([fill("sell", "1")], "buy")).toMatchObject({ entries: [], exits: [], isOver: false });
  });

  it("never say more is open than was entered, and their difference is what is open", () => {
    const anyFills = fc.array(fc.record({ side: fc.constantFrom("buy" as const, "sell" as const), steps: fc.integer({ min: 1, max: 9 }) }));
    fc.assert(
      fc.property(anyFills, (given) => {
        const found = fillsOfPosition(
          given.map(({ side, steps }) => fill(side, String(steps))),
          "buy",
        );
        const open = decimal(sumOf(found.entries)).minus(decimal(sumOf(found.exits)));
        expect(found.openQuantity.lte(decimal(sumOf(found.entries)))).toBe(true);
        expect(found.isOver ? open.lte(decimal("0")) : open.eq(found.openQuantity)).toBe(true);
      }),
    );
  });
});
