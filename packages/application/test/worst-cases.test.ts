import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { PlaceOutcome } from "@winiswin/application/ports/order-gateway";
import { price, quantity } from "@winiswin/domain/decimal";
import { clientOrderIdOf } from "@winiswin/domain/order";
import { aSignal, Interruption } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const away = () => Promise.reject(new ExchangeError("retryable", "no answer"));
const minutes = async (desk: TradingDesk, count: number) => {
  for (let minute = 0; minute < count; minute++) {
    desk.aMinuteLater();
    await desk.guard().catch(() => undefined);
  }
};
const legsOf = async (desk: TradingDesk) => (await desk.exchange.openProtections()).map((order) => order.leg);
const received = (desk: TradingDesk, write: string) => desk.exchange.received.filter((request) => request.startsWith(write));
const typesOf = (desk: TradingDesk) => desk.events.map(({ type }) => type);
const losesStop = (desk: TradingDesk) => {
  for (const [id, order] of desk.exchange.protections) if (order.closePosition) desk.exchange.protections.delete(id);
};
/** Conditional orders are a service of their own: here it is down, while plain orders work. */
function takeConditionalOrdersAway(desk: TradingDesk): void {
  desk.exchange.openProtections = away;
  desk.exchange.findProtection = away;
  desk.exchange.placeProtection = async (): Promise<PlaceOutcome> => ({ outcome: "unknown", reason: "no answer in time" });
}

describe("while conditional orders cannot be reached", () => {
  it("nothing is entered, because nothing could be protected", async () => {
    const desk = await tradingDesk();
    takeConditionalOrdersAway(desk);
    await desk.execute();
    expect(desk.exchange.received).toEqual([]);
  });

  it("what was just entered is closed at market", async () => {
    const desk = await tradingDesk();
    const place = desk.exchange.placeEntry;
    desk.exchange.placeEntry = (intent) => {
      takeConditionalOrdersAway(desk);
      return place(intent);
    };
    await desk.execute();
    expect(received(desk, "close")).toHaveLength(1);
    expect(desk.exchange.held.size).toBe(0);
  });

  it("what a person wants closed is closed, and what has its stop is left alone", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    takeConditionalOrdersAway(desk);
    await minutes(desk, 2);
    expect(desk.exchange.held.size).toBe(1);
    await desk.control.requestClose({ symbol: undefined, by: "ana", reason: "flatten", atMs: desk.clock.nowMs() });
    await minutes(desk, 1);
    expect(desk.exchange.held.size).toBe(0);
  });
});

describe("what a person holds is not ours because it has the same symbol and direction", () => {
  it.each(["48000", "49800"])("when our stop was hit and he bought in the same minute, now at %s", async (at) => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.setPrice("BTCUSDT", "49400");
    desk.exchange.tradeByHand("BTCUSDT", "buy", quantity("0.156"));
    desk.exchange.setPrice("BTCUSDT", at);
    const before = desk.exchange.received.length;

    await minutes(desk, 3);

    expect(desk.exchange.received.slice(before).filter((request) => !request.startsWith("cancel"))).toEqual([]);
    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.156");
    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "stopLoss", quantity: quantity("0.052") }]);
    expect(typesOf(desk)).toContain("ForeignPositionSeen");
  });

  it("and a nearer stop that he drew himself counts in place of ours", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    losesStop(desk);
    desk.exchange.drawStopByHand("BTCUSDT", price("49900"));

    await minutes(desk, 3);

    expect(
      (await desk.exchange.openProtections()).filter(({ leg }) => leg === "stopLoss").map((stop) => stop.triggerPrice.toFixed()),
    ).toEqual(["49900"]);
    expect(typesOf(desk).filter((type) => type === "StopMoved")).toHaveLength(1);
  });

  it("but a wider one is replaced", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    losesStop(desk);
    desk.exchange.drawStopByHand("BTCUSDT", price("49000"));

    await minutes(desk, 2);

    expect(
      (await desk.exchange.openProtections()).filter(({ leg }) => leg === "stopLoss").map((stop) => stop.triggerPrice.toFixed()),
    ).toEqual(["49500"]);
  });
});

describe("an entry with an unknown outcome", () => {
  it("is followed by its stop before anything is asked or written", async () => {
    const desk = await tradingDesk();
    const life = new Interruption();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "lostResponse" } : undefined);
    await desk.execute(life);
    expect(life.calls[life.calls.indexOf("exchange.placeEntry") + 1]).toBe("exchange.placeProtection");
  });

  it("tries its stop again between the questions when the position was not visible at first", async () => {
    const desk = await tradingDesk();
    let early = 2;
    desk.exchange.faultAt = (write) => {
      if (write.startsWith("entry")) desk.exchange.hiddenUntilMs = desk.clock.nowMs() + 120_000;
      if (write.startsWith("entry")) return { fault: "lostResponse" };
      return write.startsWith("stopLoss") && early-- > 0 ? { fault: "rejected", code: -4509, meaning: "needsPosition" } : undefined;
    };
    const beganAtMs = desk.clock.nowMs();
    await desk.execute();
    desk.exchange.hiddenUntilMs = 0;
    expect(await legsOf(desk)).toEqual(["stopLoss"]);
    expect(desk.clock.nowMs() - beganAtMs).toBeLessThan(20_000);
  });

  it("keeps every other entry of the cycle out while it may be naked", async () => {
    const signals = ["A", "B", "C"].map((symbol, index) => aSignal({ symbol, signalId: `ict-smc#${symbol}`, score: 9 - index }));
    const desk = await tradingDesk(signals);
    desk.exchange.faultAt = (write) => {
      if (write === "entry A") return { fault: "lostRequest" };
      return write === "stopLoss A" ? { fault: "rejected", code: -4509, meaning: "needsPosition" } : undefined;
    };
    await desk.execute();
    expect(received(desk, "entry")).toEqual([]);
    expect((await desk.cycle()).decisions?.map(({ symbol, reasons }) => [symbol, reasons[0]?.code])).toEqual([
      ["A", "OUTCOME_UNKNOWN"],
      ["B", "FORMER_NOT_PROTECTED"],
      ["C", "FORMER_NOT_PROTECTED"],
    ]);
  });

  it("is protected by the guard as soon as it is held, although neither its order nor its fills can be read", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "lostResponse" } : { fault: "lostRequest" });
    desk.exchange.hiddenUntilMs = desk.clock.nowMs() + 30_000;
    await desk.execute();
    desk.exchange.faultAt = () => undefined;
    desk.exchange.findOrder = away;
    desk.exchange.fillsSince = away;
    await minutes(desk, 1);
    expect(await desk.positions.open("main")).toMatchObject([{ state: "open" }]);
    expect(await legsOf(desk)).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
  });

  it("is never given up when its sending was answered: the looks are late, however many", async () => {
    const desk = await tradingDesk();
    const place = desk.exchange.placeEntry;
    desk.exchange.placeEntry = (intent) => {
      desk.exchange.hiddenUntilMs = desk.clock.nowMs() + 1_800_000;
      return place(intent);
    };
    await desk.execute();
    await minutes(desk, 20);
    expect(await desk.positions.open("main")).toHaveLength(1);
    desk.exchange.hiddenUntilMs = 0;
    await minutes(desk, 1);
    expect(await legsOf(desk)).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
  });
});

describe("an exchange that refuses stops for good", () => {
  it("has one entry closed and the others halted, and not one after the other cycle after cycle", async () => {
    const signals = ["A", "B", "C"].map((symbol, index) => aSignal({ symbol, signalId: `ict-smc#${symbol}`, score: 9 - index }));
    const desk = await tradingDesk(signals);
    desk.exchange.faultAt = (write) => (write.startsWith("stopLoss") ? { fault: "rejected", code: -4120, meaning: "other" } : undefined);
    await desk.execute();
    expect(received(desk, "entry")).toEqual(["entry A"]);
    expect(desk.exchange.held.size).toBe(0);
    expect((await desk.control.halt())?.by).toBe("the stop protection");
    expect(typesOf(desk)).toContain("EntriesHalted");
  });
});

describe("an exchange that forgets", () => {
  it("a taken target has it taken once all the same, by its fills", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.setPrice("BTCUSDT", "50500");
    const [findOrder, findProtection] = [desk.exchange.findOrder, desk.exchange.findProtection];
    desk.exchange.findOrder = async () => undefined;
    desk.exchange.findProtection = async (symbol, id) => {
      const known = await findProtection(symbol, id);
      return known?.status === "new" ? known : undefined;
    };
    await minutes(desk, 2);
    desk.exchange.findOrder = findOrder;
    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.037");
    const [position] = await desk.positions.open("main");
    expect(position).toMatchObject({ stopLeg: "breakeven" });
  });

  it("a stop that it has just said to be there does not make it close the position", async () => {
    const desk = await tradingDesk();
    const place = desk.exchange.placeProtection;
    desk.exchange.placeProtection = async (order) => {
      if (order.leg === "stopLoss") desk.exchange.openProtections = async () => [];
      const outcome = await place(order);
      return outcome.outcome === "accepted" && received(desk, "stopLoss").length > 1
        ? { outcome: "rejected", code: -4130, reason: "one is open already", meaning: "alreadyProtected" }
        : outcome;
    };
    desk.exchange.findProtection = async () => undefined;
    await desk.execute();
    await minutes(desk, 2);
    expect(received(desk, "close")).toEqual([]);
    expect(desk.exchange.held.size).toBe(1);
  });
});

describe("a filled entry whose position is shown late", () => {
  it("is not called closed after one look, but protected until it is seen", async () => {
    const desk = await tradingDesk();
    const { positions } = desk.exchange;
    const visibleAtMs = desk.clock.nowMs() + 6_000;
    const isVisible = () => desk.clock.nowMs() >= visibleAtMs;
    desk.exchange.positions = async () => (isVisible() ? positions.call(desk.exchange) : []);
    desk.exchange.faultAt = (write) =>
      write.startsWith("stopLoss") && !isVisible() ? { fault: "rejected", code: -4509, meaning: "needsPosition" } : undefined;
    await desk.execute();
    expect(await legsOf(desk)).toEqual(["stopLoss", "takeProfit", "takeProfit"]);
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "entered", reasons: [] }]);
  });
});

describe("two systems on one account", () => {
  it("do not send the same entry twice: the second one says what it sees and enters nothing", async () => {
    const desk = await tradingDesk();
    const signal = aSignal();
    const id = clientOrderIdOf("main", `${signal.cycleId}#${signal.symbol}`, "entry", 0);
    desk.exchange.orders.set(id, {
      orderId: "1",
      clientOrderId: id,
      symbol: signal.symbol,
      status: "filled",
      executedQuantity: quantity("0.05"),
      averagePrice: price("50000"),
    });
    await desk.execute();
    expect(received(desk, "entry")).toEqual([]);
    expect((await desk.cycle()).decisions).toMatchObject([{ reasons: [{ code: "ENTRY_OF_ANOTHER_SYSTEM" }] }]);
    expect((await desk.control.halt())?.reason).toContain("another system");
  });

  it("under different names leave each other's orders alone, and the one that notices halts", async () => {
    const desk = await tradingDesk();
    desk.exchange.setPrice("ETHUSDT", "3000");
    await desk.exchange.placeProtection({
      leg: "takeProfit",
      clientOrderId: clientOrderIdOf("scalper", "theirs", "takeProfit", 1),
      symbol: "ETHUSDT",
      direction: "long",
      triggerPrice: price("9000"),
      quantity: quantity("1"),
    });
    desk.clock.advanceTo(Date.UTC(2026, 10, 21, 10, 37));
    await desk.guard();
    expect(await desk.exchange.openProtections()).toHaveLength(1);
    expect((await desk.control.halt())?.reason).toContain("another bot");
  });
});
