import type { DecimalValue } from "@winiswin/domain/decimal";
import type { ExitLimits } from "@winiswin/domain/exit/exit-rules";
import type { LeverageLimits } from "@winiswin/domain/leverage";
import type { RankingGates, RankingLimits } from "@winiswin/domain/ranking";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import type { RiskLimits } from "@winiswin/domain/risk";
import { type SymbolMode, shardCountFor } from "@winiswin/domain/universe";
import { registeredStrategy } from "@winiswin/strategies";
import type { ConfiguredStrategy } from "./analysis/configured-strategy.ts";
import type { NewsLimits } from "./analysis/read-news.ts";
import { type ConfigurationFile, emptyFile, type FileContent, readConfigurationFile } from "./configuration-file.ts";
import { type Plain, plainOf, type Setting, textOf } from "./configuration-setting.ts";
import { type SettingName, type SettingValues, settingNames, settings } from "./configuration-settings.ts";
import { chooseStrategies, quoted, type StrategyChoice } from "./configuration-strategies.ts";

/** What can be set from outside, parsed once; names, units and defaults stand in `winiswin.yaml` and `.env.example`. */
export interface Configuration {
  readonly bot: string;
  readonly tradingEnabled: boolean;
  /** The enabled ones. */
  readonly strategies: readonly ConfiguredStrategy[];
  readonly symbolMode: SymbolMode;
  readonly staticSymbols: readonly string[];
  readonly maximumSymbols: number;
  readonly shardCount: number;
  readonly riskPerTradePercent: DecimalValue;
  readonly minimumMarginPercent: DecimalValue;
  readonly maximumMarginPercent: DecimalValue;
  readonly leverage: LeverageLimits;
  readonly maximumPositions: number;
  /** What the risk review and the protections refuse by. */
  readonly risk: RiskLimits;
  readonly ranking: RankingLimits & RankingGates;
  readonly exits: ExitConfiguration;
  /** What a market order is expected to lose against the book, as a fraction of the price. */
  readonly slippageRate: DecimalValue;
  /** So that a small move between sizing and fill cannot fall below the exchange's minimum. */
  readonly minimumNotionalFactor: DecimalValue;
  /** How far the liquidation price must lie beyond the stop, as a fraction of the stop distance. */
  readonly liquidationBufferFraction: DecimalValue;
  readonly exchangeBaseUrl: string;
  readonly news: NewsSettings;
  readonly dataset: {
    /** Off unless it is asked for: what the features need makes an engine several times as heavy as a light strategy does. */
    readonly wanted: boolean;
    readonly keptDays: number;
  };
}

/** Where the sentiments of the news come from; the key of a language model is a secret and stands elsewhere. */
export interface NewsSettings {
  /** `words` counts the words of headlines, `model` asks a language model about them. */
  readonly provider: "off" | "words" | "model";
  readonly feedUrl: string;
  readonly modelUrl: string;
  readonly model: string;
  readonly maximumAgeHours: number;
  readonly limits: NewsLimits;
}

/** When an open position is closed apart from its stop and its targets. */
export interface ExitConfiguration extends ExitLimits {
  /** Percent of the notional that the next funding may cost. */
  readonly fundingPercent: number;
  readonly fundingMinutes: number;
  readonly delistingHours: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a value comes from. */
export type Origin =
  | { readonly kind: "default" }
  | { readonly kind: "file"; readonly file: string; readonly line: number | undefined }
  | { readonly kind: "environment"; readonly variable: string };

/** One value that is in force. */
export interface EffectiveSetting {
  /** Section and key in the file; the variable where only the environment may say it. */
  readonly path: readonly string[];
  readonly value: Plain;
  readonly default: Plain;
  readonly origin: Origin;
}

export interface EffectiveConfiguration {
  readonly configuration: Configuration;
  readonly settings: readonly EffectiveSetting[];
}

/** Every variable that overrides the file or stands beside it. */
export const configurationNames: readonly string[] = settingNames.flatMap((name) => settings[name].variable ?? []);

/** Names the file of settings: a path, absolute or from the working directory; `winiswin.yaml` unless set. */
export const configurationFileVariable = "WINISWIN_CONFIG";
export const usualConfigurationFile = "winiswin.yaml";

/**
 * Parses the file and the environment variables, which win over it (an empty text counts as absent); on failure one sentence per fault: what
 * it is called and where it stands, what was found, what is expected with its unit.
 */
export function parseConfiguration(environment: Environment, file?: ConfigurationFile): Result<Configuration, readonly string[]> {
  const effective = effectiveConfiguration(environment, file);
  return effective.ok ? succeeded(effective.value.configuration) : effective;
}

/** The same with the origin of every value. */
export function effectiveConfiguration(
  environment: Environment,
  file?: ConfigurationFile,
): Result<EffectiveConfiguration, readonly string[]> {
  const read = file === undefined ? { content: emptyFile, faults: [] } : readConfigurationFile(file);
  const { content } = read;
  const faults: string[] = [...read.faults];
  const given = new Map(settingNames.map((name) => [name, givenText(name, environment, content, file?.name ?? "")]));
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [name, { text, said, label }] of given) {
    const parsed = settings[name].schema.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else faults.push(...parsed.error.issues.map((issue) => `${label} is ${quoted(said)} but ${issue.message}`));
  }
  const strategies = chooseStrategies(content);
  if (!strategies.ok) faults.push(...strategies.failure);
  if (faults.length > 0 || !strategies.ok) return failed(faults);
  // Every setting was parsed by its own schema just above.
  const parsed = values as SettingValues;
  const contradictions = contradictionsOf(parsed, (name) => `${given.get(name)?.label} ${given.get(name)?.text}`);
  if (contradictions.length > 0) return failed(contradictions);
  return succeeded({
    configuration: configurationOf(parsed, strategies.value),
    settings: [
      ...strategies.value.flatMap((choice) => shownStrategy(choice, content, file?.name ?? "")),
      ...settingNames.map((name) => shownSetting(name, given.get(name)!)),
    ],
  });
}

interface Given {
  /** As the schema takes it. */
  readonly text: string | undefined;
  /** As it was found, for a sentence. */
  readonly said: unknown;
  /** What the person calls it: the variable, or its place in the file. */
  readonly label: string;
  readonly origin: Origin;
}

function givenText(name: SettingName, environment: Environment, content: FileContent, file: string): Given {
  const { path, variable, form, default: usual } = settings[name];
  const inEnvironment = variable === undefined ? undefined : environment[variable];
  if (variable !== undefined && inEnvironment !== undefined && inEnvironment !== "")
    return { text: inEnvironment, said: inEnvironment, label: variable, origin: { kind: "environment", variable } };
  const found = content.settings.get(name);
  if (found !== undefined && path !== undefined)
    return {
      text: textOf(found.value, form),
      said: found.value,
      label: content.place(path),
      origin: { kind: "file", file, line: found.line },
    };
  return { text: usual, said: usual, label: path?.join(".") ?? variable ?? name, origin: { kind: "default" } };
}

/** Values that are right alone and wrong together. */
function contradictionsOf(values: SettingValues, named: (name: SettingName) => string): readonly string[] {
  const advice = "lower the first or raise the second";
  return [
    ...(values.leverageMinimum > values.leverageMaximum
      ? [`${named("leverageMinimum")} is above ${named("leverageMaximum")}: ${advice}`]
      : []),
    ...(values.minimumMarginPercent.gt(values.maximumMarginPercent)
      ? [`${named("minimumMarginPercent")} is above ${named("maximumMarginPercent")}: ${advice}`]
      : []),
    ...(values.symbolMode === "static" && values.staticSymbols.length === 0
      ? [`${named("symbolMode")} needs symbols but there are none: list them as universe.symbols or STATIC_SYMBOLS, like BTCUSDT,ETHUSDT`]
      : []),
  ];
}

function configurationOf(values: SettingValues, strategies: readonly StrategyChoice[]): Configuration {
  const { symbolMode, staticSymbols, maximumSymbols } = values;
  return {
    bot: "main",
    tradingEnabled: values.tradingEnabled,
    strategies: strategies.filter(({ enabled }) => enabled).map(({ strategy, parameters }) => ({ strategy, parameters })),
    symbolMode,
    staticSymbols,
    maximumSymbols,
    shardCount:
      values.shardCount ?? shardCountFor(symbolMode === "static" ? Math.min(staticSymbols.length, maximumSymbols) : maximumSymbols),
    riskPerTradePercent: values.riskPerTradePercent,
    minimumMarginPercent: values.minimumMarginPercent,
    maximumMarginPercent: values.maximumMarginPercent,
    leverage: {
      base: values.leverageBase,
      at90Percent: values.leverageAt90Percent,
      at100Percent: values.leverageAt100Percent,
      minimum: values.leverageMinimum,
      maximum: values.leverageMaximum,
    },
    maximumPositions: values.maximumPositions,
    risk: riskLimitsOf(values),
    ranking: {
      maximumEntries: values.maximumEntries,
      maximumReviewed: Math.max(values.maximumEntries, values.maximumReviewed),
      oppositeLead: values.oppositeLead,
      minimumScore: values.minimumScore,
      blockAfterLossCandles: values.blockAfterLossCandles,
    },
    exits: {
      timeStopCandles: values.timeStopCandles,
      timeStopLeastR: values.timeStopLeastR,
      leastConfidence: values.leastConfidence,
      trailingAtr: values.trailingAtr,
      fundingPercent: values.fundingExitPercent,
      fundingMinutes: values.fundingExitMinutes,
      delistingHours: values.delistingExitHours,
    },
    slippageRate: values.slippageRate,
    minimumNotionalFactor: values.minimumNotionalFactor,
    liquidationBufferFraction: values.liquidationBufferFraction,
    exchangeBaseUrl: values.exchangeBaseUrl,
    dataset: { wanted: values.datasetWanted, keptDays: values.datasetKeptDays },
    news: {
      provider: values.newsProvider,
      feedUrl: values.newsFeedUrl,
      modelUrl: values.newsModelUrl,
      model: values.newsModel,
      maximumAgeHours: values.newsMaximumAgeHours,
      limits: {
        timeoutMs: values.newsTimeoutSeconds * 1000,
        keptMs: values.newsKeptMinutes * 60_000,
        requestsPerDay: values.newsRequestsPerDay,
      },
    },
  };
}

const riskLimitsOf = (values: SettingValues): RiskLimits => ({
  maximumPositions: values.maximumPositions,
  maximumCycleAgeMs: values.maximumCycleAgeSeconds * 1000,
  maximumClockOffsetMs: values.maximumClockOffsetSeconds * 1000,
  minimumListingAgeDays: values.minimumListingAgeDays,
  delistingNoticeDays: values.delistingNoticeDays,
  maximumSpreadPercent: values.maximumSpreadPercent,
  maximumEntryDriftFraction: values.maximumEntryDriftFraction,
  minimumStopCostMultiple: values.minimumStopCostMultiple,
  maximumImpactFraction: values.maximumImpactFraction,
  liquidationBufferFraction: values.liquidationBufferFraction,
  maximumGrossExposure: values.maximumGrossExposure,
  maximumNetExposure: values.maximumNetExposure,
  maximumGroupExposure: values.maximumGroupExposure,
  groupCorrelation: values.groupCorrelation,
  minimumDayVolume: values.minimumDayVolume,
  maximumFundingPercent: values.maximumFundingPercent,
  cooldownCandles: values.cooldownCandles,
  stopLossGuard: {
    stops: values.stopLossGuardStops,
    withinCandles: values.stopLossGuardCandles,
    pauseCandles: values.stopLossGuardPauseCandles,
  },
  lowProfit: { trades: values.lowProfitTrades, maximumLossR: values.lowProfitMaximumLossR, pauseCandles: values.lowProfitPauseCandles },
  maximumDailyLossPercent: values.maximumDailyLossPercent,
  maximumDrawdownPercent: values.maximumDrawdownPercent,
});

function shownSetting(name: SettingName, { text = "", origin }: Given): EffectiveSetting {
  const { path, variable, form, default: usual }: Setting<unknown> = settings[name];
  return { path: path ?? [variable ?? name], value: plainOf(text, form), default: plainOf(usual, form), origin };
}

function shownStrategy(
  { strategy, enabled, given, shown }: StrategyChoice,
  content: FileContent,
  file: string,
): readonly EffectiveSetting[] {
  const base = ["strategies", strategy.name];
  const originOf = (keys: readonly string[]): Origin =>
    given.has(keys.join(".")) ? { kind: "file", file, line: content.lineOf([...base, ...keys]) } : { kind: "default" };
  return [
    {
      path: [...base, "enabled"],
      value: enabled,
      default: registeredStrategy(strategy.name)?.isEnabledByDefault ?? false,
      origin: originOf(["enabled"]),
    },
    ...shown.map(({ name, value, default: usual }) => ({
      path: [...base, "parameters", name],
      value,
      default: usual,
      origin: originOf(["parameters", name]),
    })),
  ];
}
