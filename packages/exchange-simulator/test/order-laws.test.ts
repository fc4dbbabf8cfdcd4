import { decimal } from "@winiswin/domain/decimal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minuteMs } from "../src/market/candle-columns.ts";
import { placeAlgoOrder } from "../src/matching/algo-entry.ts";
import { Exchange } from "../src/matching/exchange.ts";
import { Market } from "../src/matching/market.ts";
import { placeOrder } from "../src/matching/order-entry.ts";
import type { AlgoOrderRecord, OrderRecord, Side } from "../src/matching/records.ts";
import { changeLeverage } from "../src/matching/symbol-settings.ts";
import { anySteps, run, type Step } from "./random-trading.ts";
import { ScriptedMarket, type ScriptedMinute } from "./scripted-market.ts";

const zero = decimal("0");
const symbol = "TESTUSDT";
const startMs = Date.UTC(2026, 10, 21, 10);
const flat: ScriptedMinute = [100, 100, 100, 100];

describe("orders that are not to rest", () => {
  const after = (steps: readonly Step[]) => run(steps, 1, () => {}, 400).state;
  const always = (law: (orders: readonly OrderRecord[], steps: readonly Step[]) => void) =>
    fc.assert(
      fc.property(anySteps, (steps) => law([...after(steps).orders.values()], steps)),
      { numRuns: 60 },
    );

  test("fill or kill is all or nothing", () => {
    always((orders) => {
      for (const order of orders.filter(({ timeInForce }) => timeInForce === "FOK"))
        expect([order.quantity, "0"]).toContain(order.executedQuantity);
    });
  });

  test("immediate or cancel never rests, and neither does a market order", () => {
    always((orders) => {
      for (const order of orders.filter(({ timeInForce, type }) => timeInForce === "IOC" || type === "MARKET")) {
        expect(["FILLED", "EXPIRED"]).toContain(order.status);
        expect(order.updateTimeMs).toBe(order.timeMs);
      }
    });
  });

  test("post only never takes", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const { orders, trades } = after(steps);
        for (const trade of trades) if (orders.get(trade.orderId)!.timeInForce === "GTX") expect(trade.maker).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("are tried by sequences that reach them, filled and refused a part", () => {
    const states = fc.sample(anySteps, { numRuns: 150, seed: 3 }).map(after);
    const count = (test: (order: OrderRecord) => boolean) =>
      states.reduce((sum, { orders }) => sum + [...orders.values()].filter(test).length, 0);
    expect(count(({ timeInForce, status }) => timeInForce === "FOK" && status === "FILLED")).toBeGreaterThan(5);
    expect(count(({ timeInForce, status }) => timeInForce === "IOC" && status === "FILLED")).toBeGreaterThan(5);
    const isPart = ({ executedQuantity }: OrderRecord) => decimal(executedQuantity).gt(zero);
    expect(count((order) => order.timeInForce === "IOC" && order.status === "EXPIRED" && isPart(order))).toBeGreaterThan(0);
    expect(count(({ timeInForce, status }) => timeInForce === "GTX" && status === "FILLED")).toBeGreaterThan(5);
  });
});

/** A position of one and its two exits, at ticks of 0.01 from the price of 100. */
function protectedPosition(minutes: readonly ScriptedMinute[], side: Side, stopTicks: number, targetTicks: number) {
  const exchange = new Exchange(new Market(new ScriptedMarket(startMs, minutes)));
  exchange.open(decimal("10000"), startMs);
  changeLeverage(exchange, symbol, "2", startMs);
  placeOrder(exchange, { type: "MARKET", symbol, side, quantity: decimal("1"), reduceOnly: false, clientOrderId: undefined }, startMs);
  const exit = (type: AlgoOrderRecord["type"], ticks: number) =>
    placeAlgoOrder(
      exchange,
      {
        symbol,
        side: side === "BUY" ? "SELL" : "BUY",
        type,
        triggerPrice: decimal((ticks / 100).toFixed(2)),
        clientAlgoId: undefined,
        workingType: "CONTRACT_PRICE",
        quantity: undefined,
        closePosition: true,
        reduceOnly: false,
        priceProtect: false,
        timeInForce: "GTC",
      },
      startMs,
    );
  const sign = side === "BUY" ? 1 : -1;
  const [stop, target] = [exit("STOP_MARKET", 10_000 - sign * stopTicks), exit("TAKE_PROFIT_MARKET", 10_000 + sign * targetTicks)];
  return { exchange, statusOf: (algo: AlgoOrderRecord) => exchange.state.algoOrders.get(algo.algoId)!.status, stop, target };
}

const side = fc.constantFrom("BUY", "SELL") as fc.Arbitrary<Side>;
const distance = fc.integer({ min: 2, max: 1_000 });

describe("a stop and a target", () => {
  test("in one minute: the stop comes first, whatever the minute looks like and however often somebody looks", () => {
    const extra = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(side, distance, distance, extra, extra, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (...drawn) => {
        const [position, stopTicks, targetTicks, below, above, closeShare, looksOften] = drawn;
        const [down, up] = position === "BUY" ? [stopTicks, targetTicks] : [targetTicks, stopTicks];
        const [low, high] = [10_000 - down - below, 10_000 + up + above];
        const close = Math.round(low + (high - low) * closeShare);
        const minute: ScriptedMinute = [100, high / 100, low / 100, close / 100];
        const { exchange, statusOf, stop, target } = protectedPosition([flat, minute], position, stopTicks, targetTicks);
        if (looksOften) for (let second = 1; second <= 120; second += 7) exchange.advanceTo(startMs + second * 1_000);
        exchange.advanceTo(startMs + 2 * minuteMs);
        expect([statusOf(stop), statusOf(target)]).toEqual(["FINISHED", "EXPIRED"]);
        expect(exchange.state.positions.size).toBe(0);
      }),
      { numRuns: 120 },
    );
  });

  test("that the market jumps over are filled at the open behind the gap, never at the trigger", () => {
    fc.assert(
      fc.property(side, distance, distance, fc.integer({ min: -2_500, max: 2_500 }), (position, stopTicks, targetTicks, gap) => {
        const sign = position === "BUY" ? 1 : -1;
        const open = 10_000 + gap;
        const jumped: ScriptedMinute = [open / 100, open / 100, open / 100, open / 100];
        const { exchange, statusOf, stop, target } = protectedPosition([flat, jumped], position, stopTicks, targetTicks);
        exchange.advanceTo(startMs + 2 * minuteMs);
        const [stopped, reached] = [sign * gap <= -stopTicks, sign * gap >= targetTicks];
        expect([statusOf(stop), statusOf(target)]).toEqual(
          stopped ? ["FINISHED", "EXPIRED"] : reached ? ["EXPIRED", "FINISHED"] : ["NEW", "NEW"],
        );
        if (!stopped && !reached) return;
        // The bid is the last price here, the ask one tick above.
        const expected = position === "BUY" ? open : open + 1;
        expect(exchange.state.trades.at(-1)).toMatchObject({
          price: decimal((expected / 100).toFixed(2)).toFixed(),
          timeMs: startMs + minuteMs,
        });
      }),
      { numRuns: 150 },
    );
  });
});
