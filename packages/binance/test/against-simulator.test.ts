import type { Clock } from "@winiswin/application/ports/clock";
import type { MarketData } from "@winiswin/application/ports/market-data";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { createBinanceMarketData, createBinanceOrderGateway, createExchangeGate } from "@winiswin/binance";
import { asPrice, asQuantity, asUsdt, decimal, notionalOf, type Quantity, toNumber, toText, usdt } from "@winiswin/domain/decimal";
import { type Instrument, isTradable, quantizeQuantity, roundPrice } from "@winiswin/domain/instrument";
import { clientOrderIdOf, type Leg, type OrderIntent } from "@winiswin/domain/order";
import type { RiskApproved } from "@winiswin/domain/risk";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approvedEntry } from "./approved-entry.ts";

const quarterMs = 900_000;
const startMs = Date.parse("2026-03-02T10:00:00.000Z");

let simulator: ExchangeSimulator;
let clock: Clock;
let market: MarketData;
let gateway: OrderGateway;
let instrument: Instrument;

beforeAll(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 20, seed: "adapter" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
  clock = {
    nowMs: () => simulator.clock.nowMs(),
    sleepUntil: (atMs) => {
      if (atMs > simulator.clock.nowMs()) simulator.clock.advanceTo(atMs);
      return Promise.resolve();
    },
    realMsUntil: () => 0,
  };
  market = createBinanceMarketData({ baseUrl: simulator.url, clock });
  gateway = createBinanceOrderGateway({ baseUrl: simulator.url, apiKey: simulator.apiKey, apiSecret: simulator.apiSecret, clock });
  const found = (await market.instruments()).find(({ symbol }) => symbol === "ETHUSDT");
  if (found === undefined) throw new Error("the simulator lists no ETHUSDT");
  instrument = found;
});
afterAll(() => simulator.stop());

const advance = (ms: number): void => simulator.clock.advanceTo(simulator.clock.nowMs() + ms);

/** About `notionalUsdt` worth of the instrument at the ask, with stop and target as fractions of the price. */
async function entry(
  positionId: string,
  notionalUsdt: string,
  stopFraction: string,
  targetFraction: string,
): Promise<RiskApproved<OrderIntent>> {
  const { askPrice } = await market.bookTop(instrument.symbol);
  const quantity: Quantity = quantizeQuantity(instrument, usdt(notionalUsdt).div(askPrice));
  const notional = notionalOf(quantity, askPrice);
  return approvedEntry(
    {
      positionId,
      clientOrderId: idOf(positionId, "entry"),
      symbol: instrument.symbol,
      quantity,
      signalPrice: askPrice,
      entryPrice: askPrice,
      stopPrice: roundPrice(instrument, askPrice.times(decimal(stopFraction)), "up"),
      targetPrice: roundPrice(instrument, askPrice.times(decimal(targetFraction)), "down"),
      notional,
      leverage: 5,
      initialMargin: asUsdt(notional.div(decimal("5"))),
      liquidationPrice: asPrice(askPrice.times(decimal("0.8"))),
    },
    { instrument, nowMs: clock.nowMs() },
  );
}

const idOf = (positionId: string, leg: Leg, revision = 0): string => clientOrderIdOf("main", positionId, leg, revision);

const protectionOf = (intent: OrderIntent, leg: "stopLoss" | "takeProfit") => ({
  leg,
  clientOrderId: idOf(intent.positionId, leg),
  symbol: intent.symbol,
  direction: intent.direction,
  triggerPrice: leg === "stopLoss" ? intent.stopPrice : intent.targetPrice,
});

describe("the market of the simulator", () => {
  it("has tradable instruments with their limits, and others", async () => {
    const instruments = await market.instruments();

    expect(instruments.filter(isTradable).length).toBeGreaterThanOrEqual(20);
    expect(instruments.every(isTradable)).toBe(false);
    expect(instrument.tickSize.gt(decimal("0"))).toBe(true);
  });

  it.each(["15m", "1h", "4h", "1d"] as const)("gives exactly the closed candles of %s", async (timeframe) => {
    const duringACandle = startMs + 7 * 60_000;

    const candles = await market.closedCandles("BTCUSDT", timeframe, 99, Math.min(duringACandle, clock.nowMs()));

    const last = candles.at(-1);
    const first = candles[0];
    if (first === undefined || last === undefined) throw new Error("no candles");
    const durationMs = { "15m": 1, "1h": 4, "4h": 16, "1d": 96 }[timeframe] * quarterMs;
    expect(candles).toHaveLength(99);
    expect(last.openTimeMs).toBe(Math.floor(startMs / durationMs) * durationMs - durationMs);
    expect(last.openTimeMs - first.openTimeMs).toBe(98 * durationMs);
    expect(candles.every(({ takerBuyVolume, volume }) => takerBuyVolume <= volume)).toBe(true);
  });

  it("never gives the open candle in the middle of one", async () => {
    advance(7 * 60_000);

    const candles = await market.closedCandles("BTCUSDT", "15m", 3, clock.nowMs());

    expect(candles.map(({ openTimeMs }) => openTimeMs)).toEqual([3, 2, 1].map((back) => startMs - back * quarterMs));
  });

  it("has a book, day volumes, its own time and a weight", async () => {
    const top = await market.bookTop("BTCUSDT");
    const volumes = await market.dayVolumes();

    expect(top.askPrice.gt(top.bidPrice)).toBe(true);
    expect(volumes.find(({ symbol }) => symbol === "BTCUSDT")?.quoteVolume).toBeGreaterThan(0);
    expect(await market.serverTimeMs()).toBe(clock.nowMs());
    expect(market.usedWeight()).toBeGreaterThan(0);
  });

  it("knows no symbol that it does not list", async () => {
    await expect(market.closedCandles("NOSUCHUSDT", "15m", 3, clock.nowMs())).rejects.toMatchObject({ kind: "fatal", code: -1121 });
  });
});

describe("the account of the simulator", () => {
  it("is in one-way mode with a balance, brackets and fees", async () => {
    await gateway.requireOneWayMode();
    const balance = await gateway.balance();
    const brackets = await gateway.leverageBrackets("ETHUSDT");

    expect(toText(balance.equity)).toBe("10000");
    expect(brackets[0]?.maximumLeverage).toBeGreaterThanOrEqual(20);
    expect(toNumber(await gateway.takerFeeRate("ETHUSDT"))).toBeGreaterThan(0);
  });

  it("lets a symbol be prepared, twice", async () => {
    await gateway.prepareSymbol("ETHUSDT", 5);

    await expect(gateway.prepareSymbol("ETHUSDT", 5)).resolves.toBeUndefined();
  });

  it("refuses other keys", async () => {
    const stranger = createBinanceOrderGateway({ baseUrl: simulator.url, apiKey: "someotherkey", apiSecret: "secret", clock });
    const forger = createBinanceOrderGateway({ baseUrl: simulator.url, apiKey: simulator.apiKey, apiSecret: "secret", clock });

    await expect(stranger.balance()).rejects.toMatchObject({ kind: "fatal" });
    await expect(forger.balance()).rejects.toMatchObject({ kind: "fatal", code: -1022 });
  });

  it("is reached with a clock that is wrong by a minute", async () => {
    const wrong: Clock = { ...clock, nowMs: () => clock.nowMs() - 60_000 };
    const late = createBinanceOrderGateway({
      baseUrl: simulator.url,
      apiKey: simulator.apiKey,
      apiSecret: simulator.apiSecret,
      clock: wrong,
    });

    expect(toText((await late.balance()).equity)).toBe("10000");
  });
});

describe("a position on the simulator", () => {
  it("needs to be open before it can be protected", async () => {
    const intent = await entry("never-opened", "200", "0.97", "1.03");

    expect(await gateway.placeProtection(protectionOf(intent, "stopLoss"))).toMatchObject({
      outcome: "rejected",
      code: -4509,
      meaning: "needsPosition",
    });
    expect(await gateway.findProtection("ETHUSDT", idOf("never-opened", "stopLoss"))).toBeUndefined();
    expect(await gateway.findOrder("ETHUSDT", idOf("never-opened", "entry"))).toBeUndefined();
    expect(await gateway.cancelProtection("ETHUSDT", idOf("never-opened", "stopLoss"))).toEqual({ outcome: "accepted" });
  });

  it("is opened, protected on both sides, seen everywhere, freed of its target and closed at market", async () => {
    const sinceMs = clock.nowMs();
    const intent = await entry("first", "500", "0.90", "1.10");
    await gateway.prepareSymbol("ETHUSDT", 5);

    const placed = await gateway.placeEntry(intent);
    const order = await gateway.findOrder("ETHUSDT", intent.clientOrderId);
    const stopPlaced = await gateway.placeProtection(protectionOf(intent, "stopLoss"));
    const targetPlaced = await gateway.placeProtection(protectionOf(intent, "takeProfit"));
    const [position, ...others] = await gateway.positions();
    const open = await gateway.openProtections();

    expect(placed).toEqual({ outcome: "accepted" });
    expect(order).toMatchObject({ status: "filled", symbol: "ETHUSDT" });
    expect(order && toText(order.executedQuantity)).toBe(toText(intent.quantity));
    expect([stopPlaced, targetPlaced]).toEqual([{ outcome: "accepted" }, { outcome: "accepted" }]);
    expect(others).toEqual([]);
    expect(position).toMatchObject({ symbol: "ETHUSDT", direction: "long" });
    expect(position && toText(position.quantity)).toBe(toText(intent.quantity));
    expect(position && order?.averagePrice && toText(position.entryPrice)).toBe(order?.averagePrice && toText(order.averagePrice));
    expect(position?.liquidationPrice && toNumber(position.liquidationPrice) / toNumber(position.entryPrice)).toBeCloseTo(0.8, 1);
    expect(open.map(({ leg, side, status, closePosition }) => [leg, side, status, closePosition]).sort()).toEqual([
      ["stopLoss", "sell", "new", true],
      ["takeProfit", "sell", "new", true],
    ]);

    const second = await gateway.placeProtection({ ...protectionOf(intent, "stopLoss"), clientOrderId: idOf("first", "stopLoss", 1) });
    const canceled = await gateway.cancelProtection("ETHUSDT", idOf("first", "takeProfit"));
    const canceledAgain = await gateway.cancelProtection("ETHUSDT", idOf("first", "takeProfit"));
    const closed = await gateway.closeAtMarket({
      clientOrderId: idOf("first", "close"),
      symbol: "ETHUSDT",
      direction: "long",
      quantity: intent.quantity,
    });
    const closedAgain = await gateway.closeAtMarket({
      clientOrderId: idOf("first", "close", 1),
      symbol: "ETHUSDT",
      direction: "long",
      quantity: intent.quantity,
    });
    const fills = await gateway.fillsSince("ETHUSDT", sinceMs);

    expect(second).toMatchObject({ outcome: "rejected", code: -4130, meaning: "alreadyProtected" });
    expect([canceled, canceledAgain]).toEqual([{ outcome: "accepted" }, { outcome: "accepted" }]);
    expect((await gateway.findProtection("ETHUSDT", idOf("first", "takeProfit")))?.status).toBe("canceled");
    expect(closed).toEqual({ outcome: "accepted" });
    expect(closedAgain).toMatchObject({ outcome: "rejected", meaning: "nothingToReduce" });
    expect(await gateway.positions()).toEqual([]);
    expect((await gateway.findProtection("ETHUSDT", idOf("first", "stopLoss")))?.status).toBe("expired");
    expect(fills.map(({ side }) => side)).toEqual(expect.arrayContaining(["buy", "sell"]));
    const bought = fills.filter(({ side }) => side === "buy").reduce((sum, { quantity }) => sum.plus(quantity), decimal("0"));
    expect(toText(asQuantity(bought))).toBe(toText(intent.quantity));
    expect(await walletFrom("10000", fills)).toBe(toText((await gateway.balance()).walletBalance));
  });

  it("is closed by its stop or target when the price gets there, and the other leg goes", async () => {
    advance(1_000);
    const sinceMs = clock.nowMs();
    const intent = await entry("second", "500", "0.995", "1.005");
    await gateway.placeEntry(intent);
    expect(await gateway.placeProtection(protectionOf(intent, "stopLoss"))).toEqual({ outcome: "accepted" });
    expect(await gateway.placeProtection(protectionOf(intent, "takeProfit"))).toEqual({ outcome: "accepted" });

    let minutes = 0;
    while ((await gateway.positions()).length > 0 && minutes < 7 * 24 * 60) {
      advance(15 * 60_000);
      minutes += 15;
    }
    const legs = await Promise.all(
      (["stopLoss", "takeProfit"] as const).map((leg) => gateway.findProtection("ETHUSDT", idOf("second", leg))),
    );
    const triggered = legs.find((leg) => leg?.status === "finished");
    const fills = await gateway.fillsSince("ETHUSDT", sinceMs);
    const exit = fills.filter(({ side }) => side === "sell");

    expect(await gateway.positions()).toEqual([]);
    expect(legs.map((leg) => leg?.status).sort()).toEqual(["expired", "finished"]);
    expect(triggered?.spawnedOrderId).toBeDefined();
    expect(new Set(exit.map(({ orderId }) => orderId))).toEqual(new Set([triggered?.spawnedOrderId]));
    expect(await gateway.openProtections()).toEqual([]);
  });

  it("cannot have a stop that the price has passed already", async () => {
    const intent = await entry("third", "300", "0.97", "1.03");
    await gateway.placeEntry(intent);

    const outcome = await gateway.placeProtection({
      ...protectionOf(intent, "stopLoss"),
      triggerPrice: roundPrice(instrument, intent.entryPrice.times(decimal("1.02")), "down"),
    });

    expect(outcome).toMatchObject({ outcome: "rejected", code: -2021, meaning: "wouldTriggerImmediately" });
    await gateway.closeAtMarket({ clientOrderId: idOf("third", "close"), symbol: "ETHUSDT", direction: "long", quantity: intent.quantity });
  });

  it("beyond the balance is rejected with its reason", async () => {
    const intent = await entry("too-large", "500", "0.97", "1.03");
    const outcome = await gateway.placeEntry({ ...intent, quantity: quantizeQuantity(instrument, intent.quantity.times(decimal("200"))) });

    expect(outcome).toMatchObject({ outcome: "rejected", code: -2019, meaning: "other" });
  });
});

describe("other simulators", () => {
  it("fall silent together when the weight of a minute is used up, and go on in the next one", async () => {
    const strict = await startExchangeSimulator({
      market: { kind: "generated", symbols: 3, seed: "strict" },
      clock: { kind: "stepped", startMs },
      weightLimitPerMinute: 10,
    });
    const strictClock: Clock = { ...clock, nowMs: () => strict.clock.nowMs() };
    const gate = createExchangeGate({ clock: strictClock });
    const reader = createBinanceMarketData({ baseUrl: strict.url, clock: strictClock, gate });
    const trader = createBinanceOrderGateway({
      baseUrl: strict.url,
      apiKey: strict.apiKey,
      apiSecret: strict.apiSecret,
      clock: strictClock,
      gate,
    });

    let answered = 0;
    const banned = await (async () => {
      for (;;) {
        await reader.closedCandles("BTCUSDT", "15m", 3, startMs);
        answered += 1;
      }
    })().catch((error: unknown) => error);
    const usedAtBan = reader.usedWeight();
    const silent = await trader.balance().catch((error: unknown) => error);
    strict.clock.advanceTo(startMs + 60_000);
    const afterwards = await reader.closedCandles("BTCUSDT", "15m", 3, startMs);
    await strict.stop();

    expect(answered).toBe(10);
    expect(banned).toMatchObject({ kind: "banned", retryAtMs: startMs + 60_000 });
    expect(usedAtBan).toBeGreaterThanOrEqual(10);
    expect(silent).toMatchObject({ kind: "banned" });
    expect(String(silent)).toContain("not sent");
    expect(afterwards).toHaveLength(3);
  });

  it("understand our timestamps when their time runs a thousand times faster", async () => {
    const fast = await startExchangeSimulator({
      market: { kind: "generated", symbols: 3, seed: "fast" },
      clock: { kind: "accelerated", startMs, speed: 1_000 },
      latencyMs: 20,
    });
    const fastClock: Clock = { ...clock, nowMs: () => fast.clock.nowMs() };
    const trader = createBinanceOrderGateway({ baseUrl: fast.url, apiKey: fast.apiKey, apiSecret: fast.apiSecret, clock: fastClock });

    const balances = [await trader.balance(), await trader.balance(), await trader.balance()];
    await fast.stop();

    expect(balances.map(({ equity }) => toText(equity))).toEqual(["10000", "10000", "10000"]);
  });
});

/** What the wallet must hold after these fills, in the exchange's eight decimals. */
async function walletFrom(start: string, fills: Awaited<ReturnType<OrderGateway["fillsSince"]>>): Promise<string> {
  return toText(fills.reduce((sum, { fee, realisedProfit }) => sum.plus(realisedProfit).minus(fee), decimal(start)));
}
