import type { SimulatedInstrument } from "./instrument.ts";

type TradingLimits = Pick<
  SimulatedInstrument,
  "minNotional" | "multiplierUp" | "multiplierDown" | "marketTakeBound" | "liquidationFee" | "triggerProtect"
>;

const usual: TradingLimits = {
  minNotional: "5",
  multiplierUp: "1.1500",
  multiplierDown: "0.8500",
  marketTakeBound: "0.15",
  liquidationFee: "0.015000",
  triggerProtect: "0.1000",
};

const major: TradingLimits = {
  minNotional: "20",
  multiplierUp: "1.0500",
  multiplierDown: "0.9500",
  marketTakeBound: "0.05",
  liquidationFee: "0.012500",
  triggerProtect: "0.0500",
};

/** How far and how small one may trade: tighter bounds and larger minimum notionals for the two largest. */
export function tradingLimitsOf(baseAsset: string): TradingLimits {
  if (baseAsset === "BTC") return { ...major, minNotional: "100" };
  return baseAsset === "ETH" ? major : usual;
}
