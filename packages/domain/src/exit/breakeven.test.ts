import { someExitTerms } from "@winiswin/testkit/positions";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asPrice, asQuantity, asUsdt, decimal, price, quantity, toNumber, usdt } from "../decimal.ts";
import type { Direction } from "../direction.ts";
import { breakevenLevel, breakevenPrice } from "./breakeven.ts";

const terms = someExitTerms();

describe("the breakeven price", () => {
  it("earns back both fees and the slippage", () => {
    // 50000 x 1.0005 / 0.999 = 50075.07..., 50000 x 0.9995 / 1.001 = 49925.07...
    const given = { entryPrice: price("50000"), quantity: quantity("0.02"), funding: usdt("0"), terms };
    expect(breakevenPrice({ direction: "long", ...given }).toFixed()).toBe("50075.1");
    expect(breakevenPrice({ direction: "short", ...given }).toFixed()).toBe("49925");
  });

  it("earns back the funding that was paid, and does not count on what was received", () => {
    const given = { direction: "long", entryPrice: price("50000"), quantity: quantity("0.02"), terms } as const;
    // 1 USDT on 0.02 BTC is 50 USDT a coin.
    expect(breakevenPrice({ ...given, funding: usdt("-1") }).toFixed()).toBe("50125.2");
    expect(breakevenPrice({ ...given, funding: usdt("1") }).toFixed()).toBe("50075.1");
  });

  it("leaves nothing lost for any entry, quantity, funding and tick, and lies on the grid", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Direction>("long", "short"),
        fc.integer({ min: 10_000, max: 1_000_000_000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: -1000, max: 1000 }),
        fc.constantFrom("0.0001", "0.001", "0.05", "1"),
        (direction, entryUnits, steps, fundingPerMille, tick) => {
          const entryPrice = asPrice(decimal(String(entryUnits)).times(decimal("0.0001")));
          const amount = asQuantity(decimal(String(steps)).times(decimal("0.001")));
          // At most a tenth of the notional, so that a short can earn it back at all.
          const funding = asUsdt(
            entryPrice
              .times(amount)
              .times(decimal(String(fundingPerMille)))
              .times(decimal("0.0001")),
          );
          const tickSize = price(tick);
          const at = breakevenPrice({ direction, entryPrice, quantity: amount, funding, terms: { ...terms, tickSize } });
          const move = direction === "long" ? at.minus(entryPrice) : entryPrice.minus(at);
          const costs = entryPrice.times(terms.takerFeeRate).plus(at.times(terms.takerFeeRate.plus(terms.slippageRate)));
          const paid = funding.lt("0") ? funding : usdt("0");
          expect(at.mod(tickSize).eq("0")).toBe(true);
          // A price cannot go below one tick: there a short of a very cheap coin stays short of breakeven.
          if (at.gt(tickSize)) expect(move.minus(costs).times(amount).plus(paid).gte("0")).toBe(true);
        },
      ),
    );
  });

  it("is the same without a grid in float64, but for less than a tick", () => {
    fc.assert(
      fc.property(fc.constantFrom<Direction>("long", "short"), fc.integer({ min: 10_000, max: 1_000_000_000 }), (direction, entryUnits) => {
        const entryPrice = asPrice(decimal(String(entryUnits)).times(decimal("0.0001")));
        const tickSize = price("0.0001");
        const exact = breakevenPrice({ direction, entryPrice, quantity: quantity("1"), funding: usdt("0"), terms: { ...terms, tickSize } });
        const costs = { takerFeeRate: toNumber(terms.takerFeeRate), slippageRate: toNumber(terms.slippageRate) };
        expect(Math.abs(breakevenLevel(direction, toNumber(entryPrice), costs) - toNumber(exact))).toBeLessThanOrEqual(0.0001 + 1e-9);
      }),
    );
  });
});
