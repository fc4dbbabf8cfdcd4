import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { quantity } from "@winiswin/domain/decimal";
import { aSignal, foreignPosition } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const away = () => Promise.reject(new ExchangeError("retryable", "no answer"));

const restingLegs = async (desk: TradingDesk, symbol = "BTCUSDT") =>
  (await desk.exchange.openProtections()).filter((order) => order.symbol === symbol).map(({ leg }) => leg);

async function loseStop(desk: TradingDesk, symbol: string): Promise<void> {
  for (const order of await desk.exchange.openProtections()) {
    if (order.symbol === symbol && order.closePosition) await desk.exchange.cancelProtection(symbol, order.clientOrderId);
  }
}

/** The first target is taken, so the fills have to be read before anything is known about the rest. */
async function deskWithTargetTaken(): Promise<TradingDesk> {
  const desk = await tradingDesk();
  await desk.execute();
  desk.aMinuteLater();
  desk.exchange.setPrice("BTCUSDT", "50500");
  return desk;
}

describe("the guard keeps a position safe before it keeps books", () => {
  it("puts a missing stop back although the fills cannot be read", async () => {
    const desk = await deskWithTargetTaken();
    await loseStop(desk, "BTCUSDT");
    expect(await restingLegs(desk)).not.toContain("stopLoss");
    desk.exchange.fillsSince = away;
    await desk.guard();
    expect(await restingLegs(desk)).toContain("stopLoss");
  });

  it("counts a taken target and moves the stop to breakeven by what its orders say, although the fills cannot be read", async () => {
    const desk = await deskWithTargetTaken();
    desk.exchange.fillsSince = away;
    await desk.guard();
    const [position] = await desk.positions.open("main");
    expect(position).toMatchObject({ stopLeg: "breakeven" });
    expect(position?.state === "open" && position.openQuantity.toFixed()).toBe(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed());
  });

  it("closes what a person wants closed although neither fills nor funding can be read", async () => {
    const desk = await deskWithTargetTaken();
    desk.exchange.fillsSince = away;
    desk.exchange.fundingSince = away;
    await desk.control.requestClose({ symbol: undefined, by: "ana", reason: "flatten", atMs: desk.clock.nowMs() });
    await desk.guard().catch(() => undefined);
    expect([...desk.exchange.held]).toEqual([]);
  });

  it("moves the stop to breakeven although the funding cannot be read", async () => {
    const desk = await deskWithTargetTaken();
    desk.exchange.fundingSince = away;
    await desk.guard();
    expect(await desk.positions.open("main")).toMatchObject([{ stopLeg: "breakeven" }]);
    expect((await restingLegs(desk)).filter((leg) => leg === "stopLoss")).toHaveLength(2);
  });

  it("protects an entry that it settled before it tells anybody", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => {
      if (write.startsWith("stopLoss") && desk.exchange.hiddenUntilMs > desk.clock.nowMs()) return { fault: "lostRequest" };
      if (!write.startsWith("entry")) return undefined;
      desk.exchange.hiddenUntilMs = desk.clock.nowMs() + 50_000;
      return { fault: "lostResponse" };
    };
    await desk.execute();
    expect(desk.exchange.protections.size).toBe(0);
    desk.aMinuteLater();
    const told: (readonly [string, number])[] = [];
    const { push } = desk.events;
    desk.events.push = (...events) => {
      for (const { type } of events) told.push([type, desk.exchange.protections.size]);
      return push.apply(desk.events, events);
    };
    await desk.guard();
    expect(told.find(([type]) => type === "PositionOpened")).toEqual(["PositionOpened", 3]);
  });

  it("protects every position before it asks about the funding of any, and does not ask again after no answer", async () => {
    const symbols = ["AUSDT", "BUSDT", "CUSDT"];
    const desk = await tradingDesk(symbols.map((symbol) => aSignal({ symbol, signalId: symbol })));
    await desk.execute();
    const hourMs = 3_600_000;
    desk.clock.advanceTo(Math.ceil(desk.clock.nowMs() / hourMs) * hourMs - 60_000);
    await Promise.all(symbols.map((symbol) => loseStop(desk, symbol)));
    const protectedWhenAsked: number[] = [];
    Object.defineProperty(desk.market, "nextFunding", {
      get() {
        protectedWhenAsked.push(
          [...desk.exchange.protections.values()].filter((order) => order.closePosition && order.status === "new").length,
        );
        return new ExchangeError("retryable", "no answer");
      },
    });
    await desk.guard();
    expect(protectedWhenAsked).toEqual([(await desk.positions.open("main")).length]);
    expect(protectedWhenAsked[0]).toBeGreaterThan(1);
  });
});

describe("a person's request", () => {
  it("closes somebody else's position in as many orders as the largest market order makes of it", async () => {
    const desk = await tradingDesk();
    desk.market.instrument = { maxMarketQuantity: quantity("2") };
    desk.exchange.held.set("BTCUSDT", foreignPosition("short", "5", "50000"));
    await desk.control.requestClose({ symbol: "BTCUSDT", by: "ana", reason: "out", atMs: desk.clock.nowMs() });
    await desk.guard();
    expect(desk.exchange.fills.map((fill) => fill.quantity.toFixed())).toEqual(["2", "2", "1"]);
    expect([...desk.exchange.held]).toEqual([]);
  });
});

describe("what a cycle saw of a held position", () => {
  it("is not acted on when the cycle comes hours later", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    const cycle = await desk.laterCycle(1, { confidence: 0.2 });
    desk.clock.advanceTo(desk.clock.nowMs() + 20 * 3_600_000);
    await desk.executeLater(cycle);
    expect(await desk.positions.open("main")).toMatchObject([{ state: "open" }]);
  });

  it("is acted on in its own time", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    await desk.executeLater(await desk.laterCycle(1, { confidence: 0.2 }));
    // Closed, and recorded before the entries of the same cycle are reviewed.
    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "revalidation" }]);
  });
});
