import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccountEvent } from "../src/matching/account-event.ts";
import type { Exchange } from "../src/matching/exchange.ts";
import type { AlgoStatus, OrderRecord, OrderStatus } from "../src/matching/records.ts";
import { anySteps, run, type Step } from "./random-trading.ts";

const zero = decimal("0");

/** Runs the steps and returns what was told, with what each contract held before each event, by trades alone. */
function told(steps: readonly Step[]): { readonly exchange: Exchange; readonly events: readonly AccountEvent[] } {
  const events: AccountEvent[] = [];
  // Small accounts and large ones, which are liquidated in steps.
  const wealth = (steps[0]?.size ?? 0) % 2 === 0 ? 1 : 400;
  const exchange = run(steps, 1, (watched) => watched.events.subscribe((event) => events.push(event)), wealth);
  return { exchange, events };
}

type Fill = Extract<AccountEvent, { kind: "order" }> & { readonly trade: NonNullable<Extract<AccountEvent, { kind: "order" }>["trade"]> };

const fillsOf = (events: readonly AccountEvent[]): readonly Fill[] =>
  events.filter((event): event is Fill => event.kind === "order" && event.trade !== undefined);

/** Each fill with what was held before and after it. */
function* withHoldings(events: readonly AccountEvent[]): Generator<readonly [Fill, before: DecimalValue, after: DecimalValue]> {
  const held = new Map<string, DecimalValue>();
  for (const fill of fillsOf(events)) {
    const before = held.get(fill.order.symbol) ?? zero;
    const quantity = decimal(fill.trade.quantity);
    const after = fill.trade.side === "BUY" ? before.plus(quantity) : before.minus(quantity);
    held.set(fill.order.symbol, after);
    yield [fill, before, after];
  }
}

const always = (law: (steps: readonly Step[]) => void, numRuns = 40) => fc.assert(fc.property(anySteps, law), { numRuns });

test("no order is filled at a price worse than its limit", () => {
  always((steps) => {
    for (const { order, trade } of fillsOf(told(steps).events)) {
      if (order.type !== "LIMIT") continue;
      const [price, limit] = [decimal(trade.price), decimal(order.price)];
      expect(order.side === "BUY" ? price.lte(limit) : price.gte(limit)).toBe(true);
    }
  });
});

test("quantities are conserved: an order's trades are what it executed, never more than it wanted, and positions are the sum of all trades", () => {
  always((steps) => {
    const { exchange, events } = told(steps);
    const { orders, trades, positions } = exchange.state;
    for (const order of orders.values()) {
      const traded = trades
        .filter((trade) => trade.orderId === order.orderId)
        .reduce((sum, trade) => sum.plus(decimal(trade.quantity)), zero);
      expect(traded.toFixed()).toBe(decimal(order.executedQuantity).toFixed());
      expect(traded.lte(decimal(order.quantity))).toBe(true);
      expect(order.status === "FILLED").toBe(traded.eq(decimal(order.quantity)));
    }
    const last = new Map<string, DecimalValue>();
    for (const [fill, , after] of withHoldings(events)) last.set(fill.order.symbol, after);
    for (const [symbol, held] of last) expect(positions.get(symbol)?.quantity ?? "0").toBe(held.toFixed());
    expect(fillsOf(events)).toHaveLength(trades.length);
  });
});

test("what only reduces never opens, adds or turns a position", () => {
  always((steps) => {
    for (const [{ order }, before, after] of withHoldings(told(steps).events)) {
      if (!order.reduceOnly) continue;
      expect(after.abs().lt(before.abs())).toBe(true);
      expect(after.eq(zero) || after.gt(zero) === before.gt(zero)).toBe(true);
    }
  });
});

test("what closes the position closes exactly what is held", () => {
  always((steps) => {
    for (const [{ order }, , after] of withHoldings(told(steps).events)) {
      if (order.closePosition && order.status === "FILLED") expect(after.eq(zero)).toBe(true);
    }
  });
});

test("with the position go its closing orders, as EXPIRED, and the plain ones that only reduce", () => {
  always((steps) => {
    const { exchange } = told(steps);
    const { state } = exchange;
    for (const algo of state.openAlgoOrders.values())
      if (algo.timeInForce === "GTE_GTC") expect(state.positions.has(algo.symbol)).toBe(true);
    for (const order of state.openOrders.values()) if (order.reduceOnly) expect(state.positions.has(order.symbol)).toBe(true);
    for (const algo of state.algoOrders.values()) {
      if (algo.reason === "GTE condition unsatisfied") expect(algo.status).toBe("EXPIRED");
    }
  });
});

test("no two open orders share a client id", () => {
  always((steps) => {
    const exchange = run(steps, 1, (watched) =>
      watched.events.subscribe(() => {
        const ids = [...watched.state.openOrders.values()]
          .filter((order) => order.origin === undefined)
          .map((order) => order.clientOrderId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
    expect(exchange.state.account.processedMs).toBeGreaterThan(0);
  });
});

const orderLives: Readonly<Record<OrderStatus | "none", readonly OrderStatus[]>> = {
  none: ["NEW"],
  NEW: ["NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "EXPIRED"],
  PARTIALLY_FILLED: ["PARTIALLY_FILLED", "FILLED", "CANCELED", "EXPIRED"],
  FILLED: [],
  CANCELED: [],
  EXPIRED: [],
};

const algoLives: Readonly<Record<AlgoStatus | "none", readonly AlgoStatus[]>> = {
  none: ["NEW"],
  NEW: ["TRIGGERING", "CANCELED", "EXPIRED"],
  TRIGGERING: ["TRIGGERED", "REJECTED"],
  TRIGGERED: ["FINISHED"],
  FINISHED: [],
  CANCELED: [],
  REJECTED: [],
  EXPIRED: [],
};

test("orders and conditional orders only go from state to state as the exchange lets them, in order of time", () => {
  always((steps) => {
    const orders = new Map<string, OrderStatus>();
    const algos = new Map<string, AlgoStatus>();
    let lastMs = 0;
    for (const event of told(steps).events) {
      if (event.kind === "time") continue;
      expect(event.timeMs).toBeGreaterThanOrEqual(lastMs);
      lastMs = event.timeMs;
      if (event.kind === "order") {
        expect(orderLives[orders.get(event.order.orderId) ?? "none"]).toContain(event.order.status);
        orders.set(event.order.orderId, event.order.status);
      } else if (event.kind === "algoOrder") {
        expect(algoLives[algos.get(event.algo.algoId) ?? "none"]).toContain(event.algo.status);
        algos.set(event.algo.algoId, event.algo.status);
      }
    }
  });
});

test("a conditional order is TRIGGERED exactly while the order that it became is open", () => {
  always((steps) => {
    const { state } = told(steps).exchange;
    const spawned = new Map<string, OrderRecord>();
    for (const order of state.orders.values()) if (order.origin !== undefined) spawned.set(order.origin.algoId, order);
    for (const algo of state.algoOrders.values()) {
      const order = spawned.get(algo.algoId);
      expect(order?.orderId ?? "").toBe(algo.actualOrderId);
      expect(algo.status === "TRIGGERED").toBe(order !== undefined && state.openOrders.has(order.orderId));
      expect(algo.status === "FINISHED").toBe(order !== undefined && !state.openOrders.has(order.orderId));
    }
  });
});
