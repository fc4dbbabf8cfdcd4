import type * as z from "zod";
import {
  decimalBetween,
  httpAddress,
  modelName,
  numberBetween,
  type Setting,
  type SettingForm,
  symbolList,
  truth,
  wholeBetween,
  wholeOrAuto,
  wordOf,
} from "./configuration-setting.ts";

const setting = <Value>(
  path: readonly [section: string, key: string] | undefined,
  form: SettingForm,
  schema: z.ZodType<Value, string>,
  defaultText: string,
  variable?: string,
): Setting<Value> => ({ path, form, schema, default: defaultText, variable });

const ofPrice = "fraction of the price";
const ofStopDistance = "fraction of the distance from entry to stop";
const candles = "candles of 15 minutes";
const candlesOr0 = `${candles}; 0 for none`;
const marginShare = "initial margin in percent of equity";

/** Everything that can be set apart from the strategies, in the order in which it is shown; `winiswin.yaml` says what each is for. */
export const settings = {
  tradingEnabled: setting(undefined, "word", truth, "false", "ENABLE_TRADING"),
  exchangeBaseUrl: setting(undefined, "word", httpAddress, "https://fapi.binance.com", "BINANCE_BASE_URL"),

  symbolMode: setting(["universe", "mode"], "word", wordOf(["all", "auto", "static"]), "all", "SYMBOL_MODE"),
  staticSymbols: setting(["universe", "symbols"], "words", symbolList, "", "STATIC_SYMBOLS"),
  maximumSymbols: setting(["universe", "maximumSymbols"], "number", wholeBetween(1, 2000, "symbols"), "700", "MAX_SYMBOLS"),
  shardCount: setting(["universe", "shardCount"], "number", wholeOrAuto(1, 64, "shards"), "auto", "SHARD_COUNT"),

  maximumEntries: setting(["ranking", "maximumEntries"], "number", wholeBetween(1, 50, "entries a cycle"), "3"),
  maximumReviewed: setting(["ranking", "maximumReviewed"], "number", wholeBetween(1, 100, "signals a cycle"), "10"),
  oppositeLead: setting(["ranking", "oppositeLead"], "number", numberBetween(0, 10, "points of score"), "1"),
  minimumScore: setting(["ranking", "minimumScore"], "number", numberBetween(0, 10, "points of score, after all modifiers"), "6"),
  blockAfterLossCandles: setting(["ranking", "blockAfterLossCandles"], "number", wholeBetween(0, 672, "candles of 15 minutes"), "8"),

  riskPerTradePercent: setting(
    ["sizing", "riskPerTradePercent"],
    "number",
    decimalBetween("0.01", "5", "percent of equity lost at the stop"),
    "0.3",
    "RISK_PER_TRADE_PERCENT",
  ),
  minimumMarginPercent: setting(
    ["sizing", "minimumMarginPercent"],
    "number",
    decimalBetween("0", "100", marginShare),
    "3",
    "MIN_POSITION_SIZE_PERCENT",
  ),
  maximumMarginPercent: setting(
    ["sizing", "maximumMarginPercent"],
    "number",
    decimalBetween("0.1", "100", marginShare),
    "13",
    "MAX_POSITION_SIZE_PERCENT",
  ),
  slippageRate: setting(["sizing", "slippageRate"], "number", decimalBetween("0", "0.05", ofPrice), "0.0005"),
  minimumNotionalFactor: setting(
    ["sizing", "minimumNotionalFactor"],
    "number",
    decimalBetween("1", "10", "times the exchange's minimum notional"),
    "1.05",
  ),
  liquidationBufferFraction: setting(["sizing", "liquidationBufferFraction"], "number", decimalBetween("0", "5", ofStopDistance), "0.3"),

  leverageBase: setting(["leverage", "at70Percent"], "number", wholeBetween(1, 125, "times, at 70 % confidence"), "3", "DEFAULT_LEVERAGE"),
  leverageAt90Percent: setting(["leverage", "at90Percent"], "number", wholeBetween(1, 125, "times, at 90 % confidence"), "10"),
  leverageAt100Percent: setting(["leverage", "at100Percent"], "number", wholeBetween(1, 125, "times, at 100 % confidence"), "20"),
  leverageMinimum: setting(["leverage", "minimum"], "number", wholeBetween(1, 125, "times"), "1", "MIN_LEVERAGE"),
  leverageMaximum: setting(["leverage", "maximum"], "number", wholeBetween(1, 125, "times"), "20", "MAX_LEVERAGE"),

  newsProvider: setting(["news", "provider"], "word", wordOf(["off", "words", "model"]), "off"),
  newsModel: setting(["news", "model"], "word", modelName, "gpt-4o-mini"),
  newsMaximumAgeHours: setting(["news", "maximumAgeHours"], "number", wholeBetween(1, 168, "hours"), "12"),
  newsKeptMinutes: setting(["news", "keptMinutes"], "number", wholeBetween(1, 1440, "minutes"), "30"),
  newsRequestsPerDay: setting(["news", "requestsPerDay"], "number", wholeBetween(1, 10_000, "requests a UTC day"), "120"),
  newsTimeoutSeconds: setting(["news", "timeoutSeconds"], "number", wholeBetween(1, 30, "seconds"), "15"),
  newsFeedUrl: setting(undefined, "word", httpAddress, "https://www.coindesk.com/arc/outboundfeeds/rss/", "NEWS_FEED_URL"),
  newsModelUrl: setting(undefined, "word", httpAddress, "https://api.openai.com/v1", "NEWS_MODEL_URL"),

  datasetWanted: setting(undefined, "word", truth, "false", "DATASET"),
  datasetKeptDays: setting(["dataset", "keptDays"], "number", wholeBetween(7, 3650, "days"), "1095"),

  maximumPositions: setting(["risk", "maximumPositions"], "number", wholeBetween(1, 50, "positions"), "3", "MAX_CONCURRENT_POSITIONS"),
  minimumListingAgeDays: setting(["risk", "minimumListingAgeDays"], "number", wholeBetween(0, 3650, "days"), "30", "MIN_LISTING_AGE_DAYS"),
  maximumSpreadPercent: setting(
    ["risk", "maximumSpreadPercent"],
    "number",
    decimalBetween("0.001", "5", "percent of the mid price"),
    "0.2",
    "MAX_SPREAD_PERCENT",
  ),
  maximumEntryDriftFraction: setting(["risk", "maximumEntryDriftFraction"], "number", decimalBetween("0", "1", ofStopDistance), "0.25"),
  maximumGrossExposure: setting(
    ["risk", "maximumGrossExposure"],
    "number",
    decimalBetween("0.1", "125", "times equity, all positions together"),
    "3",
  ),
  maximumCycleAgeSeconds: setting(
    ["risk", "maximumCycleAgeSeconds"],
    "number",
    wholeBetween(10, 900, "seconds since the close of the candle"),
    "180",
  ),
  maximumClockOffsetSeconds: setting(
    ["risk", "maximumClockOffsetSeconds"],
    "number",
    wholeBetween(1, 60, "seconds between our clock and the exchange's"),
    "2",
  ),
  delistingNoticeDays: setting(["risk", "delistingNoticeDays"], "number", wholeBetween(0, 365, "days before the delisting"), "3"),
  minimumStopCostMultiple: setting(
    ["risk", "minimumStopCostMultiple"],
    "number",
    decimalBetween("0", "20", "times what fees, slippage and spread cost; 0 for any"),
    "2",
  ),
  maximumImpactFraction: setting(["risk", "maximumImpactFraction"], "number", decimalBetween("0.001", "5", ofStopDistance), "0.15"),
  minimumDayVolume: setting(
    ["risk", "minimumDayVolume"],
    "number",
    numberBetween(0, 999_999_999, "USDT traded in 24 hours; 0 for any"),
    "5000000",
  ),
  maximumFundingPercent: setting(
    ["risk", "maximumFundingPercent"],
    "number",
    numberBetween(0, 10, "percent of the notional paid every 8 hours"),
    "0.1",
  ),
  maximumNetExposure: setting(
    ["risk", "maximumNetExposure"],
    "number",
    decimalBetween("0.1", "125", "times equity, long less short positions"),
    "2",
  ),
  maximumGroupExposure: setting(
    ["risk", "maximumGroupExposure"],
    "number",
    decimalBetween("0.1", "125", "times equity, positions that move together"),
    "2",
  ),
  groupCorrelation: setting(["risk", "groupCorrelation"], "number", numberBetween(0, 1, "correlation of returns"), "0.7"),

  cooldownCandles: setting(["protections", "cooldownCandles"], "number", wholeBetween(0, 672, candlesOr0), "2"),
  stopLossGuardStops: setting(["protections", "stopLossGuardStops"], "number", wholeBetween(0, 50, "stops; 0 for none"), "4"),
  stopLossGuardCandles: setting(["protections", "stopLossGuardCandles"], "number", wholeBetween(1, 672, candles), "24"),
  stopLossGuardPauseCandles: setting(["protections", "stopLossGuardPauseCandles"], "number", wholeBetween(1, 672, candles), "12"),
  maximumDailyLossPercent: setting(
    ["protections", "maximumDailyLossPercent"],
    "number",
    decimalBetween("0.1", "100", "percent of the equity at the start of the UTC day"),
    "3",
  ),
  maximumDrawdownPercent: setting(
    ["protections", "maximumDrawdownPercent"],
    "number",
    decimalBetween("0.1", "100", "percent of the highest equity"),
    "15",
  ),
  lowProfitTrades: setting(["protections", "lowProfitTrades"], "number", wholeBetween(0, 50, "trades; 0 for none"), "3"),
  lowProfitMaximumLossR: setting(["protections", "lowProfitMaximumLossR"], "number", numberBetween(0, 50, "R lost together"), "1.5"),
  lowProfitPauseCandles: setting(["protections", "lowProfitPauseCandles"], "number", wholeBetween(1, 672, candles), "96"),

  timeStopCandles: setting(["exits", "timeStopCandles"], "number", wholeBetween(1, 672, candles), "24"),
  timeStopLeastR: setting(["exits", "timeStopLeastR"], "number", numberBetween(-1, 1, "R that a position must have made by then"), "0.3"),
  leastConfidence: setting(["exits", "leastConfidence"], "number", numberBetween(0, 1, "confidence; 0 for any"), "0.4"),
  trailingAtr: setting(["exits", "trailingAtr"], "number", numberBetween(0.5, 10, "ATR behind the close"), "2"),
  fundingExitPercent: setting(
    ["exits", "fundingPercent"],
    "number",
    numberBetween(0, 10, "percent of the notional paid at the next funding"),
    "0.15",
  ),
  fundingExitMinutes: setting(["exits", "fundingMinutes"], "number", wholeBetween(0, 60, "minutes before the funding; 0 for never"), "5"),
  delistingExitHours: setting(["exits", "delistingHours"], "number", wholeBetween(0, 720, "hours before the delisting"), "24"),
} as const;

export type SettingName = keyof typeof settings;

export type SettingValues = { readonly [Name in SettingName]: z.output<(typeof settings)[Name]["schema"]> };

export const settingNames = Object.keys(settings) as readonly SettingName[];

/** The keys of every section, as the file may use them. */
export const sections: ReadonlyMap<string, ReadonlyMap<string, SettingName>> = settingNames.reduce((found, name) => {
  const { path } = settings[name];
  if (path === undefined) return found;
  const [section, key] = path;
  return found.set(section, new Map([...(found.get(section) ?? []), [key, name]]));
}, new Map<string, ReadonlyMap<string, SettingName>>());
