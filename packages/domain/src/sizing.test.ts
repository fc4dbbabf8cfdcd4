import { anInstrument, someBrackets } from "@winiswin/testkit/instruments";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, price, quantity, usdt } from "./decimal.ts";
import { type SizingInput, sizePosition } from "./sizing.ts";

const limits: SizingInput["limits"] = {
  riskPerTradePercent: decimal("0.3"),
  minimumMarginPercent: decimal("3"),
  maximumMarginPercent: decimal("13"),
  slots: 3,
  minimumLeverage: 1,
  takerFeeRate: decimal("0.0005"),
  slippageRate: decimal("0.0005"),
  minimumNotionalFactor: decimal("1.05"),
  liquidationBufferFraction: decimal("0.3"),
};

const input = (over: Partial<SizingInput> = {}): SizingInput => ({
  instrument: anInstrument(),
  direction: "long",
  entryPrice: price("50000"),
  stopPrice: price("49500"),
  equity: usdt("10000"),
  availableBalance: usdt("10000"),
  desiredLeverage: 10,
  brackets: someBrackets(),
  limits,
  ...over,
});

describe("sizePosition", () => {
  it("risks 0.3 % of equity: stop distance, both fees and slippage included", () => {
    const sized = sizePosition(input());
    // 30 USDT / (500 + (50000 + 49500) x 0.0005 + 50000 x 0.0005) = 0.0522 -> 0.052
    expect(sized).toMatchObject({ ok: true });
    if (!sized.ok) return;
    expect(sized.value.quantity.toFixed()).toBe("0.052");
    expect(sized.value.initialRisk.toFixed(4)).toBe("29.8870");
  });

  it("lowers the leverage until the initial margin is at least 3 % of equity", () => {
    const sized = sizePosition(input({ desiredLeverage: 20 }));
    if (!sized.ok) throw new Error(sized.failure.reason);
    expect(sized.value.leverage).toBe(8);
    expect(sized.value.initialMargin.gte("300")).toBe(true);
  });

  it("refuses a stop on the wrong side", () => {
    expect(sizePosition(input({ stopPrice: price("50000") }))).toMatchObject({ ok: false, failure: { code: "STOP_ON_WRONG_SIDE" } });
    expect(sizePosition(input({ direction: "short" }))).toMatchObject({ ok: false, failure: { code: "STOP_ON_WRONG_SIDE" } });
  });

  it("refuses what is below the exchange's minimum, with the figures", () => {
    const refused = sizePosition(input({ instrument: anInstrument({ minNotional: usdt("5000") }) }));
    expect(refused).toMatchObject({ ok: false, failure: { code: "BELOW_MINIMUM_NOTIONAL", reason: expect.stringContaining("5250.00") } });
    expect(sizePosition(input({ equity: usdt("1"), availableBalance: usdt("1") }))).toMatchObject({
      ok: false,
      failure: { code: "BELOW_MINIMUM_QUANTITY" },
    });
  });

  it("takes the leverage that the exchange offers instead of refusing, and shrinks with it", () => {
    const brackets = someBrackets().map((bracket) => ({ ...bracket, maximumLeverage: 5 }));
    const sized = sizePosition(input({ stopPrice: price("49950"), brackets, desiredLeverage: 20 }));
    expect(sized).toMatchObject({ ok: true, value: { leverage: 5 } });
    if (sized.ok) expect(sized.value.notional.toFixed()).toBe("6500");
  });

  it("needs no minimum margin when none is wished", () => {
    expect(sizePosition(input({ limits: { ...limits, minimumMarginPercent: decimal("0") } }))).toMatchObject({
      ok: true,
      value: { leverage: 10 },
    });
  });

  it("refuses when the exchange gave no brackets", () => {
    expect(sizePosition(input({ brackets: [] }))).toMatchObject({ ok: false, failure: { code: "NO_BRACKET" } });
  });

  it("never risks, binds or buys more than allowed, and never lets liquidation come near the stop", () => {
    const cases = fc.record({
      direction: fc.constantFrom("long" as const, "short" as const),
      entryTicks: fc.integer({ min: 1_000, max: 1_000_000 }),
      stopPerMille: fc.integer({ min: 1, max: 200 }),
      equity: fc.integer({ min: 10, max: 1_000_000 }),
      availablePercent: fc.integer({ min: 1, max: 100 }),
      desiredLeverage: fc.integer({ min: 1, max: 20 }),
      step: fc.constantFrom("1", "0.1", "0.01", "0.001"),
    });
    fc.assert(
      fc.property(cases, (given) => {
        const entryPrice = price((given.entryTicks / 10).toFixed(1));
        const sign = given.direction === "long" ? -1 : 1;
        const stopPrice = price(((given.entryTicks / 10) * (1 + (sign * given.stopPerMille) / 1000)).toFixed(1));
        if (stopPrice.eq(entryPrice)) return;
        const equity = usdt(String(given.equity));
        const availableBalance = usdt(((given.equity * given.availablePercent) / 100).toFixed(2));
        const instrument = anInstrument({ stepSize: quantity(given.step), minQuantity: quantity(given.step) });
        const sized = sizePosition(
          input({
            direction: given.direction,
            entryPrice,
            stopPrice,
            equity,
            availableBalance,
            instrument,
            desiredLeverage: given.desiredLeverage,
          }),
        );
        if (!sized.ok) return;
        const { value } = sized;
        expect(value.initialRisk.lte(equity.times("0.003"))).toBe(true);
        expect(value.initialMargin.lte(equity.times("0.13"))).toBe(true);
        expect(value.initialMargin.lte(availableBalance)).toBe(true);
        expect(value.initialMargin.gte(equity.times("0.03"))).toBe(true);
        expect(value.quantity.mod(instrument.stepSize).eq("0")).toBe(true);
        expect(value.quantity.lte(instrument.maxMarketQuantity)).toBe(true);
        expect(value.notional.gte("5.25")).toBe(true);
        expect(value.leverage).toBeLessThanOrEqual(given.desiredLeverage);
        const beyond = given.direction === "long" ? stopPrice.minus(value.liquidationPrice) : value.liquidationPrice.minus(stopPrice);
        expect(beyond.gte(entryPrice.minus(stopPrice).abs().times("0.3"))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
