import { price, quantity } from "@winiswin/domain/decimal";
import { clientOrderIdOf } from "@winiswin/domain/order";
import { foreignPosition } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const restingIds = async (desk: TradingDesk) => (await desk.exchange.openProtections()).map(({ clientOrderId }) => clientOrderId);

/** An order of ours that nobody remembers. */
function leftBehind(desk: TradingDesk, symbol: string, side: "buy" | "sell" = "sell"): string {
  const clientOrderId = clientOrderIdOf("main", `2026-01-01T00:00:00Z#${symbol}`, "takeProfit", 1);
  desk.exchange.protections.set(clientOrderId, {
    clientOrderId,
    symbol,
    leg: "takeProfit",
    side,
    triggerPrice: price("60000"),
    closePosition: false,
    quantity: quantity("0.01"),
    status: "new",
    spawnedOrderId: undefined,
  });
  return clientOrderId;
}

describe("an order of ours that no stored position wants", () => {
  it("is swept from a symbol that a person holds, and the person's orders stay", async () => {
    const desk = await tradingDesk();
    desk.exchange.held.set("BTCUSDT", foreignPosition("long", "1", "50000"));
    const orphan = leftBehind(desk, "BTCUSDT");
    desk.exchange.protections.set("web_1", { ...desk.exchange.protections.get(orphan)!, clientOrderId: "web_1" });

    await desk.guard();

    expect(await restingIds(desk)).toEqual(["web_1"]);
  });

  it("is swept beside a position of the other direction, whose own orders stay", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const own = await restingIds(desk);
    leftBehind(desk, "BTCUSDT", "buy");
    desk.aMinuteLater();

    await desk.guard();

    expect(await restingIds(desk)).toEqual(own);
  });

  it("is swept from a flat account although the executor holds the lease in the minutes of the closes", async () => {
    const desk = await tradingDesk();
    leftBehind(desk, "BTCUSDT");

    for (let minute = 0; minute < 15; minute++) {
      desk.clock.advanceTo(Math.ceil((desk.clock.nowMs() + 1) / 60_000) * 60_000 + 20_000);
      const isClose = Math.floor(desk.clock.nowMs() / 60_000) % 15 === 0;
      if (isClose) await desk.control.acquireLease("lease#main", "executor", desk.clock.nowMs() - 10_000, 30_000);
      await desk.guard();
    }

    expect(await restingIds(desk)).toEqual([]);
  });

  it("is swept later when the list did not show it while its position was forgotten", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const [stop, ...targets] = await restingIds(desk);
    const { openProtections } = desk.exchange;
    desk.exchange.openProtections = async () => [];
    desk.exchange.setPrice("BTCUSDT", "49400");
    desk.aMinuteLater();
    await desk.guard();
    expect(await desk.positions.open("main")).toEqual([]);
    desk.exchange.openProtections = openProtections;
    expect(await restingIds(desk)).toEqual(targets);
    expect(stop).toBeDefined();

    for (let minute = 0; minute < 15; minute++) {
      desk.aMinuteLater();
      await desk.guard();
    }

    expect(await restingIds(desk)).toEqual([]);
  });

  it("stays when a row for it appears between the look and the sweep", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const own = await restingIds(desk);
    const { open } = desk.positions;
    let reads = 0;
    desk.positions.open = async (bot) => (++reads <= 2 ? [] : open(bot));
    desk.aMinuteLater();

    await desk.guard();

    expect(reads).toBeGreaterThan(2);
    expect(await restingIds(desk)).toEqual(own);
  });
});
