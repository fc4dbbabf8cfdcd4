import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { LeverageLimits } from "@winiswin/domain/leverage";
import type { RankingLimits } from "@winiswin/domain/ranking";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { type SymbolMode, shardCountFor } from "@winiswin/domain/universe";
import * as z from "zod";

/** What can be set from outside, parsed once; names, units and defaults stand in `.env.example`. */
export interface Configuration {
  readonly bot: string;
  readonly tradingEnabled: boolean;
  readonly symbolMode: SymbolMode;
  readonly staticSymbols: readonly string[];
  readonly maximumSymbols: number;
  readonly shardCount: number;
  readonly riskPerTradePercent: DecimalValue;
  readonly minimumMarginPercent: DecimalValue;
  readonly maximumMarginPercent: DecimalValue;
  readonly leverage: LeverageLimits;
  readonly maximumPositions: number;
  readonly minimumListingAgeDays: number;
  readonly maximumSpreadPercent: DecimalValue;
  readonly ranking: RankingLimits;
  /** An entry on an old candle is a different trade from the one that was judged. */
  readonly maximumCycleAgeMs: number;
  /** How far the price may have left the signal's entry, as a fraction of the stop distance. */
  readonly maximumEntryDriftFraction: DecimalValue;
  /** Sum of absolute notional over equity. */
  readonly maximumGrossExposure: DecimalValue;
  /** What a market order is expected to lose against the book, as a fraction of the price. */
  readonly slippageRate: DecimalValue;
  /** So that a small move between sizing and fill cannot fall below the exchange's minimum. */
  readonly minimumNotionalFactor: DecimalValue;
  /** How far the liquidation price must lie beyond the stop, as a fraction of the stop distance. */
  readonly liquidationBufferFraction: DecimalValue;
  readonly exchangeBaseUrl: string;
}

const truth = z.enum(["true", "false"], { error: "must be true or false" }).transform((text) => text === "true");

const decimalBetween = (low: string, high: string, unit: string) =>
  z
    .string()
    .refine((text) => /^\d+(\.\d+)?$/.test(text) && decimal(text).gte(decimal(low)) && decimal(text).lte(decimal(high)), {
      error: `must be a decimal number from ${low} to ${high} (${unit})`,
    })
    .transform((text) => decimal(text));

const wholeBetween = (low: number, high: number, unit: string) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= low && Number(text) <= high, {
      error: `must be a whole number from ${low} to ${high} (${unit})`,
    })
    .transform(Number);

const schema = z.object({
  ENABLE_TRADING: truth.default(false),
  SYMBOL_MODE: z.enum(["all", "auto", "static"], { error: "must be all, auto or static" }).default("all"),
  STATIC_SYMBOLS: z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((symbol) => symbol.trim())
        .filter((symbol) => symbol !== ""),
    )
    .prefault(""),
  MAX_SYMBOLS: wholeBetween(1, 2000, "symbols").prefault("700"),
  SHARD_COUNT: wholeBetween(1, 64, "shards").optional(),
  RISK_PER_TRADE_PERCENT: decimalBetween("0.01", "5", "percent of equity lost at the stop").prefault("0.3"),
  MIN_POSITION_SIZE_PERCENT: decimalBetween("0", "100", "initial margin in percent of equity").prefault("3"),
  MAX_POSITION_SIZE_PERCENT: decimalBetween("0.1", "100", "initial margin in percent of equity").prefault("13"),
  DEFAULT_LEVERAGE: wholeBetween(1, 125, "times, at 70 % confidence").prefault("3"),
  MIN_LEVERAGE: wholeBetween(1, 125, "times").prefault("1"),
  MAX_LEVERAGE: wholeBetween(1, 125, "times").prefault("20"),
  MAX_CONCURRENT_POSITIONS: wholeBetween(1, 50, "positions").prefault("3"),
  MIN_LISTING_AGE_DAYS: wholeBetween(0, 3650, "days").prefault("30"),
  MAX_SPREAD_PERCENT: decimalBetween("0.001", "5", "percent of the mid price").prefault("0.2"),
  BINANCE_BASE_URL: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).prefault("https://fapi.binance.com"),
});

/** Every variable that `parseConfiguration` reads. */
export const configurationNames = Object.keys(schema.shape);

/**
 * Parses environment variables (an empty text counts as absent); on failure one sentence per variable: its name, what was found, what is
 * expected with its unit.
 */
export function parseConfiguration(environment: Readonly<Record<string, string | undefined>>): Result<Configuration, readonly string[]> {
  const given = Object.fromEntries(
    configurationNames.map((name) => [name, environment[name]]).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    return failed(parsed.error.issues.map((issue) => `${String(issue.path[0])} is "${given[String(issue.path[0])]}" but ${issue.message}`));
  }
  const values = parsed.data;
  const contradictions = [
    ...(values.MIN_LEVERAGE > values.MAX_LEVERAGE
      ? [`MIN_LEVERAGE ${values.MIN_LEVERAGE} is above MAX_LEVERAGE ${values.MAX_LEVERAGE}: lower the first or raise the second`]
      : []),
    ...(values.MIN_POSITION_SIZE_PERCENT.gt(values.MAX_POSITION_SIZE_PERCENT)
      ? ["MIN_POSITION_SIZE_PERCENT is above MAX_POSITION_SIZE_PERCENT: lower the first or raise the second"]
      : []),
    ...(values.SYMBOL_MODE === "static" && values.STATIC_SYMBOLS.length === 0
      ? ["SYMBOL_MODE is static but STATIC_SYMBOLS is empty: list symbols like BTCUSDT,ETHUSDT"]
      : []),
  ];
  if (contradictions.length > 0) return failed(contradictions);
  return succeeded({
    bot: "main",
    tradingEnabled: values.ENABLE_TRADING,
    symbolMode: values.SYMBOL_MODE,
    staticSymbols: values.STATIC_SYMBOLS,
    maximumSymbols: values.MAX_SYMBOLS,
    shardCount:
      values.SHARD_COUNT ??
      shardCountFor(values.SYMBOL_MODE === "static" ? Math.min(values.STATIC_SYMBOLS.length, values.MAX_SYMBOLS) : values.MAX_SYMBOLS),
    riskPerTradePercent: values.RISK_PER_TRADE_PERCENT,
    minimumMarginPercent: values.MIN_POSITION_SIZE_PERCENT,
    maximumMarginPercent: values.MAX_POSITION_SIZE_PERCENT,
    leverage: { base: values.DEFAULT_LEVERAGE, minimum: values.MIN_LEVERAGE, maximum: values.MAX_LEVERAGE },
    maximumPositions: values.MAX_CONCURRENT_POSITIONS,
    minimumListingAgeDays: values.MIN_LISTING_AGE_DAYS,
    maximumSpreadPercent: values.MAX_SPREAD_PERCENT,
    ranking: { maximumEntries: 3, oppositeLead: 1 },
    maximumCycleAgeMs: 180_000,
    maximumEntryDriftFraction: decimal("0.25"),
    maximumGrossExposure: decimal("3"),
    slippageRate: decimal("0.0005"),
    minimumNotionalFactor: decimal("1.05"),
    liquidationBufferFraction: decimal("0.3"),
    exchangeBaseUrl: values.BINANCE_BASE_URL,
  });
}
