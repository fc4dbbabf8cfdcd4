import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asPrice, decimal, price } from "../decimal.ts";
import { liquidationThreat, type ThreatenedPosition } from "./liquidation-threat.ts";

const long: ThreatenedPosition = {
  direction: "long",
  entryPrice: price("50000"),
  firstStopPrice: price("49500"),
  stopPrice: price("49500"),
  markPrice: price("50000"),
  liquidationPrice: price("40000"),
  bufferFraction: decimal("0.3"),
};

const prices = fc.integer({ min: 1, max: 2_000 });
const buffers = fc.integer({ min: 0, max: 50 });
const at = (units: number) => price(String(units));

const anyPosition = fc.record({ entry: prices, first: prices, stop: prices, mark: prices, liquidation: prices, tenths: buffers }).map(
  ({ entry, first, stop, mark, liquidation, tenths }): ThreatenedPosition => ({
    direction: "long",
    entryPrice: at(entry),
    firstStopPrice: at(first),
    stopPrice: at(stop),
    markPrice: at(mark),
    liquidationPrice: at(liquidation),
    bufferFraction: decimal(String(tenths / 10)),
  }),
);

describe("the threat of a liquidation", () => {
  it.each([
    ["49800", "beforeStop"],
    ["49500", "beforeStop"],
    ["49400", "near"],
    ["49351", "near"],
    // What the review before the entry approves is no threat.
    ["49350", "none"],
    ["0", "none"],
    // Passed already: the exchange closes it, or the figure is wrong.
    ["50000", "near"],
    ["51000", "near"],
  ] as const)("of a long with its stop at 49,500 and a liquidation at %s is %s", (liquidation, threat) => {
    expect(liquidationThreat({ ...long, liquidationPrice: price(liquidation) })).toBe(threat);
  });

  it("is none without a liquidation price", () => {
    expect(liquidationThreat({ ...long, liquidationPrice: undefined })).toBe("none");
  });

  it("is the same for a short in the mirror", () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        const mirrored = (value: ThreatenedPosition["entryPrice"]) => asPrice(decimal("5000").minus(value));
        const short: ThreatenedPosition = {
          direction: "short",
          entryPrice: mirrored(position.entryPrice),
          firstStopPrice: mirrored(position.firstStopPrice),
          stopPrice: mirrored(position.stopPrice),
          markPrice: mirrored(position.markPrice),
          liquidationPrice: position.liquidationPrice && mirrored(position.liquidationPrice),
          bufferFraction: position.bufferFraction,
        };
        expect(liquidationThreat(short)).toBe(liquidationThreat(position));
      }),
    );
  });

  it("says to close exactly where the market would meet the liquidation no later than the stop", () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        const { liquidationPrice, stopPrice, markPrice } = position;
        const isMetFirst = liquidationPrice!.lt(markPrice) && liquidationPrice!.gte(stopPrice);
        expect(liquidationThreat(position) === "beforeStop").toBe(isMetFirst);
      }),
    );
  });

  it("never grows when the liquidation moves away, nor when the buffer shrinks", () => {
    const rank = { none: 0, near: 1, beforeStop: 2 };
    fc.assert(
      fc.property(anyPosition, prices, (position, by) => {
        fc.pre(position.liquidationPrice!.lt(position.markPrice));
        const threat = rank[liquidationThreat(position)];
        const farther = asPrice(position.liquidationPrice!.minus(String(by)));
        expect(rank[liquidationThreat({ ...position, liquidationPrice: farther })]).toBeLessThanOrEqual(threat);
        expect(rank[liquidationThreat({ ...position, bufferFraction: decimal("0") })]).toBeLessThanOrEqual(threat);
      }),
    );
  });
});
