import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, floorToMultiple, toText } from "./decimal.ts";

describe("decimal", () => {
  it("throws on a JavaScript number, so that a float cannot become money unnoticed", () => {
    expect(() => decimal(0.1 as unknown as string)).toThrow();
  });

  it("never writes an exponent", () => {
    expect(toText(decimal("0.0000001"))).toBe("0.0000001");
    expect(String(decimal("0.0000001"))).toBe("0.0000001");
  });

  it("leaves a value that is already on the step where it is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom("1", "2", "5"),
        (steps, places, digit) => {
          const step = decimal(`${digit}e-${places}`);
          const value = step.times(String(steps));
          expect(toText(floorToMultiple(value, step))).toBe(toText(value));
        },
      ),
    );
  });
});
