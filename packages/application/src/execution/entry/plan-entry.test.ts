import { decimal, price, quantity, toNumber, usdt } from "@winiswin/domain/decimal";
import { reviewOrder } from "@winiswin/domain/risk";
import { anInstrument, someBrackets } from "@winiswin/testkit/instruments";
import { aRiskContext } from "@winiswin/testkit/risk";
import { aSignal } from "@winiswin/testkit/signals";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseConfiguration } from "../../configuration.ts";
import { planEntry } from "./plan-entry.ts";

const parsed = parseConfiguration({});
if (!parsed.ok) throw new Error(parsed.failure.join("; "));
const configuration = parsed.value;

const cases = fc.record({
  direction: fc.constantFrom("long" as const, "short" as const),
  tick: fc.constantFrom("0.1", "0.01", "0.05", "0.0001"),
  step: fc.constantFrom("1", "0.1", "0.001"),
  ticks: fc.integer({ min: 20_000, max: 2_000_000 }),
  stopPerMille: fc.double({ min: 0.5, max: 150, noNaN: true }),
  confidence: fc.double({ min: 0.5, max: 1, noNaN: true }),
  equity: fc.integer({ min: 20, max: 500_000 }),
  availablePercent: fc.integer({ min: 1, max: 100 }),
  minNotional: fc.constantFrom("5", "20", "100"),
  maxMarketQuantity: fc.constantFrom("3", "500", "100000"),
});

it("plans nothing that the exchange would reject, that takes more than a slot or that rounding made riskier", () => {
  let planned = 0;
  fc.assert(
    fc.property(cases, (given) => {
      const instrument = anInstrument({
        tickSize: price(given.tick),
        minPrice: price(given.tick),
        stepSize: quantity(given.step),
        minQuantity: quantity(given.step),
        minNotional: usdt(given.minNotional),
        maxMarketQuantity: quantity(given.maxMarketQuantity),
      });
      const entryPrice = price(decimal(given.tick).times(String(given.ticks)).toFixed());
      const entry = toNumber(entryPrice);
      const sign = given.direction === "long" ? -1 : 1;
      const wantedStop = entry * (1 + (sign * given.stopPerMille) / 1000);
      const signal = aSignal({
        direction: given.direction,
        confidence: given.confidence,
        entryPrice: entry,
        stopPrice: wantedStop,
        targetPrice: entry * (1 - (sign * given.stopPerMille) / 500),
      });
      const equity = usdt(String(given.equity));
      const availableBalance = usdt(((given.equity * given.availablePercent) / 100).toFixed(2));
      const plan = planEntry({
        signal,
        instrument,
        book: { bidPrice: entryPrice, askPrice: entryPrice },
        balance: { walletBalance: equity, availableBalance, unrealisedProfit: usdt("0"), equity },
        brackets: someBrackets(),
        takerFeeRate: decimal("0.0005"),
        configuration,
      });
      if (!plan.ok) return;
      planned++;
      const { value } = plan;
      const verdict = reviewOrder(
        value,
        aRiskContext({ instrument, equity, availableBalance, bidPrice: entryPrice, askPrice: entryPrice }),
      );
      const codes = verdict.verdict === "refused" ? verdict.refusals.map(({ code }) => code) : [];
      expect(codes.filter((code) => ["EXCHANGE_FILTER", "LIQUIDATION_TOO_NEAR", "MARGIN_NOT_AVAILABLE"].includes(code))).toEqual([]);
      expect(value.initialMargin.lte(equity.div("3"))).toBe(true);
      expect(value.initialMargin.times(String(value.leverage)).minus(value.notional).abs().lt("0.000001")).toBe(true);
      expect(value.initialRisk.lte(equity.times("0.003"))).toBe(true);
      // A distance that rounding would have widened loses more per unit than the signal said.
      expect(toNumber(value.stopPrice.minus(entryPrice).abs())).toBeLessThanOrEqual(Math.abs(entry - wantedStop) * (1 + 1e-12));
    }),
    { numRuns: 1_500 },
  );
  expect(planned).toBeGreaterThan(200);
});
