import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { quantity, usdt } from "@winiswin/domain/decimal";
import { anInstrument, aSignal, foreignPosition } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const resting = async (desk: TradingDesk) =>
  (await desk.exchange.openProtections()).map(
    ({ leg, triggerPrice, quantity }) => `${leg} ${triggerPrice.toFixed()} ${quantity?.toFixed() ?? "all"}`,
  );
const typesOf = (desk: TradingDesk) => desk.events.map((event) => event.type);

async function opened(): Promise<TradingDesk> {
  const desk = await tradingDesk();
  await desk.execute();
  desk.aMinuteLater();
  return desk;
}

async function lastPart(): Promise<TradingDesk> {
  const desk = await opened();
  desk.exchange.setPrice("BTCUSDT", "50800");
  await desk.guard();
  return desk;
}

describe("targets", () => {
  it("rest on the exchange from the start: 30 % at 1R, 40 % at 1.5R", async () => {
    // 0.052 BTC at 50000 with the stop at 49500.
    expect(await resting(await opened())).toEqual(["stopLoss 49500 all", "takeProfit 50500 0.015", "takeProfit 50750 0.021"]);
  });

  it("move the stop to breakeven when the first is taken, with the funding paid so far, and keep the first stop behind it", async () => {
    const desk = await opened();
    desk.exchange.funding = usdt("-2.6");
    desk.exchange.setPrice("BTCUSDT", "50500");
    await desk.guard();
    // (50000 x 1.0005 + 2.6 / 0.052) / 0.999 = 50125.12...
    expect(await resting(desk)).toEqual(["stopLoss 49500 all", "takeProfit 50750 0.021", "stopLoss 50125.2 0.037"]);
    expect(desk.events.slice(-2)).toMatchObject([
      { type: "PartlyClosed", quantity: "0.015", price: "50500", remaining: "0.037" },
      { type: "StopMoved", to: "50125.2" },
    ]);
    await desk.guard();
    expect(typesOf(desk).filter((type) => type === "StopMoved" || type === "PartlyClosed")).toHaveLength(2);
  });

  it("leave a trade with each part, its price, fee and reason, and how far the price went", async () => {
    const desk = await lastPart();
    desk.market.extremes = [
      { high: 50_800, low: 49_800 },
      { high: 50_850, low: 50_000 },
    ];
    desk.exchange.setPrice("BTCUSDT", "50000");
    await desk.guard();
    const [trade] = await desk.trades.latest("main", 10);
    expect(trade?.exits?.map(({ reason, price, quantity, fee }) => [reason, price.toFixed(), quantity.toFixed(), fee.toFixed()])).toEqual([
      ["takeProfit", "50800", "0.015", "0.381"],
      ["takeProfit", "50800", "0.021", "0.5334"],
      ["breakeven", "50000", "0.016", "0.4"],
    ]);
    expect(trade).toMatchObject({ exitReason: "breakeven", mfeR: 1.7, maeR: -0.4 });
  });

  it("do not cost the trade when nobody can tell how far the price went", async () => {
    const desk = await opened();
    desk.market.extremes = new ExchangeError("retryable", "no candles");
    desk.exchange.setPrice("BTCUSDT", "49400");
    await desk.guard();
    expect(await desk.trades.latest("main", 10)).toMatchObject([{ exitReason: "stopLoss", mfeR: undefined, maeR: undefined }]);
  });

  it("shrink with a position that somebody else made smaller", async () => {
    const desk = await opened();
    await desk.exchange.closeAtMarket({ clientOrderId: "web_1", symbol: "BTCUSDT", direction: "long", quantity: quantity("0.032") });
    await desk.guard();
    expect(await resting(desk)).toEqual(["stopLoss 49500 all", "takeProfit 50500 0.015", "takeProfit 50750 0.005"]);
  });

  it("that came before they could be placed are taken at market, once", async () => {
    const desk = await tradingDesk();
    desk.exchange.faultAt = (write) => (write.startsWith("takeProfit") ? { fault: "rejected", code: -1001, meaning: "other" } : undefined);
    await desk.execute();
    desk.exchange.faultAt = () => undefined;
    desk.exchange.setPrice("BTCUSDT", "50600");
    await desk.guard();
    await desk.guard();
    await desk.guard();
    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("0.037");
    expect(await resting(desk)).toEqual(["stopLoss 49500 all", "takeProfit 50750 0.021", "stopLoss 50075.1 0.037"]);
  });
});

describe("what a closed candle says", () => {
  it("moves the stop of the last part behind the price, the new one before the old one is taken away", async () => {
    const desk = await lastPart();
    await desk.executeLater(await desk.laterCycle(2, { closePrice: 50_800, atr: 100 }));
    expect(await resting(desk)).toEqual(["stopLoss 49500 all", "stopLoss 50600 0.016"]);
    const before = desk.exchange.received.length;
    desk.exchange.setPrice("BTCUSDT", "51000");
    await desk.executeLater(await desk.laterCycle(3, { closePrice: 51_000, atr: 100, swingPrice: 50_900 }));
    expect(desk.exchange.received.slice(before)).toEqual(["trailing BTCUSDT", "cancel BTCUSDT"]);
    expect(await resting(desk)).toEqual(["stopLoss 49500 all", "stopLoss 50890 0.016"]);
  });

  it("never moves a stop back", async () => {
    const desk = await lastPart();
    await desk.executeLater(await desk.laterCycle(2, { closePrice: 50_800, atr: 100 }));
    await desk.executeLater(await desk.laterCycle(3, { closePrice: 50_700, atr: 200 }));
    expect(await resting(desk)).toEqual(["stopLoss 49500 all", "stopLoss 50600 0.016"]);
  });

  it("records the trailing stop as what it was", async () => {
    const desk = await lastPart();
    await desk.executeLater(await desk.laterCycle(2, { closePrice: 50_800, atr: 100 }));
    desk.exchange.setPrice("BTCUSDT", "50600");
    await desk.guard();
    expect(await desk.trades.latest("main", 10)).toMatchObject([{ exitReason: "trailing" }]);
  });

  it.each([
    ["timeStop", 30, {}],
    ["revalidation", 2, { confidence: 0.39 }],
    ["revalidation", 2, { changedAgainstAtMs: Date.UTC(2026, 10, 21, 10, 45) }],
  ] as const)("closes by %s, without any signal and while entries are off", async (reason, candles, seen) => {
    const desk = await opened();
    desk.switchTradingOff();
    await desk.executeLater(await desk.laterCycle(candles, seen));
    expect(desk.exchange.held.size).toBe(0);
    desk.aMinuteLater();
    await desk.guard();
    expect(await desk.trades.latest("main", 10)).toMatchObject([{ exitReason: reason }]);
  });

  it("is no reason to touch a position that does well", async () => {
    const desk = await opened();
    const before = desk.exchange.received.length;
    desk.exchange.setPrice("BTCUSDT", "50300");
    await desk.executeLater(await desk.laterCycle(30, { closePrice: 50_300 }));
    expect(desk.exchange.received).toHaveLength(before);
  });
});

describe("what the market says", () => {
  it("closes before a funding that costs too much, and not before one that is paid to the position", async () => {
    for (const [rate, isClosed] of [
      [0.004, true],
      [-0.004, false],
      [0.001, false],
    ] as const) {
      const desk = await opened();
      desk.clock.advanceTo(Date.UTC(2026, 10, 21, 10, 57));
      desk.market.nextFunding = { rate, timeMs: Date.UTC(2026, 10, 21, 11) };
      await desk.guard();
      expect(desk.exchange.held.size === 0).toBe(isClosed);
      if (isClosed) expect(await desk.trades.latest("main", 10)).toMatchObject([{ exitReason: "funding" }]);
    }
  });

  it("closes nothing by a list that the exchange itself does not confirm", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    desk.market.relisted = [anInstrument({ symbol: "BTCUSDT" })];
    desk.market.instrument = { status: "SETTLING" };
    desk.aMinuteLater();

    await desk.guard();

    expect(desk.exchange.held.size).toBe(1);
  });

  it.each([{ status: "SETTLING" }, { deliveryTimeMs: Date.UTC(2026, 10, 21, 20) }])("closes what is delisted: %o", async (instrument) => {
    const desk = await opened();
    desk.market.instrument = instrument;
    await desk.guard();
    expect(await desk.trades.latest("main", 10)).toMatchObject([{ exitReason: "delisting" }]);
  });

  it("reads the list of instruments once a minute however many positions are open, and not at all when none is", async () => {
    const desk = await tradingDesk(["BTCUSDT", "ETHUSDT", "SOLUSDT"].map((symbol) => aSignal({ symbol })));
    await desk.guard();
    expect(desk.instrumentReads()).toBe(0);
    await desk.execute();
    const readByExecutor = desk.instrumentReads();
    const open = (await desk.positions.open("main")).length;
    desk.aMinuteLater();
    await desk.guard();
    expect(open).toBeGreaterThan(1);
    expect(desk.instrumentReads() - readByExecutor).toBe(1);
  });

  it("is told as a liquidation when it was one, with the clearance fee", async () => {
    const desk = await opened();
    desk.exchange.setPrice("BTCUSDT", "49600");
    desk.exchange.closeByExchange("BTCUSDT", "autoclose-1763720000000000000");
    await desk.guard();
    // Booked some seconds after the liquidation.
    desk.exchange.clearanceFees = usdt("3");
    expect(await desk.trades.latest("main", 10)).toEqual([]);
    desk.aMinuteLater();
    await desk.guard();
    const [trade] = await desk.trades.latest("main", 10);
    // 0.052 BTC at 50000 and 49600, 0.05 % each, and the clearance.
    expect([trade?.exitReason, trade?.fees.toFixed()]).toEqual(["liquidated", "5.5896"]);
  });
});

describe("a request to close", () => {
  const wish = (symbol: string | undefined) => ({ symbol, by: "ana", reason: "news", atMs: Date.UTC(2026, 10, 21, 10, 16) });

  it("is carried out and recorded in one run of the guard, targets first, and told", async () => {
    const desk = await opened();
    const before = desk.exchange.received.length;
    await desk.control.requestClose(wish("BTCUSDT"));
    await desk.guard();
    expect(desk.exchange.received.slice(before)).toEqual(["cancel BTCUSDT", "cancel BTCUSDT", "close BTCUSDT"]);
    expect(await desk.trades.latest("main", 10)).toMatchObject([{ exitReason: "manual" }]);
    expect(await desk.control.closeRequests()).toEqual([]);
    expect(desk.events.at(-1)).toMatchObject({ type: "CloseCompleted", symbol: "BTCUSDT", by: "ana" });
  });

  it("waits for the writer that holds the account instead of for the next minute", async () => {
    const desk = await opened();
    await desk.control.acquireLease("lease#main", "execute#other", desk.clock.nowMs(), 10_000);
    await desk.control.requestClose(wish("BTCUSDT"));
    expect(await desk.guard()).toMatchObject({ skipped: false, closed: 1 });
  });

  it("for everything, with a halt, leaves nothing open on the account and lets nothing in", async () => {
    const desk = await opened();
    desk.exchange.setPrice("ETHUSDT", "3000");
    desk.exchange.held.set("ETHUSDT", foreignPosition("short", "1", "3000"));
    await desk.control.setHalt({ reason: "flatten", by: "ana", atMs: 7 });
    await desk.control.requestClose(wish(undefined));
    await desk.guard();
    expect(desk.exchange.held.size).toBe(0);
    expect(await resting(desk)).toEqual([]);
    expect(await desk.control.closeRequests()).toEqual([]);
    expect(typesOf(desk)).not.toContain("ForeignPositionSeen");
  });

  it("stays until the exchange shows nothing open, and is repeated every minute", async () => {
    const desk = await opened();
    desk.exchange.faultAt = (write) => (write.startsWith("close") ? { fault: "rejected", code: -4131, meaning: "other" } : undefined);
    await desk.control.requestClose(wish(undefined));
    await desk.guard();
    expect(await desk.control.closeRequests()).toEqual([wish(undefined)]);
    expect((await resting(desk))[0]).toBe("stopLoss 49500 all");
    desk.exchange.faultAt = () => undefined;
    desk.aMinuteLater();
    await desk.guard();
    expect(await desk.control.closeRequests()).toEqual([]);
    expect(desk.exchange.held.size).toBe(0);
  });

  it("about nothing that is open is done at once", async () => {
    const desk = await tradingDesk();
    await desk.control.requestClose(wish("BTCUSDT"));
    await desk.guard();
    expect(await desk.control.closeRequests()).toEqual([]);
    expect(desk.exchange.received).toEqual([]);
  });
});
