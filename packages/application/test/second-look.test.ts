import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { PlaceOutcome } from "@winiswin/application/ports/order-gateway";
import { price, quantity } from "@winiswin/domain/decimal";
import { aSignal } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { doubledEntry, type TradingDesk, tradingDesk } from "./trading-desk.ts";

const away = () => Promise.reject(new ExchangeError("retryable", "no answer"));
const minutes = async (desk: TradingDesk, count: number) => {
  for (let minute = 0; minute < count; minute++) {
    desk.aMinuteLater();
    await desk.guard().catch(() => undefined);
  }
};
const received = (desk: TradingDesk, write: string) => desk.exchange.received.filter((request) => request.startsWith(write));
const restingStops = async (desk: TradingDesk) => (await desk.exchange.openProtections()).filter(({ leg }) => leg === "stopLoss");
const threeSignals = () => ["A", "B", "C"].map((symbol, index) => aSignal({ symbol, signalId: `ict-smc#${symbol}`, score: 9 - index }));

describe("what a person holds beside an entry of ours that never arrived", () => {
  it("is not taken for it: nothing is put on it, and the entry is given up", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "lostRequest" } : undefined);
    await desk.execute();
    desk.exchange.faultAt = () => undefined;
    desk.exchange.tradeByHand("BTCUSDT", "buy", quantity("0.5"));

    await minutes(desk, 5);

    expect(await desk.exchange.openProtections()).toEqual([]);
    expect(await desk.positions.open("main")).toEqual([]);
    desk.exchange.setPrice("BTCUSDT", "49000");
    await minutes(desk, 2);
    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.5");
    expect(await desk.trades.latest("main", 1)).toEqual([]);
  });
});

describe("a position that is closed and not recorded yet", () => {
  it("does not make what the person opened since be closed, although its row still says closing", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const { fillsSince } = desk.exchange;
    await desk.control.requestClose({ symbol: "BTCUSDT", by: "ana", reason: "news", atMs: desk.clock.nowMs() });
    desk.exchange.fillsSince = async () => [];
    await minutes(desk, 1);
    expect(desk.exchange.held.size).toBe(0);
    await desk.control.settleCloseRequest((await desk.control.closeRequests())[0]!);
    desk.exchange.tradeByHand("BTCUSDT", "buy", quantity("0.2"));
    desk.exchange.fillsSince = fillsSince;

    await minutes(desk, 3);

    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.2");
    expect(await desk.exchange.openProtections()).toEqual([]);
    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "manual", quantity: quantity("0.052") }]);
  });
});

describe("a stop that took only a part", () => {
  it("leaves a rest that is ours and gets its stop again, or is closed", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const [stop] = await restingStops(desk);
    desk.exchange.tradeByHand("BTCUSDT", "buy", quantity("0.1"));
    // The exchange ends the order of the stop after 0.052, as it does at the bound of a market order.
    desk.exchange.protections.set(stop!.clientOrderId, { ...stop!, status: "new", closePosition: false, quantity: quantity("0.052") });
    desk.exchange.setPrice("BTCUSDT", "49500");
    desk.exchange.setPrice("BTCUSDT", "49600");

    await minutes(desk, 3);

    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.1");
    expect(await restingStops(desk)).toMatchObject([{ closePosition: true }]);
  });
});

describe("a stop on the other side of the market", () => {
  it("does not stand in for the first stop", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    for (const [id, order] of desk.exchange.protections) if (order.closePosition) desk.exchange.protections.delete(id);
    desk.exchange.drawStopByHand("BTCUSDT", price("60000"));
    const [theirs] = await restingStops(desk);
    desk.exchange.protections.set(theirs!.clientOrderId, { ...theirs!, side: "buy" });

    await minutes(desk, 2);

    expect((await restingStops(desk)).map(({ side, triggerPrice }) => [side, triggerPrice.toFixed()])).toContainEqual(["sell", "49500"]);
  });
});

describe("an exchange that answers no stop", () => {
  it.each<PlaceOutcome>([
    { outcome: "unknown", reason: "no answer in time" },
    { outcome: "rejected", code: -1008, reason: "throttled", meaning: "busy" },
  ])("has one entry closed in a cycle, and halts with the second: $outcome", async (answer) => {
    const desk = await tradingDesk(threeSignals());
    desk.exchange.placeProtection = async (order) => (order.leg === "stopLoss" ? answer : { outcome: "accepted" });
    await desk.execute();
    expect(received(desk, "entry")).toEqual(["entry A"]);
    expect((await desk.cycle()).decisions.map(({ reasons }) => reasons[0]?.code)).toEqual([
      "CLOSED_AT_ONCE",
      "FORMER_CLOSED_AT_ONCE",
      "FORMER_CLOSED_AT_ONCE",
    ]);
    await minutes(desk, 3);
    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "closed" }]);
    expect(await desk.control.halt()).toBeUndefined();
  });
});

describe("a delivery after a death", () => {
  it("enters nothing new beside what the dead one may have left naked", async () => {
    const desk = await tradingDesk(threeSignals());
    desk.exchange.faultAt = (write) => {
      if (write === "entry A") return { fault: "lostRequest" };
      return write.startsWith("stopLoss") ? { fault: "rejected", code: -4509, meaning: "needsPosition" } : undefined;
    };
    const { findOrder } = desk.exchange;
    let died = false;
    desk.exchange.findOrder = (symbol, id) => {
      if (!died && desk.exchange.received.some((request) => request === "stopLoss A")) {
        died = true;
        throw new Error("the process is gone");
      }
      return findOrder(symbol, id);
    };
    await expect(desk.execute()).rejects.toThrow("gone");
    desk.aMinuteLater();

    await desk.execute();

    expect(received(desk, "entry")).toEqual([]);
    expect((await desk.cycle()).decisions.map(({ reasons }) => reasons[0]?.code)).toEqual([
      "OUTCOME_UNKNOWN",
      "FORMER_NOT_PROTECTED",
      "FORMER_NOT_PROTECTED",
    ]);
  });
});

describe("while conditional orders are not told", () => {
  it("a position whose price is beyond its stop is closed, and said so", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    for (const [id, order] of desk.exchange.protections) if (order.closePosition) desk.exchange.protections.delete(id);
    desk.exchange.openProtections = away;
    desk.exchange.setPrice("BTCUSDT", "47000");

    await minutes(desk, 2);

    expect(desk.exchange.held.size).toBe(0);
    expect(desk.events).toContainEqual(expect.objectContaining({ type: "TroubleSeen", code: "STOPS_NOT_LISTED" }));
  });

  it("an entry in doubt whose unseen stop was accepted is not closed again", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "lostResponse" } : undefined);
    desk.exchange.hiddenUntilMs = desk.clock.nowMs() + 50_000;
    await desk.execute();
    desk.exchange.openProtections = away;
    desk.exchange.findProtection = away;

    await minutes(desk, 3);

    expect(received(desk, "close")).toEqual([]);
    expect(desk.exchange.held.size).toBe(1);
  });
});

describe("an entry that was accepted and never shows", () => {
  it("is told after ten minutes, and a person's close of the symbol takes it off the books", async () => {
    const desk = await tradingDesk();
    const place = desk.exchange.placeEntry;
    desk.exchange.placeEntry = (intent) => {
      desk.exchange.hiddenUntilMs = Number.POSITIVE_INFINITY;
      return place(intent);
    };
    await desk.execute();
    await minutes(desk, 12);
    expect(desk.events).toContainEqual(expect.objectContaining({ type: "TroubleSeen", code: "ENTRY_NEVER_SHOWN" }));

    await desk.control.requestClose({ symbol: "BTCUSDT", by: "ana", reason: "gone", atMs: desk.clock.nowMs() });
    await minutes(desk, 2);

    expect(await desk.positions.open("main")).toEqual([]);
    expect(await desk.positions.abandoned("main")).toHaveLength(1);
  });
});

describe("a system whose tables know nothing of what it finds", () => {
  it("leaves the stop of a held position alone and halts: another system trades here, or its row was lost", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const [row] = await desk.positions.open("main");
    await desk.positions.remove(row!);
    desk.clock.advanceTo(Date.UTC(2026, 10, 21, 10, 37));

    await minutes(desk, 3);

    expect(await restingStops(desk)).toHaveLength(1);
    expect((await desk.control.halt())?.reason).toContain("tables know nothing");
    expect((await desk.exchange.openProtections()).filter(({ leg }) => leg === "takeProfit")).toEqual([]);
  });
});

describe("conditional orders that hang", () => {
  it("do not use up the time in which the position can be closed instead", async () => {
    const desk = await tradingDesk();
    const place = desk.exchange.placeEntry;
    const hangs = (patienceMs: number) => () => {
      desk.clock.advanceTo(desk.clock.nowMs() + patienceMs);
      return away();
    };
    let closedAtMs = 0;
    const { closeAtMarket } = desk.exchange;
    desk.exchange.closeAtMarket = (order) => {
      closedAtMs = desk.clock.nowMs();
      return closeAtMarket(order);
    };
    let enteredAtMs = 0;
    desk.exchange.placeEntry = (intent) => {
      enteredAtMs = desk.clock.nowMs();
      desk.exchange.findProtection = hangs(8_000);
      desk.exchange.openProtections = hangs(8_000);
      desk.exchange.placeProtection = () => hangs(5_000)().catch((): PlaceOutcome => ({ outcome: "unknown", reason: "no answer in time" }));
      return place(intent);
    };

    await desk.execute();

    expect(desk.exchange.held.size).toBe(0);
    expect(closedAtMs - enteredAtMs).toBeLessThan(30_000);
  });
});

describe("what is given back of a doubled entry", () => {
  it("is no more than is too much by then", async () => {
    const desk = await doubledEntry();
    desk.exchange.tradeByHand("BTCUSDT", "sell", quantity("0.04"));
    await minutes(desk, 3);
    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.052");
  });

  it("is all of it, although targets were taken meanwhile", async () => {
    const desk = await doubledEntry();
    desk.exchange.setPrice("BTCUSDT", "50500");
    await minutes(desk, 4);
    // 0.052 less the first target of 0.015.
    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.037");
  });

  it("is tried again when its order was lost on the way", async () => {
    const desk = await doubledEntry();
    desk.exchange.faultAt = (write) => (write.startsWith("close") ? { fault: "lostRequest" } : undefined);
    await minutes(desk, 1);
    desk.exchange.faultAt = () => undefined;
    await minutes(desk, 2);
    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.052");
    expect(received(desk, "close")).toHaveLength(1);
  });

  it("is not sent a second time when its answer was lost and its order shows late", async () => {
    const desk = await doubledEntry();
    desk.exchange.faultAt = (write) => (write.startsWith("close") ? { fault: "lostResponse" } : undefined);
    const { findOrder } = desk.exchange;
    desk.exchange.findOrder = async (symbol, id) => (id.includes("-x") ? undefined : findOrder(symbol, id));
    await minutes(desk, 1);
    desk.exchange.faultAt = () => undefined;
    desk.exchange.tradeByHand("BTCUSDT", "buy", quantity("0.03"));
    await minutes(desk, 3);
    expect(received(desk, "close")).toHaveLength(1);
  });
});
