import { type Quantity, quantity } from "@winiswin/domain/decimal";
import { anInstrument, foreignPosition, Interruption } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const minutes = async (desk: TradingDesk, count: number) => {
  for (let minute = 0; minute < count; minute++) {
    desk.aMinuteLater();
    await desk.guard();
  }
};

async function deskAskedToClose(): Promise<TradingDesk> {
  const desk = await tradingDesk();
  await desk.execute();
  await desk.control.requestClose({ symbol: "BTCUSDT", by: "ana", reason: "out", atMs: desk.clock.nowMs() });
  return desk;
}

/** Refuses every market order above the limit, as the exchange does, and tells the new limit to whoever asks. */
function lowerLimit(desk: TradingDesk, largest: string, isListed: boolean): void {
  const { closeAtMarket } = desk.exchange;
  desk.exchange.closeAtMarket = async (order) =>
    order.quantity.gt(largest)
      ? { outcome: "rejected", code: -4005, reason: "Quantity greater than max quantity.", meaning: "limitsBroken" }
      : closeAtMarket(order);
  const maxMarketQuantity: Quantity = quantity(largest);
  if (isListed) desk.market.instrument = { maxMarketQuantity };
  else desk.market.relisted = [anInstrument({ symbol: "BTCUSDT", maxMarketQuantity })];
}

const closesOf = (desk: TradingDesk) => desk.exchange.received.filter((request) => request.startsWith("close")).length;

describe("a close that is refused because there is nothing to reduce, while the position is held", () => {
  it("is told with the order that is in the way, keeps its stop, and counts as nothing that was repaired", async () => {
    const desk = await deskAskedToClose();
    desk.exchange.resting.set("BTCUSDT", [{ clientOrderId: "web_limit", side: "sell", reduceOnly: true, quantity: quantity("0.052") }]);
    for (const [id, order] of desk.exchange.protections) if (order.closePosition) desk.exchange.protections.delete(id);
    desk.aMinuteLater();

    const report = await desk.guard();

    expect(report).toMatchObject({ closed: 0, repaired: 0 });
    expect(desk.exchange.held.size).toBe(1);
    expect((await desk.exchange.openProtections()).map(({ leg }) => leg)).toEqual(["stopLoss"]);
    const told = desk.events.filter((event) => event.type === "TroubleSeen");
    expect(told).toMatchObject([{ code: "CLOSE_REFUSED", detail: expect.stringContaining("sell 0.052 web_limit") }]);
  });

  it("goes through once the other order is gone, and is recorded with its cause", async () => {
    const desk = await deskAskedToClose();
    desk.exchange.resting.set("BTCUSDT", [{ clientOrderId: "web_limit", side: "sell", reduceOnly: true, quantity: quantity("0.052") }]);
    await minutes(desk, 3);
    expect(await desk.control.closeRequests()).toHaveLength(1);
    desk.exchange.resting.clear();

    await minutes(desk, 1);

    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "manual" }]);
    expect(await desk.control.closeRequests()).toEqual([]);
    expect(await desk.exchange.openProtections()).toEqual([]);
  });

  it("goes through at once when a moved stop of ours was in the way", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.setPrice("BTCUSDT", "50500");
    await minutes(desk, 1);
    await desk.control.requestClose({ symbol: "BTCUSDT", by: "ana", reason: "out", atMs: desk.clock.nowMs() });
    const { closeAtMarket } = desk.exchange;
    desk.exchange.closeAtMarket = async (order) =>
      (await desk.exchange.openProtections()).some(({ closePosition }) => !closePosition)
        ? { outcome: "rejected", code: -4118, reason: "ReduceOnly Order Failed.", meaning: "nothingToReduce" }
        : closeAtMarket(order);

    await minutes(desk, 1);

    expect(desk.exchange.held.size).toBe(0);
    expect(desk.events.map(({ type }) => type)).not.toContain("PositionUnprotected");
  });
});

describe("a close of somebody else's position that is refused", () => {
  async function deskWithForeign(): Promise<TradingDesk> {
    const desk = await tradingDesk();
    desk.exchange.held.set("BTCUSDT", foreignPosition("short", "5", "50000"));
    await desk.control.requestClose({ symbol: undefined, by: "ana", reason: "flatten", atMs: desk.clock.nowMs() });
    return desk;
  }
  const troubles = (desk: TradingDesk) => desk.events.filter((event) => event.type === "TroubleSeen");

  it("is told from the second run on, for as long as it stands, and no longer", async () => {
    const desk = await deskWithForeign();
    desk.exchange.faultAt = (write) => (write.startsWith("close") ? { fault: "rejected", code: -4131, meaning: "other" } : undefined);

    await minutes(desk, 1);
    expect(troubles(desk)).toEqual([]);
    await minutes(desk, 2);
    expect(troubles(desk)).toMatchObject([
      { code: "CLOSE_REFUSED", symbol: "BTCUSDT", detail: expect.stringContaining("rejected with -4131") },
      {},
    ]);

    desk.exchange.faultAt = () => undefined;
    await minutes(desk, 2);
    expect(desk.exchange.held.size).toBe(0);
    expect(await desk.control.closeRequests()).toEqual([]);
    expect(troubles(desk)).toHaveLength(2);
  });

  it("is asked about before it is sent again: a lost one keeps its number, one that was executed in part is followed by the next", async () => {
    const desk = await deskWithForeign();
    const { closeAtMarket } = desk.exchange;
    const sent: string[] = [];
    desk.exchange.closeAtMarket = (order) => {
      sent.push(order.clientOrderId);
      if (sent.length === 1) return Promise.resolve({ outcome: "unknown", reason: "no answer" });
      return closeAtMarket(sent.length === 2 ? { ...order, quantity: quantity("2") } : order);
    };

    await minutes(desk, 3);

    const [first, second, third] = sent;
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(desk.exchange.held.size).toBe(0);
  });
});

describe("a close larger than the largest market order of its symbol", () => {
  it("is sent in orders with consecutive numbers, and the trade tells each with its reason", async () => {
    const desk = await deskAskedToClose();
    const held = desk.exchange.held.get("BTCUSDT")!.quantity;
    lowerLimit(desk, "0.02", true);

    await minutes(desk, 1);

    expect(held.toFixed()).toBe("0.052");
    expect(desk.exchange.held.size).toBe(0);
    const [trade] = await desk.trades.latest("main", 1);
    expect(trade?.exits?.map(({ reason, quantity: part }) => `${reason} ${part.toFixed()}`)).toEqual([
      "manual 0.02",
      "manual 0.02",
      "manual 0.012",
    ]);
    const closes = (await desk.orders.ofPosition(trade!.positionId)).filter(({ leg }) => leg === "close");
    expect(closes.map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });

  it("reads the limits anew when an order breaks one, and goes through within the same run", async () => {
    const desk = await deskAskedToClose();
    lowerLimit(desk, "0.03", false);

    await minutes(desk, 1);

    expect(desk.savedInstruments).toHaveLength(1);
    expect(desk.exchange.held.size).toBe(0);
  });

  it("never sends a number twice, wherever the process dies", async () => {
    const whole = new Interruption();
    const prepare = async () => {
      const desk = await deskAskedToClose();
      lowerLimit(desk, "0.02", true);
      desk.aMinuteLater();
      return desk;
    };
    await (await prepare()).guard(whole);
    for (const [index, call] of whole.calls.entries()) {
      const desk = await prepare();
      await desk.guard(new Interruption(index, "after")).catch(() => undefined);
      await minutes(desk, 2);
      expect(desk.exchange.held.size, call).toBe(0);
      expect(closesOf(desk), call).toBeLessThanOrEqual(4);
      const [trade] = await desk.trades.latest("main", 1);
      expect(
        trade?.exits?.every(({ reason }) => reason === "manual"),
        call,
      ).toBe(true);
    }
  });
});
