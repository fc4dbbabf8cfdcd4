import { decimal } from "@winiswin/domain/decimal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GeneratedMarket } from "../src/market/generated-market.ts";
import { unitsToText } from "../src/market/instrument.ts";
import { placeAlgoOrder } from "../src/matching/algo-entry.ts";
import { Exchange } from "../src/matching/exchange.ts";
import { ExchangeRefusal } from "../src/matching/exchange-refusal.ts";
import { ExchangeState } from "../src/matching/exchange-state.ts";
import { Market } from "../src/matching/market.ts";
import { placeOrder } from "../src/matching/order-entry.ts";
import { changeLeverage, changeMarginType } from "../src/matching/symbol-settings.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);
const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT"] as const;
const zero = decimal("0");

interface Step {
  readonly waitSeconds: number;
  readonly symbol: (typeof symbols)[number];
  readonly side: "BUY" | "SELL";
  readonly action: "market" | "reduce" | "limit" | "stop" | "target" | "leverage" | "isolate" | "wait";
  /** Share of 12,000 USDT of notional and of 5 % of distance of prices, in thousandths. */
  readonly size: number;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  waitSeconds: fc.integer({ min: 0, max: 80_000 }),
  symbol: fc.constantFrom(...symbols),
  side: fc.constantFrom("BUY", "SELL"),
  action: fc.constantFrom(
    "market",
    "market",
    "market",
    "reduce",
    "limit",
    "stop",
    "stop",
    "target",
    "target",
    "leverage",
    "isolate",
    "wait",
  ),
  size: fc.integer({ min: 1, max: 1_000 }),
});

function open(): Exchange {
  const exchange = new Exchange(new Market(new GeneratedMarket("money", 20, startMs)));
  exchange.open(decimal("500"), startMs);
  return exchange;
}

/** Does one step; what the exchange refuses changes nothing. */
function act(exchange: Exchange, step: Step, nowMs: number): void {
  const instrument = exchange.instrument(step.symbol);
  const last = exchange.market.path.lastTicks(instrument, nowMs);
  const steps = Math.round((12 * step.size) / (last * instrument.tickValue) / Number(instrument.stepSize));
  const quantity = decimal(unitsToText(steps, instrument.stepDecimals));
  const priceAt = (share: number) => decimal(unitsToText(Math.round(last * share), instrument.tickDecimals));
  const away = step.size / 20_000;
  const { symbol } = step;
  const held = exchange.state.positions.get(symbol)?.quantity;
  // Protection usually points the right way; where nothing is held it is refused.
  const protects = step.action === "stop" || step.action === "target";
  const side = protects && held !== undefined ? (Number(held) > 0 ? "SELL" : "BUY") : step.side;
  const base = { symbol, side, clientOrderId: undefined, quantity } as const;
  const conditional = {
    symbol,
    side,
    clientAlgoId: undefined,
    quantity: undefined,
    closePosition: true,
    reduceOnly: false,
    priceProtect: false,
    timeInForce: "GTC",
  } as const;
  try {
    switch (step.action) {
      case "market":
      case "reduce":
        placeOrder(exchange, { ...base, type: "MARKET", reduceOnly: step.action === "reduce" }, nowMs);
        return;
      case "limit":
        placeOrder(
          exchange,
          { ...base, type: "LIMIT", reduceOnly: false, timeInForce: "GTC", price: priceAt(side === "BUY" ? 1 - away : 1 + away) },
          nowMs,
        );
        return;
      case "stop":
        placeAlgoOrder(
          exchange,
          { ...conditional, type: "STOP_MARKET", workingType: "MARK_PRICE", triggerPrice: priceAt(side === "BUY" ? 1 + away : 1 - away) },
          nowMs,
        );
        return;
      case "target":
        placeAlgoOrder(
          exchange,
          {
            ...conditional,
            type: "TAKE_PROFIT_MARKET",
            workingType: "CONTRACT_PRICE",
            triggerPrice: priceAt(side === "BUY" ? 1 - away : 1 + away),
          },
          nowMs,
        );
        return;
      case "leverage":
        changeLeverage(exchange, symbol, String(1 + (step.size % 75)), nowMs);
        return;
      case "isolate":
        changeMarginType(exchange, symbol, step.size % 2 === 0 ? "ISOLATED" : "CROSSED");
        return;
      case "wait":
        return;
    }
  } catch (error) {
    if (!(error instanceof ExchangeRefusal)) throw error;
  }
}

/** Runs the steps; between two, time goes in `pieces` equal pieces. */
function run(steps: readonly Step[], pieces = 1): Exchange {
  const exchange = open();
  let nowMs = startMs;
  for (const step of steps) {
    for (let piece = 1; piece <= pieces; piece++) exchange.advanceTo(nowMs + Math.floor((step.waitSeconds * 1_000 * piece) / pieces));
    nowMs += step.waitSeconds * 1_000;
    act(exchange, step, nowMs);
  }
  return exchange;
}

const anySteps = fc.array(anyStep, { minLength: 1, maxLength: 30 });

describe("money", () => {
  test("is conserved to the last digit: the wallet is deposits + realised - fees + funding - clearance, and a flat account has what it sold minus what it bought", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const { state } = run(steps);
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
      { numRuns: 150 },
    );
  });

  test("is tried by sequences that do reach liquidations, triggers, resting fills and funding", () => {
    const reached = fc.sample(anySteps, { numRuns: 150, seed: 1 }).map((steps) => run(steps).state);
    const count = (number: (state: ExchangeState) => number) => reached.reduce((total, state) => total + number(state), 0);
    expect(count((state) => state.incomes.filter((entry) => entry.incomeType === "INSURANCE_CLEAR").length)).toBeGreaterThan(5);
    expect(count((state) => state.incomes.filter((entry) => entry.incomeType === "FUNDING_FEE").length)).toBeGreaterThan(100);
    expect(count((state) => [...state.algoOrders.values()].filter((algo) => algo.status === "FINISHED").length)).toBeGreaterThan(10);
    expect(count((state) => state.trades.filter((trade) => trade.maker).length)).toBeGreaterThan(10);
  });

  test("never leaves less than nothing, and margin is only held by what is open", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const exchange = run(steps);
        const { state } = exchange;
        const figures = exchange.figures(state.account.processedMs);
        // Funding may take the wallet below zero while open profit stands behind it.
        expect(Number(figures.walletBalance.plus(figures.unrealizedPnl).toFixed())).toBeGreaterThanOrEqual(0);
        for (const position of state.positions.values()) {
          expect(decimal(position.quantity).eq(zero)).toBe(false);
          expect(decimal(position.isolatedWallet).gt(zero)).toBe(state.settingOf(position.symbol).marginType === "ISOLATED");
        }
        for (const algo of state.openAlgoOrders.values()) expect(state.positions.has(algo.symbol)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  test("does not depend on how often somebody looks: time in one piece or in seven gives the same trades, ids and wallet", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const once = run(steps);
        const often = run(steps, 7);
        expect(often.state.trades).toEqual(once.state.trades);
        expect(often.state.incomes).toEqual(once.state.incomes);
        expect([...often.state.orders.values()]).toEqual([...once.state.orders.values()]);
        expect([...often.state.algoOrders.values()]).toEqual([...once.state.algoOrders.values()]);
        expect(often.state.account).toEqual(once.state.account);
      }),
      { numRuns: 60 },
    );
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
