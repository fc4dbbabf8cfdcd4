import type { Clock } from "@winiswin/application/ports/clock";
import { createBinanceMarketData, createBinanceOrderGateway } from "@winiswin/binance";
import { decimal, notionalOf, usdt } from "@winiswin/domain/decimal";
import { quantizeQuantity, roundPrice } from "@winiswin/domain/instrument";
import { clientOrderIdOf } from "@winiswin/domain/order";
import { startExchangeSimulator } from "@winiswin/exchange-simulator";
import { expect, it } from "vitest";
import { approvedEntry } from "./approved-entry.ts";

it("sums the funding of a position over many settlements, so that the wallet is explained to the last digit", async () => {
  const simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 5, seed: "funding" },
    clock: { kind: "stepped", startMs: Date.parse("2026-03-02T10:00:00Z") },
  });
  try {
    const clock: Clock = {
      nowMs: () => simulator.clock.nowMs(),
      sleepUntil: async (atMs) => simulator.clock.advanceTo(Math.max(atMs, simulator.clock.nowMs())),
      realMsUntil: () => 0,
    };
    const market = createBinanceMarketData({ baseUrl: simulator.url, clock });
    const gateway = createBinanceOrderGateway({ baseUrl: simulator.url, apiKey: simulator.apiKey, apiSecret: simulator.apiSecret, clock });
    const instrument = (await market.instruments()).find(({ symbol }) => symbol === "BTCUSDT")!;
    const { askPrice } = await market.bookTop("BTCUSDT");
    const quantity = quantizeQuantity(instrument, usdt("2000").div(askPrice));
    await gateway.prepareSymbol("BTCUSDT", 2);
    const openedAtMs = clock.nowMs();
    const outcome = await gateway.placeEntry(
      approvedEntry(
        {
          positionId: "funding",
          clientOrderId: clientOrderIdOf("main", "funding", "entry", 0),
          symbol: "BTCUSDT",
          direction: "long",
          quantity,
          leverage: 2,
          signalPrice: askPrice,
          entryPrice: askPrice,
          stopPrice: roundPrice(instrument, askPrice.times(decimal("0.6")), "up"),
          targetPrice: roundPrice(instrument, askPrice.times(decimal("2")), "down"),
          bot: "main",
          notional: notionalOf(quantity, askPrice),
          initialMargin: usdt("1000"),
          initialRisk: usdt("800"),
          liquidationPrice: roundPrice(instrument, askPrice.times(decimal("0.5")), "down"),
        },
        { instrument, nowMs: openedAtMs },
      ),
    );
    expect(outcome).toEqual({ outcome: "accepted" });

    simulator.clock.advanceTo(openedAtMs + 9 * 86_400_000);
    const funding = await gateway.fundingSince("BTCUSDT", openedAtMs);
    const [entry] = await gateway.fillsSince("BTCUSDT", openedAtMs);
    const { walletBalance } = await gateway.balance();

    expect(funding.eq("0")).toBe(false);
    expect(walletBalance.toFixed()).toBe(usdt("10000").minus(entry!.fee).plus(funding).toFixed());
    expect((await gateway.fundingSince("BTCUSDT", clock.nowMs() + 1)).toFixed()).toBe("0");
  } finally {
    await simulator.stop();
  }
});
