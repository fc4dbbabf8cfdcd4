import { verifyAudit } from "@winiswin/application/audit/verify-audit";
import { isOrderOf } from "@winiswin/domain/order";
import { desiredProtection } from "@winiswin/domain/position";
import { expect } from "vitest";
import type { TradingDesk } from "./trading-desk.ts";

/** A held position that was protected keeps a stop that closes all of it, at every moment: also right after a crash. */
export async function expectStopStands(desk: TradingDesk, story: string): Promise<void> {
  const ours = (await desk.positions.open("main")).map((position) => position.intent.symbol);
  for (const symbol of ours.filter((name) => desk.exchange.held.has(name))) {
    const stops = [...desk.exchange.protections.values()].filter(
      (order) => order.symbol === symbol && order.leg === "stopLoss" && order.closePosition && order.status === "new",
    );
    expect(stops.length, `${story}: stops of ${symbol} right then`).toBe(1);
  }
}

/** What must hold once everything was delivered again and guarded; says how it ended. */
export async function expectInvariants(desk: TradingDesk, story: string, mostExecutions = 1): Promise<string> {
  const { exchange } = desk;
  const entries = [...Map.groupBy(exchange.received, (request) => request)].filter(([request]) => request.startsWith("entry"));
  for (const [entry, executions] of entries) expect(executions.length, `${story}: ${entry}`).toBeLessThanOrEqual(mostExecutions);

  const stored = await desk.positions.open("main");
  expect(stored.map(({ state, intent }) => [state, intent.symbol]).sort(), `${story}: our positions are those of the exchange`).toEqual(
    [...exchange.held.keys()].map((symbol) => ["open", symbol]).sort(),
  );
  const resting = [...exchange.protections.values()].filter((order) => order.status === "new");
  const wanted = stored.flatMap((position) => (position.state === "open" ? desiredProtection(position) : []));
  expect(
    resting.map(({ clientOrderId, triggerPrice, quantity }) => [clientOrderId, triggerPrice.toFixed(), quantity?.toFixed()]).sort(),
    `${story}: what rests on the exchange is what we want there, no more and no less`,
  ).toEqual(wanted.map(({ clientOrderId, triggerPrice, quantity }) => [clientOrderId, triggerPrice.toFixed(), quantity?.toFixed()]).sort());
  for (const position of stored) {
    const held = exchange.held.get(position.intent.symbol)?.quantity.toFixed();
    const open = position.state === "open" ? position.openQuantity.toFixed() : undefined;
    expect(open, `${story}: how much is open`).toBe(held);
    expect(Number(held), `${story}: no more than was intended`).toBeLessThanOrEqual(Number(position.intent.quantity.toFixed()));
  }
  for (const [symbol, { quantity }] of exchange.held) {
    const targets = resting.filter((order) => order.symbol === symbol && order.leg === "takeProfit");
    const sum = targets.reduce((total, order) => total + Number(order.quantity?.toFixed() ?? Number.NaN), 0);
    expect(sum, `${story}: targets within the position`).toBeLessThanOrEqual(Number(quantity.toFixed()) + 1e-12);
  }
  expect((await desk.cycle()).status, `${story}: cycle`).toBe("executed");

  const trades = await desk.trades.latest("main", 10);
  const ownSymbols = new Set((await desk.signals.ofCycle(desk.cycleId)).map(({ symbol }) => symbol));
  const left = new Set(
    exchange.fills
      .filter(({ side, symbol }) => side === "buy" && ownSymbols.has(symbol) && !exchange.held.has(symbol))
      .map(({ symbol }) => symbol),
  );
  expect(trades.map(({ symbol }) => symbol).sort(), `${story}: trades`).toEqual([...left].sort());
  for (const trade of trades) {
    const taken = trade.exits?.reduce((total, exit) => total + Number(exit.quantity.toFixed()), 0);
    expect(taken, `${story}: every part of it has left`).toBeCloseTo(Number(trade.quantity.toFixed()), 9);
    const orders = await desk.orders.ofPosition(trade.positionId);
    // Whatever left by an order of ours has its reason.
    const ours = new Set(orders.map((order) => order.clientOrderId));
    const foreign = [...exchange.orders.values()].some((order) => !ours.has(order.clientOrderId.replace("spawned-", "")));
    if (!foreign)
      expect(
        trade.exits?.map((exit) => exit.reason),
        `${story}: reasons`,
      ).not.toContain("elsewhere");
  }
  const abandoned = (await desk.positions.abandoned("main")).map(({ intent }) => intent.symbol);
  expect([...(await desk.control.frozenSymbols()).keys()], `${story}: frozen symbols`).toEqual(abandoned);
  expect(await desk.control.closeRequests(), `${story}: requests`).toEqual([]);
  expect((await verifyAudit(desk.audit)).defect, `${story}: audit`).toBeUndefined();
  for (const order of resting) expect(isOrderOf("main", order.clientOrderId), `${story}: foreign order`).toBe(true);

  const [trade] = trades;
  if (trade !== undefined) return `closed: ${trade.exits?.map((exit) => exit.reason).join(" + ")}`;
  const [position] = stored;
  if (position === undefined) return "not entered";
  if (stored.length > 1) return `${stored.length} open`;
  return position.state === "open" ? `open, stop: ${position.stopLeg}` : position.state;
}
