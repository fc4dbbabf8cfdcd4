import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { quantity } from "@winiswin/domain/decimal";
import { aSignal } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { expectInvariants } from "./crash-invariants.ts";
import { doubledEntry, type TradingDesk, tradingDesk } from "./trading-desk.ts";

const minutes = async (desk: TradingDesk, count: number) => {
  for (let minute = 0; minute < count; minute++) {
    desk.aMinuteLater();
    await desk.guard();
  }
};
const legsOf = async (desk: TradingDesk) => (await desk.exchange.openProtections()).map((order) => order.leg);
const allLegs = ["stopLoss", "takeProfit", "takeProfit"];

/** The entry is executed, its answer lost, and for five minutes the exchange shows nothing of it: the guard gives it up meanwhile. */
async function deskWithLateEntry(): Promise<TradingDesk> {
  const desk = await tradingDesk();
  desk.exchange.faultAt = (write) =>
    write.startsWith("entry") ? { fault: "lostResponse" } : write.startsWith("stopLoss") ? { fault: "lostRequest" } : undefined;
  desk.exchange.hiddenUntilMs = desk.clock.nowMs() + 300_000;
  await desk.execute();
  desk.exchange.faultAt = () => undefined;
  await minutes(desk, 3);
  expect(await desk.positions.open("main")).toEqual([]);
  expect(await desk.positions.abandoned("main")).toHaveLength(1);
  return desk;
}

describe("an entry that shows only after it was given up", () => {
  it("is ours again: protected, told and never called somebody else's", async () => {
    const desk = await deskWithLateEntry();

    await minutes(desk, 3);

    expect(await legsOf(desk)).toEqual(allLegs);
    expect(await desk.positions.open("main")).toMatchObject([{ state: "open" }]);
    expect(desk.events.map(({ type }) => type)).not.toContain("ForeignPositionSeen");
    expect((await desk.control.frozenSymbols()).size).toBe(0);
    await expectInvariants(desk, "shown after it was given up");
  });

  it("is ours also while the exchange cannot be asked about its order", async () => {
    const desk = await deskWithLateEntry();
    desk.exchange.findOrder = () => Promise.reject(new ExchangeError("retryable", "no answer"));

    await minutes(desk, 3);

    expect(await desk.positions.open("main")).toMatchObject([{ state: "open" }]);
    expect(await legsOf(desk)).toEqual(allLegs);
  });

  it("is closed at once when entries were halted meanwhile", async () => {
    const desk = await deskWithLateEntry();
    await desk.control.setHalt({ reason: "storm", by: "ana", atMs: desk.clock.nowMs() });

    await minutes(desk, 4);

    expect(desk.exchange.held.size).toBe(0);
    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "closed" }]);
    expect(await desk.exchange.openProtections()).toEqual([]);
  });

  it("is not mistaken for what somebody opened by hand in the same direction", async () => {
    const desk = await deskWithLateEntry();
    desk.exchange.held.clear();
    desk.exchange.protections.clear();
    desk.exchange.orders.clear();
    desk.exchange.fills.length = 0;
    desk.exchange.tradeByHand("BTCUSDT", "buy", quantity("0.5"));

    await minutes(desk, 4);

    expect(await desk.positions.open("main")).toEqual([]);
    expect(await desk.exchange.openProtections()).toEqual([]);
  });

  it("keeps its symbol out of the next cycle, which would double it", async () => {
    const desk = await deskWithLateEntry();

    const frozen = await desk.control.frozenSymbols();

    expect(frozen.get(aSignal().symbol)).toContain("given up");
  });
});

describe("an entry that the exchange executed twice", () => {
  it("is cut to what was intended within a minute, under the stop that covers all of it", async () => {
    const desk = await doubledEntry();
    const [intended] = await desk.positions.open("main");
    expect(desk.exchange.held.get("BTCUSDT")?.quantity.eq(intended!.intent.quantity.times("2"))).toBe(true);

    await minutes(desk, 3);

    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe(intended?.intent.quantity.toFixed());
    expect(await legsOf(desk)).toEqual(allLegs);
    expect(desk.exchange.received.filter((request) => request.startsWith("close"))).toHaveLength(1);
  });

  it("tells a trade of all that was filled, with its cost and the reason of each part", async () => {
    const desk = await doubledEntry();
    await minutes(desk, 2);
    desk.exchange.setPrice("BTCUSDT", "49400");
    await minutes(desk, 2);

    const [trade] = await desk.trades.latest("main", 1);

    expect(trade?.exits?.map(({ reason }) => reason)).toEqual(["excess", "stopLoss"]);
    expect(trade?.quantity.eq(trade.exits!.reduce((sum, { quantity: part }) => sum.plus(part), quantity("0").plus("0")))).toBe(true);
    const { walletBalance } = await desk.exchange.balance();
    expect(trade?.netProfit.toFixed()).toBe(walletBalance.minus("10000").toFixed());
  });

  it("leaves alone what a person added under an order of his own", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.tradeByHand("BTCUSDT", "buy", quantity("0.01"));

    await minutes(desk, 3);

    expect(desk.exchange.received.filter((request) => request.startsWith("close"))).toEqual([]);
    const [position] = await desk.positions.open("main");
    expect(position?.state === "open" && position.openQuantity.toFixed()).toBe(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed());
  });
});

describe("a position that a person closed and opened again by hand", () => {
  it("is recorded as closed elsewhere, and the new one is not managed", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const own = desk.exchange.held.get("BTCUSDT")!.quantity;
    desk.aMinuteLater();
    desk.exchange.tradeByHand("BTCUSDT", "sell", own);
    desk.exchange.tradeByHand("BTCUSDT", "buy", own);

    await minutes(desk, 3);

    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "elsewhere" }]);
    expect(await desk.positions.open("main")).toEqual([]);
    expect(await desk.exchange.openProtections()).toEqual([]);
    expect(desk.exchange.held.size).toBe(1);
    expect(desk.events.map(({ type }) => type)).toContain("ForeignPositionSeen");
  });
});

describe("targets that were canceled in vain", () => {
  it("keep new ones out until they are gone: there is never too much target", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.aMinuteLater();
    const held = desk.exchange.held.get("BTCUSDT")!.quantity;
    desk.exchange.tradeByHand("BTCUSDT", "sell", quantity("0.02"));
    desk.exchange.faultAt = (write) => (write.startsWith("cancel") ? { fault: "lostRequest" } : undefined);
    const targetsOf = async () =>
      (await desk.exchange.openProtections())
        .filter(({ leg }) => leg === "takeProfit")
        .reduce((sum, order) => sum.plus(order.quantity ?? "0"), quantity("0").plus("0"));
    const before = await targetsOf();

    await minutes(desk, 2);

    expect((await targetsOf()).lte(before)).toBe(true);
    desk.exchange.faultAt = () => undefined;
    await minutes(desk, 2);
    expect((await targetsOf()).lte(held.minus("0.02"))).toBe(true);
    await expectInvariants(desk, "canceled in vain");
  });
});
