import { decimal, price, quantity, usdt } from "@winiswin/domain/decimal";
import type { Instrument } from "@winiswin/domain/instrument";
import type { LeverageBracket } from "@winiswin/domain/leverage";

/** A tradable perpetual like BTCUSDT, listed long ago. */
export const anInstrument = (over: Partial<Instrument> = {}): Instrument => ({
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  marginAsset: "USDT",
  contractType: "PERPETUAL",
  underlyingType: "COIN",
  status: "TRADING",
  onboardTimeMs: Date.UTC(2020, 0, 1),
  tickSize: price("0.1"),
  minPrice: price("0.1"),
  maxPrice: price("1000000"),
  stepSize: quantity("0.001"),
  minQuantity: quantity("0.001"),
  maxMarketQuantity: quantity("120"),
  minNotional: usdt("5"),
  ...over,
});

/** Brackets like those of a large coin: the more notional, the less leverage. */
export const someBrackets = (): readonly LeverageBracket[] => [
  {
    notionalFloor: usdt("0"),
    notionalCap: usdt("50000"),
    maximumLeverage: 125,
    maintenanceMarginRate: decimal("0.004"),
    cumulative: usdt("0"),
  },
  {
    notionalFloor: usdt("50000"),
    notionalCap: usdt("600000"),
    maximumLeverage: 100,
    maintenanceMarginRate: decimal("0.005"),
    cumulative: usdt("50"),
  },
  {
    notionalFloor: usdt("600000"),
    notionalCap: usdt("3000000"),
    maximumLeverage: 20,
    maintenanceMarginRate: decimal("0.025"),
    cumulative: usdt("12050"),
  },
];
