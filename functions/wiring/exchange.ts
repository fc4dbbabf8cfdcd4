import { createBinanceMarketData, createBinanceOrderGateway, createExchangeGate, type ExchangeGate } from "@winiswin/binance";
import { Resource } from "sst";
import { currentClock, currentLogger } from "../clock.ts";
import { configuration } from "./configuration.ts";
import { currentMetrics, measureBans } from "./metrics.ts";
import { once } from "./once.ts";
import { exchangeBudget } from "./tables.ts";

/** One for all clients: a ban that the market data meets must silence the orders too, here and in all other functions. */
const gate = once(() => {
  const { host } = new URL(configuration().exchangeBaseUrl);
  return measureBans(
    measureFrontDoor(createExchangeGate({ clock: currentClock(), logger: currentLogger(), budget: exchangeBudget(host) })),
    currentMetrics(),
  );
});

/** The firewall's and the region's refusals count among the bans: a person must hear of them as well. */
const measureFrontDoor = (opened: ExchangeGate): ExchangeGate => ({
  ...opened,
  turnedAway: (by, purpose, reason) => {
    currentMetrics().record({ ExchangeBans: 1 }, { reason });
    return opened.turnedAway(by, purpose, reason);
  },
});

export const connection = () => ({
  baseUrl: configuration().exchangeBaseUrl,
  clock: currentClock(),
  logger: currentLogger(),
  gate: gate(),
});

export const marketData = once(() => createBinanceMarketData(connection()));

/** For the executor and the guard. */
export const tradingMarketData = once(() => createBinanceMarketData({ ...connection(), candlesFor: "entry" }));

/** Undefined without keys: an empty secret means "not configured". */
export const orderGateway = once(() => {
  const [apiKey, apiSecret] = [Resource.BinanceApiKey.value, Resource.BinanceApiSecret.value];
  return apiKey === "" || apiSecret === "" ? undefined : createBinanceOrderGateway({ ...connection(), apiKey, apiSecret });
});
