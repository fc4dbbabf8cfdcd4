import { type Quantity, quantity } from "@winiswin/domain/decimal";
import { anInstrument, Interruption } from "@winiswin/testkit";
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
