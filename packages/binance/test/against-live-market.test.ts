import type { Clock } from "@winiswin/application/ports/clock";
import type { MarketData } from "@winiswin/application/ports/market-data";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { createBinanceMarketData, createBinanceOrderGateway } from "@winiswin/binance";
import { asPrice, asUsdt, decimal, notionalOf, toText, usdt } from "@winiswin/domain/decimal";
import { quantizeQuantity, roundPrice } from "@winiswin/domain/instrument";
import { clientOrderIdOf } from "@winiswin/domain/order";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approvedEntry } from "./approved-entry.ts";

const startMs = Date.parse("2026-03-02T10:00:00.000Z");
const symbol = "ETHUSDT";

let followed: ExchangeSimulator;
let paper: ExchangeSimulator;
let clock: Clock;
let market: MarketData;
let gateway: OrderGateway;

beforeAll(async () => {
  followed = await startExchangeSimulator({
    market: { kind: "generated", symbols: 20, seed: "adapter" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
  paper = await startExchangeSimulator({ market: { kind: "live", baseUrl: followed.url }, clock: { kind: "stepped", startMs } });
  clock = { nowMs: () => paper.clock.nowMs(), sleepUntil: (atMs) => advanceTo(atMs), realMsUntil: () => 0 };
  market = createBinanceMarketData({ baseUrl: paper.url, clock });
  gateway = createBinanceOrderGateway({ baseUrl: paper.url, apiKey: paper.apiKey, apiSecret: paper.apiSecret, clock });
});
afterAll(async () => {
  await paper.stop();
  await followed.stop();
});

/** Both move, then the paper exchange looks at the followed one. */
async function advanceTo(atMs: number): Promise<void> {
  if (atMs <= paper.clock.nowMs()) return;
  followed.clock.advanceTo(atMs);
  paper.clock.advanceTo(atMs);
  await fetch(`${paper.url}/simulator/poll`, { method: "POST" });
}

describe("paper trading at the prices of another exchange", () => {
  it("reads the market as if it were the exchange itself", async () => {
    const direct = createBinanceMarketData({ baseUrl: followed.url, clock });

    expect(await market.instruments()).toEqual(await direct.instruments());
    expect(await market.closedCandles(symbol, "15m", 99, clock.nowMs())).toEqual(
      await direct.closedCandles(symbol, "15m", 99, clock.nowMs()),
    );
    expect(await market.dayVolumes()).toEqual(await direct.dayVolumes());
    expect(await market.bookTop(symbol)).toEqual(await direct.bookTop(symbol));
    expect(await market.serverTimeMs()).toBe(startMs);
    expect(market.usedWeight()).toBeGreaterThan(0);
    await expect(market.closedCandles("NOSUCHUSDT", "15m", 3, clock.nowMs())).rejects.toMatchObject({ kind: "fatal", code: -1121 });
  });

  it("opens at its ask, is protected, and is closed by stop or target when its price gets there", async () => {
    await gateway.requireOneWayMode();
    await gateway.prepareSymbol(symbol, 5);
    const instrument = (await market.instruments()).find((candidate) => candidate.symbol === symbol)!;
    const { askPrice } = await market.bookTop(symbol);
    const quantity = quantizeQuantity(instrument, usdt("500").div(askPrice));
    const notional = notionalOf(quantity, askPrice);
    const positionId = "paper";
    const intent = approvedEntry(
      {
        positionId,
        clientOrderId: clientOrderIdOf("main", positionId, "entry", 0),
        symbol,
        quantity,
        signalPrice: askPrice,
        entryPrice: askPrice,
        stopPrice: roundPrice(instrument, askPrice.times(decimal("0.995")), "up"),
        targetPrice: roundPrice(instrument, askPrice.times(decimal("1.005")), "down"),
        notional,
        leverage: 5,
        initialMargin: asUsdt(notional.div(decimal("5"))),
        liquidationPrice: asPrice(askPrice.times(decimal("0.8"))),
      },
      { instrument, nowMs: clock.nowMs() },
    );

    expect(await gateway.placeEntry(intent)).toEqual({ outcome: "accepted" });
    const legs = (["stopLoss", "takeProfit"] as const).map((leg) => ({
      leg,
      clientOrderId: clientOrderIdOf("main", positionId, leg, 0),
      symbol,
      direction: intent.direction,
      triggerPrice: leg === "stopLoss" ? intent.stopPrice : intent.targetPrice,
    }));
    for (const leg of legs) expect(await gateway.placeProtection(leg)).toEqual({ outcome: "accepted" });
    const entry = await gateway.findOrder(symbol, intent.clientOrderId);
    expect(entry).toMatchObject({ status: "filled" });
    expect(entry?.averagePrice && toText(entry.averagePrice)).toBe(toText(askPrice));

    for (let minutes = 5; (await gateway.positions()).length > 0 && minutes < 7 * 1_440; minutes += 5)
      await advanceTo(startMs + minutes * 60_000);
    const ended = await Promise.all(legs.map(({ clientOrderId }) => gateway.findProtection(symbol, clientOrderId)));
    expect(ended.map((leg) => leg?.status).sort()).toEqual(["expired", "finished"]);
    expect((await gateway.fillsSince(symbol, startMs)).map(({ side }) => side)).toEqual(expect.arrayContaining(["buy", "sell"]));
  });

  it("is told of an exchange that is gone: reads fail for now, orders are known not to have been placed", async () => {
    const lonely = await startExchangeSimulator({
      market: { kind: "generated", symbols: 3, seed: "lonely" },
      clock: { kind: "stepped", startMs },
    });
    const orphan = await startExchangeSimulator({ market: { kind: "live", baseUrl: lonely.url }, clock: { kind: "stepped", startMs } });
    await lonely.stop();
    const itsClock: Clock = { ...clock, nowMs: () => orphan.clock.nowMs() };
    const data = createBinanceMarketData({ baseUrl: orphan.url, clock: itsClock });
    const orders = createBinanceOrderGateway({
      baseUrl: orphan.url,
      apiKey: orphan.apiKey,
      apiSecret: orphan.apiSecret,
      clock: itsClock,
    });

    await expect(data.bookTop("BTCUSDT")).rejects.toMatchObject({ kind: "retryable" });
    expect(toText((await orders.balance()).equity)).toBe("10000");
    const stop = {
      leg: "stopLoss",
      clientOrderId: "x",
      symbol: "BTCUSDT",
      direction: "long",
      triggerPrice: asPrice(decimal("1")),
    } as const;
    expect(await orders.placeProtection(stop)).toMatchObject({ outcome: "rejected", meaning: "busy" });
    await orphan.stop();
  });
});
