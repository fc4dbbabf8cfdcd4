import type { Engine } from "@winiswin/analysis";
import { withDefaultParameters } from "@winiswin/application/analysis/configured-strategy";
import { engineFactory } from "@winiswin/application/analysis/engine-factory";
import { fetchCandles } from "@winiswin/application/analysis/fetch-candles";
import { foldCandles } from "@winiswin/application/analysis/fold-candles";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { price, quantity } from "@winiswin/domain/decimal";
import { clientOrderIdOf } from "@winiswin/domain/order";
import { ictSmc } from "@winiswin/strategies";
import { FakeMarket, steppedClock } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { expectInvariants } from "./crash-invariants.ts";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const minutes = async (desk: TradingDesk, count: number) => {
  for (let minute = 0; minute < count; minute++) {
    desk.aMinuteLater();
    await desk.execute();
    await desk.guard();
  }
};
const received = (desk: TradingDesk, write: string) => desk.exchange.received.filter((request) => request.startsWith(write)).length;
const restingStops = async (desk: TradingDesk) =>
  (await desk.exchange.openProtections()).filter((order) => order.leg === "stopLoss").length;

/** What hurt users of other systems in production, numbered as in the survey of the field; each must be impossible here. */
describe("case 1: from one day to the next the exchange refuses every stop (-4120)", () => {
  it("closes at once what it has just opened, and keeps the stops that rest already", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("stopLoss") ? { fault: "rejected", code: -4120, meaning: "other" } : undefined);
    await desk.execute();
    expect(desk.exchange.held.size).toBe(0);
    expect((await desk.cycle()).decisions).toMatchObject([
      { reasons: [{ code: "CLOSED_AT_ONCE", reason: expect.stringContaining("-4120") }] },
    ]);

    const calm = await tradingDesk();
    await calm.execute();
    calm.exchange.faultAt = (write) =>
      /stopLoss|breakeven|trailing|takeProfit/.test(write) ? { fault: "rejected", code: -4120, meaning: "other" } : undefined;
    calm.exchange.setPrice("BTCUSDT", "50500");
    await minutes(calm, 3);
    expect(await restingStops(calm)).toBe(1);
    // The stop that may not be moved is watched instead: passed, it closes.
    calm.exchange.setPrice("BTCUSDT", "50010");
    await minutes(calm, 3);
    expect(await calm.trades.latest("main", 1)).toMatchObject([{ exitReason: "breakeven" }]);
  });
});

describe("case 2: the stop cannot be placed because the position is not visible yet (-4509)", () => {
  it("tries for three seconds, then closes: never naked for longer", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) =>
      write.startsWith("stopLoss") ? { fault: "rejected", code: -4509, meaning: "needsPosition" } : undefined;
    const startedAtMs = desk.clock.nowMs();
    await desk.execute();
    expect(desk.exchange.held.size).toBe(0);
    expect(desk.clock.nowMs() - startedAtMs).toBeLessThanOrEqual(5_000);
  });
});

describe("case 3: a triggered conditional order comes back under another number, or is forgotten", () => {
  it("takes the result from the fills and the reason from the order that the trigger made", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.setPrice("BTCUSDT", "49400");
    await desk.guard();
    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "stopLoss" }]);
  });

  it("records the right result also when the exchange knows nothing of the order any more", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.setPrice("BTCUSDT", "49400");
    desk.exchange.findProtection = async () => undefined;
    await desk.guard();
    const [trade] = await desk.trades.latest("main", 1);
    // Whose order it was cannot be told, so nobody is named.
    expect([trade?.grossProfit.toFixed(), trade?.exitReason]).toEqual(["-31.2", "elsewhere"]);
  });
});

describe("case 4: stops are lost, doubled or orphaned", () => {
  it("holds one closing stop over fifty runs of the guard and puts a lost one back once", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    await minutes(desk, 25);
    for (const [id, order] of desk.exchange.protections) if (order.leg === "stopLoss") desk.exchange.protections.delete(id);
    await minutes(desk, 25);
    expect(await restingStops(desk)).toBe(1);
    expect(received(desk, "stopLoss")).toBe(2);
  });

  it("takes the orders of a closed position away before it forgets it, so that they cannot cut the next one", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.exchange.setPrice("BTCUSDT", "49400");
    desk.exchange.faultAt = (write) => (write.startsWith("cancel") ? { fault: "lostRequest" } : undefined);
    await desk.guard();
    expect(await desk.positions.open("main")).toHaveLength(1);
    desk.exchange.faultAt = () => undefined;
    await minutes(desk, 1);
    expect(await desk.positions.open("main")).toEqual([]);
    expect(await desk.exchange.openProtections()).toEqual([]);
  });

  it("sweeps an order of ours that belongs to no position", async () => {
    const desk = await tradingDesk();
    await desk.exchange.placeProtection({
      leg: "takeProfit",
      clientOrderId: clientOrderIdOf("main", "left behind", "takeProfit", 1),
      symbol: "BTCUSDT",
      direction: "long",
      triggerPrice: price("60000"),
      quantity: quantity("0.01"),
    });
    desk.clock.advanceTo(Date.UTC(2026, 10, 21, 10, 37));
    await desk.guard();
    expect(await desk.exchange.openProtections()).toEqual([]);
  });
});

describe("case 5: the outcome of an order is unknown (-1007) and it is sent again", () => {
  it.each(["lostResponse", "lostRequest"] as const)("sends one entry whatever became of it: %s", async (fault) => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault } : undefined);
    await desk.execute();
    await minutes(desk, 5);
    expect(received(desk, "entry")).toBe(fault === "lostResponse" ? 1 : 0);
    await expectInvariants(desk, fault);
  });

  it("takes a target once, although the answer to its placing was lost and it triggered meanwhile", async () => {
    const desk = await tradingDesk();
    let isFirst = true;
    desk.exchange.faultAt = (write) => {
      if (!write.startsWith("takeProfit") || !isFirst) return undefined;
      isFirst = false;
      return { fault: "lostResponse" };
    };
    const place = desk.exchange.placeProtection;
    desk.exchange.placeProtection = async (order) => {
      const outcome = await place(order);
      if (outcome.outcome === "unknown") desk.exchange.setPrice("BTCUSDT", "50500");
      return outcome;
    };
    await desk.execute();
    await minutes(desk, 3);
    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.037");
    await expectInvariants(desk, "target in doubt");
  });
});

describe("case 6: reconciliation that does harm", () => {
  it("neither flattens nor forgets nor strips a position that the exchange does not show for a while", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const before = desk.exchange.received.length;
    desk.exchange.hiddenUntilMs = desk.clock.nowMs() + 200_000;
    await minutes(desk, 3);
    desk.exchange.hiddenUntilMs = 0;
    await minutes(desk, 2);
    expect(desk.exchange.received.slice(before)).toEqual([]);
    expect(await desk.trades.latest("main", 1)).toEqual([]);
    await expectInvariants(desk, "hidden for three minutes");
  });
});

describe("case 7: resting reduce-only targets block the close (-2022, -4118)", () => {
  it("cancels them before it closes, and closes also when that is refused", async () => {
    for (const isRefused of [false, true]) {
      const desk = await tradingDesk();
      await desk.execute();
      const before = desk.exchange.received.length;
      desk.exchange.faultAt = (write) =>
        isRefused && write.startsWith("cancel") ? { fault: "rejected", code: -2011, meaning: "other" } : undefined;
      await desk.control.requestClose({ symbol: "BTCUSDT", by: "ana", reason: "test", atMs: 1 });
      await desk.guard();
      expect(desk.exchange.received.slice(before, before + 3)).toEqual(["cancel BTCUSDT", "cancel BTCUSDT", "close BTCUSDT"]);
      expect(desk.exchange.held.size).toBe(0);
      desk.exchange.faultAt = () => undefined;
      await minutes(desk, 2);
      await expectInvariants(desk, `targets ${isRefused ? "not " : ""}cancelled`);
    }
  });
});

describe("case 8: the address is banned for minutes (429, then 418)", () => {
  it("sends nothing meanwhile, stands on the stops that rest on the exchange, and goes on afterwards", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const before = desk.exchange.received.length;
    const { positions } = desk.exchange;
    desk.exchange.positions = () => Promise.reject(new ExchangeError("banned", "banned until later", { code: 418 }));
    for (let minute = 0; minute < 5; minute++) {
      desk.aMinuteLater();
      await expect(desk.guard()).rejects.toThrow("banned");
    }
    expect(desk.exchange.received).toHaveLength(before);
    // The market does not wait.
    desk.exchange.setPrice("BTCUSDT", "49400");
    expect(desk.exchange.held.size).toBe(0);
    desk.exchange.positions = positions;
    await minutes(desk, 2);
    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "stopLoss" }]);
    await expectInvariants(desk, "after the ban");
  });
});

describe("case 13: a source of data dies in silence", () => {
  it("gives no opinion on a symbol whose candle of this close is not there, however old the last one is", async () => {
    const startMs = Date.UTC(2026, 0, 1);
    const closeTimeMs = startMs + 600 * 900_000;
    const marketData = new FakeMarket(["AAAUSDT", "BBBUSDT"], startMs, 600);
    marketData.late.set("BBBUSDT", 1);
    const factory = engineFactory(withDefaultParameters([ictSmc]));
    const engines = new Map<string, Engine>();
    const fetched = await fetchCandles({
      symbols: ["AAAUSDT", "BBBUSDT"],
      engines,
      closeTimeMs,
      shardCount: 1,
      clock: steppedClock(closeTimeMs + 2_000),
      marketData,
      factory,
    });
    const folded = foldCandles(fetched, engines, closeTimeMs, factory);
    expect([folded.ready.map(({ symbol }) => symbol), folded.stale]).toEqual([["AAAUSDT"], 1]);
  });
});
