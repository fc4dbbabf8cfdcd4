import { decimal } from "@winiswin/domain/decimal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExchangeState } from "../src/matching/exchange-state.ts";
import { anySteps, run, type Wealth } from "./random-trading.ts";

const zero = decimal("0");

const unwatched = () => {};
const autoclosed = (state: ExchangeState) =>
  [...state.orders.values()].filter(({ clientOrderId }) => clientOrderId.startsWith("autoclose-"));

describe.each([1, 400] as const)("money of an account of 500 USDT x %i", (wealth: Wealth) => {
  test("is conserved to the last digit: the wallet is deposits + realised - fees + funding - clearance, and a flat account has what it sold minus what it bought", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const { state } = run(steps, 1, unwatched, wealth);
        const sum = (type: string) =>
          state.incomes.filter((entry) => entry.incomeType === type).reduce((total, entry) => total.plus(decimal(entry.income)), zero);
        const wallet = decimal(state.account.walletBalance);
        const expected = ["TRANSFER", "REALIZED_PNL", "COMMISSION", "FUNDING_FEE", "INSURANCE_CLEAR"].reduce(
          (total, type) => total.plus(sum(type)),
          zero,
        );
        expect(wallet.toFixed()).toBe(expected.toFixed());
        const fees = state.trades.reduce((total, trade) => total.plus(decimal(trade.commission)), zero);
        expect(sum("COMMISSION").toFixed()).toBe(fees.times(decimal("-1")).toFixed());
        // Cash flow: proceeds minus purchases, plus what open positions cost (short ones were paid).
        let cash = zero;
        for (const trade of state.trades) {
          const quote = decimal(trade.quoteQuantity);
          cash = trade.side === "SELL" ? cash.plus(quote) : cash.minus(quote);
        }
        for (const position of state.positions.values()) {
          const cost = decimal(position.entryCost);
          cash = decimal(position.quantity).gt(zero) ? cash.plus(cost) : cash.minus(cost);
        }
        expect(sum("REALIZED_PNL").toFixed()).toBe(cash.toFixed());
      }),
      { numRuns: 60 },
    );
  });

  test("never leaves less than nothing, and margin is only held by what is open", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const exchange = run(steps, 1, unwatched, wealth);
        const { state } = exchange;
        const figures = exchange.figures(state.account.processedMs);
        // Funding may take the wallet below zero while open profit stands behind it.
        expect(Number(figures.walletBalance.plus(figures.unrealizedPnl).toFixed())).toBeGreaterThanOrEqual(0);
        for (const position of state.positions.values()) {
          expect(decimal(position.quantity).eq(zero)).toBe(false);
          expect(decimal(position.isolatedWallet).gt(zero)).toBe(state.settingOf(position.symbol).marginType === "ISOLATED");
        }
        for (const algo of state.openAlgoOrders.values()) if (algo.closePosition) expect(state.positions.has(algo.symbol)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("does not depend on how often somebody looks: time in one piece or in seven gives the same trades, ids and wallet", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const once = run(steps, 1, unwatched, wealth);
        const often = run(steps, 7, unwatched, wealth);
        expect(often.state.trades).toEqual(once.state.trades);
        expect(often.state.incomes).toEqual(once.state.incomes);
        expect([...often.state.orders.values()]).toEqual([...once.state.orders.values()]);
        expect([...often.state.algoOrders.values()]).toEqual([...once.state.algoOrders.values()]);
        expect(often.state.account).toEqual(once.state.account);
      }),
      { numRuns: 25 },
    );
  });
});

describe("money", () => {
  test("is lost step by step where positions are large: such liquidations are reached, in all their kinds", () => {
    const states = fc.sample(anySteps, { numRuns: 160, seed: 2 }).map((steps) => run(steps, 1, unwatched, 400).state);
    const forced = states.flatMap((state) => autoclosed(state).map((order) => ({ order, state })));
    expect(forced.filter(({ order }) => order.closePosition).length).toBeGreaterThan(5);
    expect(forced.filter(({ order }) => !order.closePosition).length).toBeGreaterThan(5);
    // Some positions outlived a step.
    const outlived = forced.filter(
      ({ order, state }) =>
        !order.closePosition && state.trades.some((trade) => trade.symbol === order.symbol && trade.timeMs > order.timeMs),
    );
    expect(outlived.length).toBeGreaterThan(0);
  });

  test("is tried by sequences that do reach liquidations, triggers, resting fills and funding", () => {
    const reached = fc.sample(anySteps, { numRuns: 120, seed: 1 }).map((steps) => run(steps).state);
    const count = (number: (state: ExchangeState) => number) => reached.reduce((total, state) => total + number(state), 0);
    expect(count((state) => state.incomes.filter((entry) => entry.incomeType === "INSURANCE_CLEAR").length)).toBeGreaterThan(5);
    expect(count((state) => state.incomes.filter((entry) => entry.incomeType === "FUNDING_FEE").length)).toBeGreaterThan(100);
    expect(count((state) => [...state.algoOrders.values()].filter((algo) => algo.status === "FINISHED").length)).toBeGreaterThan(10);
    expect(count((state) => state.trades.filter((trade) => trade.maker).length)).toBeGreaterThan(10);
    for (const type of ["STOP", "TAKE_PROFIT", "TRAILING_STOP_MARKET"]) {
      expect(
        count((state) => [...state.algoOrders.values()].filter((algo) => algo.type === type && algo.status === "FINISHED").length),
      ).toBeGreaterThan(0);
    }
    for (const status of ["REJECTED", "EXPIRED", "CANCELED"]) {
      expect(count((state) => [...state.algoOrders.values()].filter((algo) => algo.status === status).length)).toBeGreaterThan(0);
    }
    // Stop limits that rested and were met later.
    expect(
      count((state) => state.trades.filter((trade) => trade.maker && state.orders.get(trade.orderId)?.origin !== undefined).length),
    ).toBeGreaterThan(0);
    expect(count((state) => [...state.orders.values()].filter((order) => (order.amendments ?? 0) > 0).length)).toBeGreaterThan(0);
    expect(count((state) => state.marginChanges.length)).toBeGreaterThan(0);
  });

  test("survives being written down: the recorded changes make the same state again", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const { state } = run(steps);
        const copy = new ExchangeState();
        for (const change of JSON.parse(JSON.stringify(state.everything()))) copy.apply(change);
        expect(copy.everything()).toEqual(state.everything());
        expect([...copy.openOrders.keys()]).toEqual([...state.openOrders.keys()]);
        expect([...copy.openAlgoOrders.keys()]).toEqual([...state.openAlgoOrders.keys()]);
      }),
      { numRuns: 30 },
    );
  });
});
