import { aSignal } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const symbols = ["BTCUSDT", "ETHUSDT"];

/** Two positions of ours; the row of the first cannot be read any more. */
async function deskWithSpoiltRow(): Promise<TradingDesk> {
  const desk = await tradingDesk(symbols.map((symbol, index) => aSignal({ symbol, signalId: symbol, score: 9 - index / 10 })));
  await desk.execute();
  const [first] = await desk.positions.open("main");
  if (first === undefined) throw new Error("nothing was opened");
  expect([...desk.exchange.held.keys()]).toEqual(symbols);
  desk.positions.spoil(first.intent.positionId);
  desk.aMinuteLater();
  return desk;
}

const restingOn = async (desk: TradingDesk, symbol: string) =>
  (await desk.exchange.openProtections()).filter((order) => order.symbol === symbol).map(({ leg }) => leg);

describe("a row of Positions that cannot be read", () => {
  it("keeps no other position from being protected, is told, and still fails the run at its end", async () => {
    const desk = await deskWithSpoiltRow();
    for (const [id, order] of desk.exchange.protections) if (order.symbol === "ETHUSDT") desk.exchange.protections.delete(id);

    await expect(desk.guard()).rejects.toThrow("1 of 2 positions could not be guarded");

    expect(await restingOn(desk, "ETHUSDT")).toEqual(["stopLoss"]);
    const told = desk.events.filter((event) => event.type === "PositionUnprotected");
    expect(told).toMatchObject([{ symbol: "BTCUSDT", detail: expect.stringContaining("its row cannot be read") }]);
  });

  it("is ours all the same: not called somebody else's, and its orders stay", async () => {
    const desk = await deskWithSpoiltRow();

    await expect(desk.guard()).rejects.toThrow("could not be guarded");

    expect(desk.events.map(({ type }) => type)).not.toContain("ForeignPositionSeen");
    expect(await restingOn(desk, "BTCUSDT")).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
  });

  it("does not keep a flatten from closing everything, its own symbol too", async () => {
    const desk = await deskWithSpoiltRow();
    await desk.control.requestClose({ symbol: undefined, by: "ana", reason: "flatten", atMs: desk.clock.nowMs() });

    await expect(desk.guard()).rejects.toThrow("could not be guarded");

    expect([...desk.exchange.held.keys()]).toEqual([]);
    expect(await desk.control.closeRequests()).toEqual([]);
  });

  it("lets nothing be entered on its symbol, also when nothing is held there", async () => {
    const desk = await tradingDesk(symbols.map((symbol, index) => aSignal({ symbol, signalId: symbol, score: 9 - index / 10 })));
    const unreadable = { positionId: "2026-01-01T00:00:00Z#BTCUSDT", symbol: "BTCUSDT", reason: "no state fits" };
    desk.positions.unreadable = async () => [unreadable];

    await desk.execute();

    expect([...desk.exchange.held.keys()]).toEqual(["ETHUSDT"]);
    const [refused] = (await desk.cycle()).decisions;
    expect(refused?.reasons.map(({ code }) => code)).toContain("SYMBOL_FROZEN");
  });
});
