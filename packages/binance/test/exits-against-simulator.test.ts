import type { Clock } from "@winiswin/application/ports/clock";
import type { MarketData } from "@winiswin/application/ports/market-data";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { createBinanceMarketData, createBinanceOrderGateway } from "@winiswin/binance";
import { asPrice, asUsdt, decimal, notionalOf, type Price, type Quantity, usdt } from "@winiswin/domain/decimal";
import { type Instrument, quantizeQuantity, roundPrice } from "@winiswin/domain/instrument";
import { clientOrderIdOf, type ProtectiveOrder } from "@winiswin/domain/order";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approvedEntry } from "./approved-entry.ts";

const startMs = Date.parse("2026-03-02T10:00:00.000Z");
const minuteMs = 60_000;

let simulator: ExchangeSimulator;
let clock: Clock;
let market: MarketData;
let gateway: OrderGateway;
let instrument: Instrument;
let filled: Quantity;
let filledPrice: Price;

const orderOf = (leg: ProtectiveOrder["leg"], revision: number, at: string, quantity?: Quantity): ProtectiveOrder => ({
  leg,
  clientOrderId: clientOrderIdOf("main", "exits", leg, revision),
  symbol: instrument.symbol,
  direction: "long",
  triggerPrice: roundPrice(instrument, filledPrice.times(decimal(at)), "up"),
  quantity,
});
const part = (share: string): Quantity => quantizeQuantity(instrument, filled.times(decimal(share)));
const held = async () => (await gateway.positions()).find(({ symbol }) => symbol === instrument.symbol);

beforeAll(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 20, seed: "exits" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
  clock = {
    nowMs: () => simulator.clock.nowMs(),
    sleepUntil: async (atMs) => {
      if (atMs > simulator.clock.nowMs()) simulator.clock.advanceTo(atMs);
    },
    realMsUntil: () => 0,
  };
  market = createBinanceMarketData({ baseUrl: simulator.url, clock });
  gateway = createBinanceOrderGateway({ baseUrl: simulator.url, apiKey: simulator.apiKey, apiSecret: simulator.apiSecret, clock });
  instrument = (await market.instruments()).find(({ symbol }) => symbol === "ETHUSDT")!;
  const { askPrice } = await market.bookTop(instrument.symbol);
  const quantity = quantizeQuantity(instrument, usdt("2000").div(askPrice));
  const notional = notionalOf(quantity, askPrice);
  await gateway.prepareSymbol(instrument.symbol, 5);
  await gateway.placeEntry(
    approvedEntry(
      {
        positionId: "exits",
        clientOrderId: clientOrderIdOf("main", "exits", "entry", 0),
        symbol: instrument.symbol,
        quantity,
        signalPrice: askPrice,
        entryPrice: askPrice,
        stopPrice: roundPrice(instrument, askPrice.times(decimal("0.9")), "up"),
        targetPrice: roundPrice(instrument, askPrice.times(decimal("1.1")), "down"),
        notional,
        leverage: 5,
        initialMargin: asUsdt(notional.div(decimal("5"))),
        liquidationPrice: asPrice(askPrice.times(decimal("0.8"))),
      },
      { instrument, nowMs: clock.nowMs() },
    ),
  );
  const position = await held();
  if (position === undefined) throw new Error("nothing was opened");
  filled = position.quantity;
  filledPrice = position.entryPrice;
});
afterAll(() => simulator.stop());

describe("the orders of an exit", () => {
  it("rest side by side: the stop that closes all, one with a quantity, and the targets", async () => {
    const orders = [
      orderOf("stopLoss", 1, "0.9"),
      orderOf("breakeven", 2, "0.95", filled),
      orderOf("takeProfit", 1, "1.1", part("0.3")),
      orderOf("takeProfit", 2, "1.2", part("0.4")),
    ];
    for (const order of orders) expect(await gateway.placeProtection(order), order.leg).toEqual({ outcome: "accepted" });

    const resting = await gateway.openProtections();
    expect(
      orders.map(({ clientOrderId }) => {
        const found = resting.find((report) => report.clientOrderId === clientOrderId);
        return [found?.leg, found?.closePosition, found?.quantity?.toFixed()];
      }),
    ).toEqual([
      ["stopLoss", true, undefined],
      ["stopLoss", false, filled.toFixed()],
      ["takeProfit", false, part("0.3").toFixed()],
      ["takeProfit", false, part("0.4").toFixed()],
    ]);
  });

  it("are taken for the same when they are sent again, and for others when the quantity differs", async () => {
    expect(await gateway.placeProtection(orderOf("takeProfit", 2, "1.2", part("0.4")))).toEqual({ outcome: "accepted" });
    expect(await gateway.placeProtection(orderOf("takeProfit", 2, "1.2", part("0.2")))).toMatchObject({ outcome: "rejected" });
    expect(await gateway.placeProtection(orderOf("stopLoss", 2, "0.91"))).toMatchObject({ meaning: "alreadyProtected" });
  });

  it("take their part when the price comes, and are found by the order that they became", async () => {
    const near = orderOf("takeProfit", 3, "1.0008", part("0.25"));
    expect(await gateway.placeProtection(near)).toEqual({ outcome: "accepted" });
    let report = await gateway.findProtection(instrument.symbol, near.clientOrderId);
    for (let minute = 0; minute < 600 && report?.status === "new"; minute++) {
      simulator.clock.advanceTo(simulator.clock.nowMs() + minuteMs);
      report = await gateway.findProtection(instrument.symbol, near.clientOrderId);
    }
    expect(report).toMatchObject({ status: "finished" });
    const spawned = await gateway.findOrderById(instrument.symbol, report?.spawnedOrderId ?? "");
    expect(spawned).toMatchObject({ status: "filled", orderId: report?.spawnedOrderId });
    expect(spawned?.executedQuantity.toFixed()).toBe(part("0.25").toFixed());
    expect((await held())?.quantity.toFixed()).toBe(filled.minus(part("0.25")).toFixed());
    const own = (await gateway.fillsSince(instrument.symbol, startMs)).filter(({ orderId }) => orderId === report?.spawnedOrderId);
    expect(own.reduce((sum, fill) => sum.plus(fill.quantity), decimal("0")).toFixed()).toBe(part("0.25").toFixed());
  });

  it("do not block the market close, and those with a quantity outlive it", async () => {
    const { quantity } = (await held())!;
    const close = {
      clientOrderId: clientOrderIdOf("main", "exits", "close", 1),
      symbol: instrument.symbol,
      direction: "long" as const,
      quantity,
    };
    expect(await gateway.closeAtMarket(close)).toEqual({ outcome: "accepted" });
    expect(await held()).toBeUndefined();
    const left = (await gateway.openProtections()).map(({ leg, closePosition }) => [leg, closePosition]);
    expect(left).toEqual([
      ["stopLoss", false],
      ["takeProfit", false],
      ["takeProfit", false],
    ]);
    for (const { clientOrderId } of await gateway.openProtections())
      expect(await gateway.cancelProtection(instrument.symbol, clientOrderId)).toEqual({ outcome: "accepted" });
    expect(await gateway.openProtections()).toEqual([]);
  });
});

describe("a liquidation", () => {
  it("is known by the order that the exchange makes, and by its clearance fee", async () => {
    simulator.clock.advanceTo(clock.nowMs() + minuteMs);
    const { askPrice } = await market.bookTop(instrument.symbol);
    const quantity = quantizeQuantity(instrument, usdt("2000").div(askPrice));
    const openedAtMs = clock.nowMs();
    await gateway.prepareSymbol(instrument.symbol, 100);
    await gateway.placeEntry(
      approvedEntry(
        {
          clientOrderId: clientOrderIdOf("main", "liquidated", "entry", 0),
          symbol: instrument.symbol,
          quantity,
          signalPrice: askPrice,
          entryPrice: askPrice,
          stopPrice: roundPrice(instrument, askPrice.times(decimal("0.9")), "up"),
          targetPrice: roundPrice(instrument, askPrice.times(decimal("1.1")), "down"),
          notional: notionalOf(quantity, askPrice),
          liquidationPrice: asPrice(askPrice.times(decimal("0.8"))),
        },
        { instrument, nowMs: clock.nowMs() },
      ),
    );
    for (let quarter = 0; quarter < 2000 && (await held()) !== undefined; quarter++)
      simulator.clock.advanceTo(clock.nowMs() + 15 * minuteMs);
    expect(await held()).toBeUndefined();
    const exits = (await gateway.fillsSince(instrument.symbol, openedAtMs)).filter(({ side }) => side === "sell");
    const order = await gateway.findOrderById(instrument.symbol, exits[0]?.orderId ?? "");
    expect(order?.clientOrderId).toMatch(/^autoclose-/);
    expect(exits.reduce((sum, fill) => sum.plus(fill.quantity), decimal("0")).toFixed()).toBe(quantity.toFixed());
    expect((await gateway.clearanceFeesSince(instrument.symbol, openedAtMs)).gt("0")).toBe(true);
  });
});

describe("what the exits look at", () => {
  it("is the highest and lowest price of the whole minutes of a span, in coarser candles when it is long", async () => {
    const nowMs = simulator.clock.nowMs();
    const minutes = await market.extremesBetween("ETHUSDT", nowMs - 60.5 * minuteMs, nowMs);
    expect(minutes).toHaveLength(60);
    expect(minutes.every(({ high, low }) => high >= low && low > 0)).toBe(true);
    const long = await market.extremesBetween("ETHUSDT", nowMs - 3 * 86_400_000, nowMs);
    expect(long.length).toBeGreaterThanOrEqual(287);
    expect(long.length).toBeLessThanOrEqual(288);
    expect(Math.max(...minutes.map(({ high }) => high))).toBeLessThanOrEqual(Math.max(...long.map(({ high }) => high)));
  });

  it("is the next funding and its rate", async () => {
    const { rate, timeMs } = await market.nextFunding("ETHUSDT");
    expect(timeMs).toBeGreaterThan(clock.nowMs());
    expect(timeMs % 3_600_000).toBe(0);
    expect(Math.abs(rate)).toBeLessThan(0.05);
  });

  it("is no order where there is none, and no clearance fee without a liquidation", async () => {
    expect(await gateway.findOrderById("ETHUSDT", "1")).toBeUndefined();
    expect((await gateway.clearanceFeesSince("BTCUSDT", startMs)).toFixed()).toBe("0");
  });
});
