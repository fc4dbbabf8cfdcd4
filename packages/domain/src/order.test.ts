import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientOrderIdOf, type Leg } from "./order.ts";

describe("clientOrderIdOf", () => {
  it("fits the exchange's pattern for any facts, and equal facts give the equal id", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.constantFrom<Leg>("entry", "stopLoss", "takeProfit", "close"),
        fc.nat(999),
        (bot, positionId, leg, revision) => {
          const id = clientOrderIdOf(bot, positionId, leg, revision);
          expect(id).toMatch(/^[.A-Z:/a-z0-9_-]{1,36}$/);
          expect(clientOrderIdOf(bot, positionId, leg, revision)).toBe(id);
        },
      ),
    );
  });

  it("differs by position, leg and revision", () => {
    const ids = [
      clientOrderIdOf("main", "a", "entry", 0),
      clientOrderIdOf("main", "b", "entry", 0),
      clientOrderIdOf("main", "a", "stopLoss", 0),
      clientOrderIdOf("main", "a", "stopLoss", 1),
      clientOrderIdOf("other", "a", "entry", 0),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
