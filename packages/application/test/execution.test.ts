import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { price, quantity, usdt } from "@winiswin/domain/decimal";
import { anInstrument, aSignal } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { tradingDesk } from "./trading-desk.ts";

const entriesOf = (desk: { exchange: { received: readonly string[] } }) =>
  desk.exchange.received.filter((request) => request.startsWith("entry"));
const legsOf = async (desk: Awaited<ReturnType<typeof tradingDesk>>) => (await desk.exchange.openProtections()).map((order) => order.leg);

describe("executeCycle", () => {
  it("opens a position with its stop before its targets", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    expect(desk.exchange.received).toEqual(["entry BTCUSDT", "stopLoss BTCUSDT", "takeProfit BTCUSDT", "takeProfit BTCUSDT"]);
    expect(await desk.cycle()).toMatchObject({ status: "executed", orders: 1, decisions: [{ decision: "entered", rank: 1 }] });
    expect(desk.events.map((event) => event.type)).toEqual(["PositionOpened", "CycleExecuted"]);
  });

  it("sends nothing and says why while trading is off", async () => {
    const desk = await tradingDesk([aSignal()], {});
    await desk.execute();
    expect(desk.exchange.received).toEqual([]);
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "refused", reasons: [{ code: "TRADING_DISABLED" }] }]);
  });

  it("enters the best three and stores of the fourth why not", async () => {
    const desk = await tradingDesk(["A", "B", "C", "D"].map((symbol, index) => aSignal({ symbol, score: 9 - index / 10 })));
    await desk.execute();
    expect(entriesOf(desk)).toEqual(["entry A", "entry B", "entry C"]);
    const fourth = { symbol: "D", decision: "notRanked", reasons: [{ code: "ENOUGH_ENTERED", reason: "3 better signals were entered" }] };
    expect((await desk.decisions.ofCycle("main", desk.cycleId)).at(-1)).toMatchObject(fourth);
  });

  it("goes on to the next best when one is refused for its own reasons", async () => {
    const signals = ["A", "B", "C", "D"].map((symbol, index) => aSignal({ symbol, score: 9 - index / 10 }));
    const desk = await tradingDesk(signals);
    await desk.control.freezeSymbol("B", "an order with unknown outcome", 0);
    await desk.execute();
    expect(entriesOf(desk)).toEqual(["entry A", "entry C", "entry D"]);
    expect((await desk.cycle()).decisions).toMatchObject([
      { symbol: "A", decision: "entered" },
      { symbol: "B", decision: "refused", reasons: [{ code: "SYMBOL_FROZEN" }] },
      { symbol: "C", decision: "entered" },
      { symbol: "D", decision: "entered" },
    ]);
  });

  it("asks nothing more of the market when the account itself refuses", async () => {
    const desk = await tradingDesk(["A", "B", "C"].map((symbol, index) => aSignal({ symbol, score: 9 - index / 10 })));
    await desk.control.setHalt({ reason: "exchange maintenance", by: "operator", atMs: 0 });
    await desk.execute();
    expect((await desk.cycle()).decisions.map(({ reasons }) => reasons.map(({ code }) => code))).toEqual([
      ["HALTED"],
      ["HALTED"],
      ["HALTED"],
    ]);
  });

  it("does nothing the second time", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    await desk.execute();
    expect(entriesOf(desk)).toHaveLength(1);
  });

  it("refuses entries while halted", async () => {
    const desk = await tradingDesk();
    await desk.control.setHalt({ reason: "exchange maintenance", by: "operator", atMs: 0 });
    await desk.execute();
    expect(entriesOf(desk)).toEqual([]);
    expect((await desk.cycle()).decisions).toMatchObject([{ reasons: [{ code: "HALTED" }] }]);
  });

  it("asks instead of sending again when the answer to the entry was lost", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "lostResponse" } : undefined);
    await desk.execute();
    expect(entriesOf(desk)).toHaveLength(1);
    expect(await legsOf(desk)).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
  });

  it("freezes the symbol when the request was lost, the guard gives the entry up after two looks that agree, and the symbol rests for two hours", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "lostRequest" } : undefined);
    await desk.execute();
    expect([...(await desk.control.frozenSymbols()).keys()]).toEqual(["BTCUSDT"]);
    await desk.guard();
    expect(await desk.positions.open("main")).toHaveLength(1);
    for (let minute = 0; minute < 2; minute++) {
      desk.aMinuteLater();
      await desk.guard();
    }
    expect(await desk.positions.open("main")).toEqual([]);
    expect([...(await desk.control.frozenSymbols()).keys()]).toEqual(["BTCUSDT"]);
    desk.clock.advanceTo(desk.clock.nowMs() + 2 * 3_600_000);
    await desk.guard();
    expect([...(await desk.control.frozenSymbols()).keys()]).toEqual([]);
    expect(await desk.positions.abandoned("main")).toEqual([]);
    expect(desk.events.map((event) => event.type)).toContain("EntryAbandoned");
  });

  it("does not give up an entry that the exchange executed but shows only a minute later", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "lostResponse" } : undefined);
    desk.exchange.hiddenUntilMs = desk.clock.nowMs() + 70_000;
    await desk.execute();
    desk.aMinuteLater();
    await desk.guard();
    desk.aMinuteLater();
    await desk.guard();
    expect(entriesOf(desk)).toHaveLength(1);
    expect(await legsOf(desk)).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
    expect(await desk.positions.open("main")).toMatchObject([{ state: "open" }]);
  });

  it("stores the exchange's own reason when it rejects the entry, and keeps nothing open", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "rejected", code: -2019, meaning: "other" } : undefined);
    await desk.execute();
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "failed", reasons: [{ code: "EXCHANGE_REJECTED_-2019" }] }]);
    expect(await desk.positions.open("main")).toEqual([]);
  });

  it("reads the limits anew when the entry broke one, and does not send it again", async () => {
    const relisted = [anInstrument({ symbol: "BTCUSDT", minNotional: usdt("250") })];
    const desk = await tradingDesk(undefined, undefined, { relisted });
    let entries = 0;
    desk.exchange.faultAt = (write) => {
      if (!write.startsWith("entry")) return undefined;
      entries += 1;
      return { fault: "rejected", code: -4164, meaning: "limitsBroken" };
    };
    await desk.execute();
    await desk.guard();
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "failed", reasons: [{ code: "EXCHANGE_REJECTED_-4164" }] }]);
    expect(desk.savedInstruments).toEqual([relisted]);
    expect(entries).toBe(1);
  });

  it("keeps the limits that it has when they cannot be read anew", async () => {
    const desk = await tradingDesk(undefined, undefined, { relisted: new ExchangeError("retryable", "no answer") });
    desk.exchange.faultAt = (write) =>
      write.startsWith("entry") ? { fault: "rejected", code: -1111, meaning: "limitsBroken" } : undefined;
    await desk.execute();
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "failed", reasons: [{ code: "EXCHANGE_REJECTED_-1111" }] }]);
    expect(desk.savedInstruments).toEqual([]);
  });

  it("closes at market at once when the stop cannot be placed", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("stopLoss") ? { fault: "rejected", code: -4045, meaning: "other" } : undefined);
    await desk.execute();
    expect(desk.exchange.held.size).toBe(0);
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "entered", reasons: [{ code: "CLOSED_AT_ONCE" }] }]);
  });

  it("waits for the exchange to see the position when the stop comes too early for it", async () => {
    const desk = await tradingDesk();
    let refusals = 3;
    desk.exchange.faultAt = (write) =>
      write.startsWith("stopLoss") && refusals-- > 0 ? { fault: "rejected", code: -4509, meaning: "needsPosition" } : undefined;
    await desk.execute();
    expect(await legsOf(desk)).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
  });

  it("takes a stray stop away that keeps ours out", async () => {
    const desk = await tradingDesk();
    desk.exchange.protections.set("stray", {
      clientOrderId: "stray",
      symbol: "BTCUSDT",
      leg: "stopLoss",
      side: "sell",
      triggerPrice: price("40000"),
      closePosition: true,
      quantity: undefined,
      status: "new",
      spawnedOrderId: undefined,
    });
    await desk.execute();
    expect(desk.exchange.protections.get("stray")?.status).toBe("canceled");
    expect(await legsOf(desk)).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
  });

  it("places the stop although the exchange cannot be read for a moment after the fill", async () => {
    const desk = await tradingDesk();
    let isFirst = true;
    desk.exchange.faultAt = (write) => {
      if (!write.startsWith("stopLoss") || !isFirst) return undefined;
      isFirst = false;
      desk.exchange.failingReads = 3;
      return { fault: "lostRequest" };
    };
    const filledAtMs = desk.clock.nowMs();
    await desk.execute();
    expect(await legsOf(desk)).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
    expect(desk.clock.nowMs() - filledAtMs).toBeLessThan(5_000);
  });

  it("keeps the position when only the target fails, and the guard places it later", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("takeProfit") ? { fault: "rejected", code: -1008, meaning: "other" } : undefined);
    await desk.execute();
    expect(await legsOf(desk)).toEqual(["stopLoss"]);
    desk.exchange.faultAt = () => undefined;
    await desk.guard();
    expect(await legsOf(desk)).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
  });
});

describe("guardPositions", () => {
  it("records the trade from the exchange's fills when the stop was hit", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.setPrice("BTCUSDT", "49400");
    await desk.guard();
    const [trade] = await desk.trades.latest("main", 10);
    // 0.052 BTC from 50000 to 49400, 0.05 % fee on both sides.
    expect(trade?.exitReason).toBe("stopLoss");
    expect(trade?.grossProfit.toFixed()).toBe("-31.2");
    expect(trade?.fees.toFixed()).toBe("2.5844");
    expect(trade?.netProfit.toFixed()).toBe("-33.7844");
    expect(await desk.positions.open("main")).toEqual([]);
    expect(desk.events.at(-1)).toMatchObject({ type: "PositionClosed", exitReason: "stopLoss" });
  });

  it("counts the funding that was paid while it was open", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.funding = usdt("-1.25");
    desk.exchange.setPrice("BTCUSDT", "49400");
    await desk.guard();
    const [trade] = await desk.trades.latest("main", 10);
    expect([trade?.funding.toFixed(), trade?.netProfit.toFixed()]).toEqual(["-1.25", "-35.0344"]);
  });

  it("records the targets the same way, with cycle and strategy, and what was left when its stop is hit", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.setPrice("BTCUSDT", "51000");
    await desk.guard();
    desk.exchange.setPrice("BTCUSDT", "50000");
    await desk.guard();
    const [trade] = await desk.trades.latest("main", 10);
    expect(trade).toMatchObject({ exitReason: "breakeven", strategy: "ict-smc", symbol: "BTCUSDT" });
    expect(trade?.exits?.map(({ reason, quantity }) => [reason, quantity.toFixed()])).toEqual([
      ["takeProfit", "0.015"],
      ["takeProfit", "0.021"],
      ["breakeven", "0.016"],
    ]);
  });

  it("puts a vanished stop back", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    for (const [id, order] of desk.exchange.protections) if (order.leg === "stopLoss") desk.exchange.protections.delete(id);
    await desk.guard();
    expect(await legsOf(desk)).toEqual(["takeProfit", "takeProfit", "stopLoss"]);
    expect(desk.events.at(-1)).toMatchObject({ type: "ProtectionRepaired" });
  });

  it("closes at market when the stop vanished and the price has passed it", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    for (const [id, order] of desk.exchange.protections) if (order.leg === "stopLoss") desk.exchange.protections.delete(id);
    desk.exchange.setPrice("BTCUSDT", "49000");
    await desk.guard();
    expect(desk.exchange.held.size).toBe(0);
    desk.aMinuteLater();
    await desk.guard();
    desk.aMinuteLater();
    await desk.guard();
    // It would have been the stop that closed it, and it counts as one.
    expect(await desk.trades.latest("main", 10)).toMatchObject([{ exitReason: "stopLoss" }]);
  });

  it("does not believe an absence that it saw once", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const held = new Map(desk.exchange.held);
    desk.exchange.held.clear();
    await desk.guard();
    expect(await desk.trades.latest("main", 10)).toEqual([]);
    for (const [symbol, position] of held) desk.exchange.held.set(symbol, position);
    desk.aMinuteLater();
    await desk.guard();
    expect(await desk.positions.open("main")).toMatchObject([{ state: "open", missingSinceMs: undefined }]);
  });

  it("never touches a position that somebody else opened; it tells of it once and takes no entry there", async () => {
    const desk = await tradingDesk();
    desk.exchange.held.set("BTCUSDT", { direction: "short", quantity: quantity("1"), entryPrice: price("50000") });
    await desk.guard();
    await desk.guard();
    await desk.execute();
    expect(desk.exchange.received).toEqual([]);
    expect(desk.events.filter((event) => event.type === "ForeignPositionSeen")).toHaveLength(1);
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "refused" }]);
  });

  it("does nothing while the executor holds the account", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    await desk.control.acquireLease("lease#main", "execute#other", desk.clock.nowMs(), 30_000);
    desk.exchange.setPrice("BTCUSDT", "49400");
    expect(await desk.guard()).toMatchObject({ skipped: true });
    expect(await desk.trades.latest("main", 10)).toEqual([]);
  });
});
