/** What the exchange knows of one contract; the wire shape is built in `http/exchange-info.ts`. */
export interface SimulatedInstrument {
  readonly symbol: string;
  readonly pair: string;
  readonly baseAsset: string;
  readonly contractType: "PERPETUAL" | "TRADIFI_PERPETUAL" | "CURRENT_QUARTER";
  readonly underlyingType: "COIN" | "INDEX" | "EQUITY";
  readonly underlyingSubType: readonly string[];
  readonly onboardMs: number;
  /** Trading ends here: delivery of a quarterly, settlement of a delisted perpetual, the end of recorded candles. */
  readonly endMs: number;
  readonly deliveryMs: number;
  /** Price of one tick as decimal text, and how many decimals it has. */
  readonly tickSize: string;
  readonly tickDecimals: number;
  readonly tickValue: number;
  readonly stepSize: string;
  readonly stepDecimals: number;
  readonly volumeDecimals: number;
  readonly quoteDecimals: number;
  readonly minPrice: string;
  readonly maxPrice: string;
  readonly maxQuantity: string;
  readonly maxMarketQuantity: string;
  readonly minNotional: string;
  readonly multiplierUp: string;
  readonly multiplierDown: string;
  readonly marketTakeBound: string;
  readonly liquidationFee: string;
  readonly triggerProtect: string;
  readonly maxLeverage: number;
  readonly fundingIntervalHours: number;
  /** The seed of everything random about this contract. */
  readonly seed: number;
}

export type InstrumentStatus = "PENDING_TRADING" | "TRADING" | "SETTLING" | "DELIVERED";

export function statusAt(instrument: SimulatedInstrument, nowMs: number): InstrumentStatus {
  if (nowMs < instrument.onboardMs) return "PENDING_TRADING";
  if (nowMs < instrument.endMs) return "TRADING";
  return instrument.contractType === "CURRENT_QUARTER" ? "DELIVERED" : "SETTLING";
}

/** Binance writes this delivery date for contracts that never end. */
export const neverMs = 4_133_404_800_000;

/** A whole number of units as decimal text: (12345, 2) is "123.45". */
export function unitsToText(units: number, decimals: number): string {
  if (decimals === 0) return String(units);
  const negative = units < 0;
  const digits = String(negative ? -units : units).padStart(decimals + 1, "0");
  const text = `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return negative ? `-${text}` : text;
}

/** 10^-decimals as text. */
export const unitText = (decimals: number): string => (decimals === 0 ? "1" : `0.${"0".repeat(decimals - 1)}1`);
