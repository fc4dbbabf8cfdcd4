export * from "./candle.ts";
export * from "./decimal.ts";
export * from "./direction.ts";
export * from "./result.ts";
export * from "./timeframe.ts";
