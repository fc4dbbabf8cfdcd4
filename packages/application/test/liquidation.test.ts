import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { price } from "@winiswin/domain/decimal";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

/** From now on the exchange tells these liquidation prices, one after the other, and then always the last. */
function liquidationAt(desk: TradingDesk, ...told: readonly string[]): void {
  const positions = desk.exchange.positions.bind(desk.exchange);
  let reads = 0;
  desk.exchange.positions = async () => {
    const held = await positions();
    const liquidationPrice = price(told[Math.min(reads, told.length - 1)] ?? "0");
    if (held.length > 0) reads++;
    return held.map((position) => ({ ...position, liquidationPrice }));
  };
}

const troubles = (desk: TradingDesk) => desk.events.filter((event) => event.type === "TroubleSeen");

async function openedDesk(): Promise<TradingDesk> {
  const desk = await tradingDesk();
  await desk.execute();
  desk.aMinuteLater();
  return desk;
}

describe("a liquidation price that has moved", () => {
  it("before the stop closes the position at market, and is told", async () => {
    const desk = await openedDesk();
    liquidationAt(desk, "49800");

    await desk.guard();

    expect(desk.exchange.held.size).toBe(0);
    expect(troubles(desk)).toMatchObject([{ code: "LIQUIDATION_NEAR", symbol: "BTCUSDT", detail: expect.stringContaining("49800") }]);
    expect(await desk.trades.latest("main", 1)).toMatchObject([{ exitReason: "closed" }]);
  });

  it("close behind the stop is told, and the position stays", async () => {
    const desk = await openedDesk();
    liquidationAt(desk, "49450");

    await desk.guard();

    expect(desk.exchange.held.size).toBe(1);
    expect(troubles(desk)).toMatchObject([{ code: "LIQUIDATION_NEAR", detail: expect.stringContaining("too close behind the stop") }]);
  });

  it("closes nothing when the exchange takes it back in the next look", async () => {
    const desk = await openedDesk();
    // The first two looks begin the run and repeat it under the lease.
    liquidationAt(desk, "49800", "49800", "40000");

    await desk.guard();

    expect(desk.exchange.held.size).toBe(1);
    expect(troubles(desk)).toEqual([]);
  });

  it("is looked at once right after the fill", async () => {
    const desk = await tradingDesk();
    liquidationAt(desk, "49800");

    await desk.execute();

    expect(desk.exchange.held.size).toBe(0);
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "entered", reasons: [{ code: "CLOSED_AT_ONCE" }] }]);
  });

  it("that cannot be asked after the fill leaves the entry as it is, under its stop", async () => {
    const desk = await tradingDesk();
    const { placeProtection } = desk.exchange;
    desk.exchange.placeProtection = async (order) => {
      if (order.leg === "takeProfit") desk.exchange.positions = () => Promise.reject(new ExchangeError("retryable", "no answer"));
      return placeProtection(order);
    };

    await desk.execute();

    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "entered", reasons: [] }]);
    expect((await desk.exchange.openProtections()).map(({ leg }) => leg)).toContain("stopLoss");
  });
});
