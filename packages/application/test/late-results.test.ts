import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { asQuantity, asUsdt, toNumber, usdt } from "@winiswin/domain/decimal";
import { aSignal } from "@winiswin/testkit";
import { aTrade } from "@winiswin/testkit/trades";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const minutes = async (desk: TradingDesk, count: number) => {
  for (let minute = 0; minute < count; minute++) {
    desk.aMinuteLater();
    await desk.guard();
  }
};

async function openedDesk(): Promise<TradingDesk> {
  const desk = await tradingDesk();
  await desk.execute();
  desk.aMinuteLater();
  return desk;
}

const troubles = (desk: TradingDesk) => desk.events.filter((event) => event.type === "TroubleSeen");

describe("a trade whose facts come late", () => {
  it("waits for the fills of its entry, which its fees are a part of", async () => {
    const desk = await openedDesk();
    const { fillsSince } = desk.exchange;
    desk.exchange.fillsSince = async (...asked) => (await fillsSince(...asked)).filter(({ side }) => side === "sell");
    desk.exchange.setPrice("BTCUSDT", "49400");
    await minutes(desk, 2);
    expect(await desk.trades.latest("main", 1)).toEqual([]);

    desk.exchange.fillsSince = fillsSince;
    await minutes(desk, 1);

    const [trade] = await desk.trades.latest("main", 1);
    expect(trade?.netProfit.toFixed()).toBe((await desk.exchange.balance()).walletBalance.minus("10000").toFixed());
  });

  it("waits for the rest of its exit fills, also when a person had added to it", async () => {
    const desk = await openedDesk();
    desk.exchange.tradeByHand("BTCUSDT", "buy", desk.exchange.held.get("BTCUSDT")!.quantity);
    const { fillsSince } = desk.exchange;
    desk.exchange.setPrice("BTCUSDT", "49400");
    const most = "0.75";
    desk.exchange.fillsSince = async (...asked) =>
      (await fillsSince(...asked)).map((fill) =>
        fill.side === "buy"
          ? fill
          : { ...fill, quantity: asQuantity(fill.quantity.times(most)), realisedProfit: asUsdt(fill.realisedProfit.times(most)) },
      );
    await minutes(desk, 1);
    expect(await desk.trades.latest("main", 1)).toEqual([]);

    desk.exchange.fillsSince = fillsSince;
    await minutes(desk, 1);

    const [trade] = await desk.trades.latest("main", 1);
    expect(trade?.netProfit.toFixed()).toBe((await desk.exchange.balance()).walletBalance.minus("10000").toFixed());
  });

  it("waits one run for the funding of a settlement just before the close", async () => {
    const desk = await openedDesk();
    const hourMs = Math.ceil(desk.clock.nowMs() / 3_600_000) * 3_600_000;
    desk.clock.advanceTo(hourMs + 20_000);
    desk.exchange.setPrice("BTCUSDT", "49400");
    await desk.guard();
    expect(await desk.trades.latest("main", 1)).toEqual([]);
    desk.exchange.funding = usdt("-1.5");

    await minutes(desk, 1);

    const [trade] = await desk.trades.latest("main", 1);
    expect(trade?.funding.toFixed()).toBe("-1.5");
  });
});

describe("the risk of an entry that was filled in part", () => {
  it("is that of what was filled, at the price at which it was: told, recorded and in R", async () => {
    const desk = await tradingDesk();
    const { placeEntry } = desk.exchange;
    desk.exchange.placeEntry = (intent) => {
      desk.exchange.setPrice("BTCUSDT", "50020");
      return placeEntry({ ...intent, quantity: asQuantity(intent.quantity.times("0.5")) } as typeof intent);
    };
    await desk.execute();
    const [position] = await desk.positions.open("main");
    const planned = position!.intent;
    // Half of it, and 20 more to the stop for each of it.
    const risk = planned.initialRisk.times("0.5").plus(planned.quantity.times("0.5").times("20"));
    desk.exchange.setPrice("BTCUSDT", "49500");

    await minutes(desk, 1);

    const [trade] = await desk.trades.latest("main", 1);
    expect(trade?.initialRisk.toFixed()).toBe(risk.toFixed());
    expect(trade?.rMultiple).toBeCloseTo(toNumber(trade!.netProfit) / toNumber(risk), 9);
    expect(desk.events.find(({ type }) => type === "PositionOpened")).toMatchObject({ initialRisk: risk.toFixed() });
  });
});

describe("a position that is gone without fills", () => {
  async function vanished(): Promise<TradingDesk> {
    const desk = await openedDesk();
    desk.exchange.held.clear();
    await minutes(desk, 12);
    return desk;
  }

  it("is told after ten minutes, and its targets no longer wait for the next position", async () => {
    const desk = await openedDesk();
    desk.exchange.held.clear();
    await minutes(desk, 9);
    expect(troubles(desk)).toEqual([]);
    expect(await desk.exchange.openProtections()).toHaveLength(3);

    await minutes(desk, 3);

    expect(troubles(desk)[0]).toMatchObject({ code: "GONE_WITHOUT_FILLS", symbol: "BTCUSDT" });
    expect((await desk.exchange.openProtections()).map(({ leg }) => leg)).toEqual(["stopLoss"]);
    expect(await desk.positions.open("main")).toHaveLength(1);
  });

  it("is forgotten without a trade when a person asks to close it, and says that the result is unknown", async () => {
    const desk = await vanished();
    await desk.control.requestClose({ symbol: "BTCUSDT", by: "ana", reason: "off the books", atMs: desk.clock.nowMs() });

    await minutes(desk, 2);

    expect(await desk.positions.open("main")).toEqual([]);
    expect(await desk.trades.latest("main", 1)).toEqual([]);
    expect(await desk.exchange.openProtections()).toEqual([]);
    expect(await desk.control.closeRequests()).toEqual([]);
    expect(troubles(desk).at(-1)?.detail).toContain("its result is unknown");
  });

  it("is not forgotten for a close that was asked for while it was open, nor for a flatten", async () => {
    const desk = await openedDesk();
    await desk.control.requestClose({ symbol: "BTCUSDT", by: "ana", reason: "out", atMs: desk.clock.nowMs() });
    desk.exchange.held.clear();
    await minutes(desk, 12);
    await desk.control.requestClose({ symbol: undefined, by: "ana", reason: "flatten", atMs: desk.clock.nowMs() });

    await minutes(desk, 1);

    expect(await desk.positions.open("main")).toHaveLength(1);
  });

  it("is recorded after all when its fills show", async () => {
    const desk = await openedDesk();
    const { fillsSince } = desk.exchange;
    desk.exchange.fillsSince = async () => [];
    desk.exchange.setPrice("BTCUSDT", "49400");
    await minutes(desk, 12);
    expect(troubles(desk).length).toBeGreaterThan(0);

    desk.exchange.fillsSince = fillsSince;
    await minutes(desk, 1);

    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "stopLoss" }]);
  });
});

describe("a stop that happened just before the cycle", () => {
  /** Three stops are recorded and the limit is four; the fourth happens two seconds before the next cycle is executed. */
  async function reviewedAfter(stopped: (desk: TradingDesk) => void, minutesPastHour = 15) {
    const desk = await openedDesk();
    const id = await desk.laterCycle(minutesPastHour / 15, {}, [aSignal()]);
    for (let index = 0; index < 3; index++) {
      const closedAtMs = desk.clock.nowMs() - 60_000 * (index + 1);
      await desk.trades.record(
        aTrade({ symbol: `X${index}USDT`, positionId: `x${index}`, exitReason: "stopLoss", rMultiple: -1, closedAtMs }),
      );
    }
    stopped(desk);
    desk.clock.advanceTo(desk.clock.nowMs() + 2_000);
    await desk.executeLater(id);
    const [decision] = (await desk.cycle(id)).decisions;
    return { desk, codes: decision?.reasons.map(({ code }) => code) };
  }
  const stop = (desk: TradingDesk) => {
    desk.exchange.setPrice("BTCUSDT", "49400");
    desk.exchange.setPrice("BTCUSDT", "50000");
  };

  it("is recorded and counts in the review of that cycle, although the guard has not seen it yet", async () => {
    const { desk, codes } = await reviewedAfter(stop);

    expect(codes).toContain("STOP_LOSS_GUARD");
    expect(await desk.trades.latest("main", 1)).toMatchObject([{ symbol: "BTCUSDT", exitReason: "stopLoss" }]);
  });

  it("counts also while its funding may still come and its trade is not recorded", async () => {
    // 10:15 and three candles: the close of a full hour.
    const { desk, codes } = await reviewedAfter(stop, 45);

    expect(codes).toContain("STOP_LOSS_GUARD");
    expect((await desk.trades.latest("main", 9)).map(({ symbol }) => symbol)).not.toContain("BTCUSDT");
  });

  it("keeps no cycle from being decided when the exchange does not tell what became of it", async () => {
    const { codes } = await reviewedAfter((desk) => {
      stop(desk);
      desk.exchange.fillsSince = () => Promise.reject(new ExchangeError("retryable", "no answer"));
    });

    expect(codes).toBeDefined();
    expect(codes).not.toContain("STOP_LOSS_GUARD");
  });
});
