import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { price, quantity } from "@winiswin/domain/decimal";
import { aSignal, Interruption } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const legsOf = async (desk: TradingDesk) => (await desk.exchange.openProtections()).map((order) => `${order.leg} ${order.symbol}`);
const allLegs = ["stopLoss BTCUSDT", "takeProfit BTCUSDT", "takeProfit BTCUSDT"];

/** Each of these left a position naked, or a trade doubled or lost, in some version of some bot; here they are examples. */
describe("a position is protected", () => {
  it("although a question about its entry fails once, whatever the answer to the entry was", async () => {
    for (const fault of [undefined, { fault: "lostResponse" } as const]) {
      const desk = await tradingDesk();
      desk.exchange.faultAt = (write) => {
        if (write.startsWith("entry")) desk.exchange.failingReads = 1;
        return write.startsWith("entry") ? fault : undefined;
      };
      await desk.execute();
      expect(await legsOf(desk)).toEqual(allLegs);
      expect((await desk.cycle()).decisions).toMatchObject([{ decision: "entered" }]);
    }
  });

  it("by a stop placed unseen when the exchange cannot be asked about the entry at all", async () => {
    const desk = await tradingDesk();
    const answer = desk.exchange.findOrder;
    let asked = 0;
    // The first question comes before the entry is sent.
    desk.exchange.findOrder = (symbol, id) =>
      asked++ === 0 ? answer(symbol, id) : Promise.reject(new ExchangeError("retryable", "no answer"));
    await desk.execute();
    expect(await legsOf(desk)).toEqual(["stopLoss BTCUSDT"]);
    desk.exchange.findOrder = answer;
    desk.aMinuteLater();
    await desk.guard();
    expect(await legsOf(desk)).toEqual(allLegs);
    expect(await desk.positions.open("main")).toMatchObject([{ state: "open" }]);
  });

  it("when the exchange holds it but shows neither its order nor its fills", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "lostResponse" } : undefined);
    desk.exchange.findOrder = async () => undefined;
    desk.exchange.fillsSince = async () => [];
    await desk.execute();
    desk.aMinuteLater();
    await desk.guard();
    expect(await desk.positions.open("main")).toMatchObject([{ state: "open", entryPrice: price("50000") }]);
    expect(await legsOf(desk)).toEqual(allLegs);
  });

  it("or closed, although a read fails after the decision to close it was stored", async () => {
    const desk = await tradingDesk();
    // The one that follows the entry at once, and the one after whose refusal the position is closed.
    let refusedStops = 2;
    desk.exchange.faultAt = (write) => {
      if (!write.startsWith("stopLoss") || refusedStops-- <= 0) return undefined;
      if (refusedStops === 0) desk.exchange.failingReads = 2;
      return { fault: "rejected", code: -4045, meaning: "other" };
    };
    await desk.execute();
    expect(desk.exchange.held.size === 0 || (await legsOf(desk)).includes("stopLoss BTCUSDT")).toBe(true);
    expect(desk.exchange.received.filter((request) => request.startsWith("entry"))).toHaveLength(1);
  });

  it("by a stop that follows the answer of the entry at once: nothing is read or written between, and it is placed once", async () => {
    const desk = await tradingDesk();
    const life = new Interruption();
    await desk.execute(life);
    expect(life.calls[life.calls.indexOf("exchange.placeEntry") + 1]).toBe("exchange.placeProtection");
    expect(desk.exchange.received.filter((request) => request.startsWith("stopLoss"))).toHaveLength(1);
    expect(await legsOf(desk)).toEqual(allLegs);
  });

  it("by one stop, placed again when the exchange did not see the position at first", async () => {
    const desk = await tradingDesk();
    let early = 1;
    desk.exchange.faultAt = (write) =>
      write.startsWith("stopLoss") && early-- > 0 ? { fault: "rejected", code: -4509, meaning: "needsPosition" } : undefined;
    await desk.execute();
    expect(await legsOf(desk)).toEqual(allLegs);
  });

  it("and nothing is intended any more when the entry was rejected", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "rejected", code: -2019, meaning: "other" } : undefined);
    await desk.execute();
    const orders = await desk.orders.ofPosition(`${desk.cycleId}#BTCUSDT`);
    expect(orders.map(({ leg, outcomes }) => [leg, outcomes.at(-1)?.outcome])).toEqual([
      ["entry", "rejected"],
      ["stopLoss", "absent"],
    ]);
    expect(await legsOf(desk)).toEqual([]);
  });

  it("by its stop again while the market close is refused", async () => {
    const desk = await tradingDesk();
    let stops = 0;
    desk.exchange.faultAt = (write) => {
      if (write.startsWith("close")) return { fault: "rejected", code: -4131, meaning: "other" };
      return write.startsWith("stopLoss") && stops++ < 2 ? { fault: "rejected", code: -4045, meaning: "other" } : undefined;
    };
    await desk.execute();
    expect(await legsOf(desk)).toEqual(["stopLoss BTCUSDT"]);
    expect(desk.events).toContainEqual(expect.objectContaining({ type: "TroubleSeen", code: "CLOSE_REFUSED" }));
    desk.exchange.faultAt = () => undefined;
    desk.aMinuteLater();
    await desk.guard();
    expect(desk.exchange.held.size).toBe(0);
  });

  it("although another position cannot be settled, minute after minute", async () => {
    const desk = await tradingDesk(["A", "B"].map((symbol, index) => aSignal({ symbol, score: 9 - index / 10 })));
    await desk.execute();
    for (const [id, order] of desk.exchange.protections) if (order.symbol === "B") desk.exchange.protections.delete(id);
    desk.exchange.setPrice("A", "49400");
    const fills = desk.exchange.fillsSince;
    desk.exchange.fillsSince = async (symbol, sinceMs) => {
      if (symbol === "A") throw new ExchangeError("fatal", "no price of BNB for a fee");
      return fills(symbol, sinceMs);
    };
    await expect(desk.guard()).rejects.toThrow("1 of 2 positions could not be guarded");
    expect((await legsOf(desk)).filter((leg) => leg.endsWith("B"))).toEqual(["stopLoss B"]);
    for (let minute = 0; minute < 2; minute++) {
      desk.aMinuteLater();
      await expect(desk.guard()).rejects.toThrow("1 of 2 positions could not be guarded");
    }
    expect((await legsOf(desk)).filter((leg) => leg.endsWith("B"))).toEqual(["stopLoss B", "takeProfit B", "takeProfit B"]);
    desk.exchange.fillsSince = fills;
    desk.aMinuteLater();
    await desk.guard();
    expect(await desk.trades.latest("main", 10)).toMatchObject([{ symbol: "A" }]);
  });
});

describe("the account has one writer", () => {
  it("for whom the executor waits, so that a guard at the close does not cost the cycle", async () => {
    const desk = await tradingDesk();
    await desk.control.acquireLease("lease#main", "guard#1", desk.clock.nowMs(), 10_000);
    await desk.execute();
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "entered" }]);
  });

  it.each([
    ["another holder", "first", "second"],
    ["the same holder", "same", "same"],
  ])("also when the same cycle is delivered twice at once, for %s", async (_name, first, second) => {
    const desk = await tradingDesk();
    await Promise.allSettled([desk.execute(undefined, first), desk.execute(undefined, second)]);
    desk.aMinuteLater();
    await desk.execute();
    await desk.guard();
    expect(desk.exchange.received.filter((request) => request.startsWith("entry"))).toHaveLength(1);
    expect(await legsOf(desk)).toEqual(allLegs);
  });
});

describe("the guard", () => {
  it("goes on after an entry whose very first question failed", async () => {
    const desk = await tradingDesk();
    const answer = desk.exchange.findOrder;
    desk.exchange.findOrder = () => Promise.reject(new ExchangeError("retryable", "no answer"));
    await desk.execute();
    desk.exchange.findOrder = answer;
    desk.aMinuteLater();
    await desk.guard();
    expect(await desk.positions.open("main")).toEqual([]);
    expect(desk.exchange.received).toEqual([]);
  });

  it("frees a symbol when the position that somebody else had there is gone", async () => {
    const desk = await tradingDesk();
    desk.exchange.held.set("BTCUSDT", { direction: "long", quantity: quantity("0.01"), entryPrice: price("50000") });
    await desk.guard();
    desk.exchange.held.delete("BTCUSDT");
    desk.aMinuteLater();
    await desk.guard();
    expect((await desk.control.frozenSymbols()).size).toBe(0);
  });
});

it("trades none of the signals when they are not the announced ones", async () => {
  const desk = await tradingDesk();
  await desk.signals.putAll([aSignal({ symbol: "ETHUSDT" })]);
  await desk.execute();
  expect(desk.exchange.received).toEqual([]);
  expect((await desk.cycle()).decisions).toMatchObject([
    { reasons: [{ code: "SIGNALS_CHANGED" }] },
    { reasons: [{ code: "SIGNALS_CHANGED" }] },
  ]);
});
