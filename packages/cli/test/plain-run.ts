import { createEngine, type Engine } from "@winiswin/analysis";
import { evaluateSymbol } from "@winiswin/application/analysis/evaluate-symbol";
import { type Configuration, parseConfiguration } from "@winiswin/application/configuration";
import { decisionOf, rankCandidates } from "@winiswin/application/execution/entry/rank-candidates";
import type { Cycle, Decision } from "@winiswin/application/ports/cycle-store";
import type { RankingFacts } from "@winiswin/application/ports/decision-store";
import type { Candle } from "@winiswin/domain/candle";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { price } from "@winiswin/domain/decimal";
import { type Signal, signalsHashOf } from "@winiswin/domain/signal";
import { closeTimeOf, durationMs, openTimeOf, type Timeframe } from "@winiswin/domain/timeframe";
import { btcFacts, scoringNeeds } from "@winiswin/strategies";
import { anInstrument, inMemoryControlStore, inMemoryDecisionStore, silentLogger, steppedClock } from "@winiswin/testkit";
import { aCycle, aShardReport } from "@winiswin/testkit/cycles";
import { recordedCandles } from "../src/inspect/recorded-candles.ts";

/** What was known beside the candles, by the close: what the exchange said, and which symbols were blocked. */
export type AnswersAt = (closeTimeMs: number) => Pick<RankingFacts, "fundingRates" | "spreadPercents" | "blocks"> | undefined;

export interface PlainCycle {
  readonly cycleId: string;
  readonly signalsHash: string;
  readonly decisions: readonly Decision[];
}

const historyCandles = 499;

/** The same decisions without queues, tables, shards or time: a loop over the files, one engine a symbol, and what the exchange had said. */
export async function plainRun(
  folder: string,
  symbols: readonly string[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  configurationText: string,
  answersAt: AnswersAt,
): Promise<readonly PlainCycle[]> {
  const parsed = parseConfiguration({}, { name: "winiswin.yaml", text: configurationText });
  if (!parsed.ok) throw new Error(parsed.failure.join("; "));
  const configuration = parsed.value;
  const needs = [...new Set([...configuration.strategies.flatMap(({ strategy }) => strategy.needs), ...scoringNeeds])].sort();
  const recorded = new Map(symbols.map((symbol) => [symbol, recordedCandles(folder, symbol)]));
  const firstCloseMs = fromMs + durationMs("15m");
  const engines = symbols.map((symbol) => begunEngine(createEngine(symbol, needs), recorded.get(symbol) ?? [], firstCloseMs));
  const cycles: PlainCycle[] = [];
  for (let closeTimeMs = firstCloseMs; closeTimeMs <= toMs; closeTimeMs += durationMs("15m")) {
    for (const engine of engines) {
      const candle = (recorded.get(engine.symbol) ?? []).find(({ openTimeMs }) => closeTimeOf("15m", openTimeMs) === closeTimeMs);
      if (candle !== undefined && closeTimeMs > firstCloseMs) engine.update(candle);
    }
    cycles.push(await decided(closeTimeMs, engines, configuration, answersAt));
  }
  return cycles;
}

async function decided(
  closeTimeMs: number,
  engines: readonly Engine[],
  configuration: Configuration,
  answersAt: AnswersAt,
): Promise<PlainCycle> {
  const cycleId = cycleIdOf(closeTimeMs);
  const warm = engines.filter((engine) => engine.isWarm());
  const signals = warm
    .flatMap((engine): readonly Signal[] => evaluateSymbol(cycleId, engine, configuration.strategies))
    .sort((first, second) => (first.signalId < second.signalId ? -1 : 1));
  const btc = warm.find(({ symbol }) => symbol === "BTCUSDT");
  const cycle: Cycle = aCycle({ closeTimeMs, shards: [aShardReport(btc === undefined ? {} : { btc: btcFacts(btc.view) })] });
  const { fundingRates = {}, spreadPercents = {}, blocks = [] } = answersAt(closeTimeMs) ?? {};
  const control = inMemoryControlStore();
  for (const block of blocks) await control.blockSymbol({ ...block, by: "test", atMs: closeTimeMs, untilMs: undefined });
  const ranked = await rankCandidates(cycle, signals, {
    configuration,
    control,
    decisions: inMemoryDecisionStore(),
    clock: steppedClock(closeTimeMs),
    logger: silentLogger,
    instruments: { load: async () => engines.map(({ symbol }) => anInstrument({ symbol })), save: async () => undefined },
    marketData: {
      fundingRates: async () => Object.entries(fundingRates).map(([symbol, ratePer8Hours]) => ({ symbol, ratePer8Hours })),
      // A book around 100 with the spread that was seen.
      bookTops: async () =>
        Object.entries(spreadPercents).map(([symbol, percent]) => ({
          symbol,
          bidPrice: price((100 - percent / 2).toFixed(16)),
          askPrice: price((100 + percent / 2).toFixed(16)),
        })),
    },
  });
  const disabled = { code: "TRADING_DISABLED", reason: "ENABLE_TRADING is false: signals are recorded and nothing is sent" };
  const decisions = [...ranked.chosen.map((candidate) => decisionOf(candidate, "refused", [disabled])), ...ranked.setAside];
  return { cycleId, signalsHash: signalsHashOf(signals), decisions: decisions.sort((first, second) => first.rank - second.rank) };
}

/** An engine that has seen what the exchange would have given it at its first close. */
function begunEngine(engine: Engine, candles: readonly Candle[], closeTimeMs: number): Engine {
  const closed = candles.filter(({ openTimeMs }) => closeTimeOf("15m", openTimeMs) <= closeTimeMs);
  engine.bootstrap(
    Object.fromEntries(engine.bootstrapTimeframes().map((timeframe) => [timeframe, parentsOf(closed, timeframe).slice(-historyCandles)])),
  );
  return engine;
}

function parentsOf(candles: readonly Candle[], timeframe: Timeframe): readonly Candle[] {
  if (timeframe === "15m") return candles;
  const whole = durationMs(timeframe) / durationMs("15m");
  const parents = Map.groupBy(candles, ({ openTimeMs }) => openTimeOf(timeframe, openTimeMs));
  return [...parents]
    .filter(([, children]) => children.length === whole)
    .map(([openTimeMs, children]) => ({
      openTimeMs,
      open: children[0]!.open,
      high: Math.max(...children.map(({ high }) => high)),
      low: Math.min(...children.map(({ low }) => low)),
      close: children.at(-1)!.close,
      volume: decimalSum(children.map(({ volume }) => volume)),
      quoteVolume: decimalSum(children.map(({ quoteVolume }) => quoteVolume)),
      tradeCount: children.reduce((sum, { tradeCount }) => sum + tradeCount, 0),
      takerBuyVolume: decimalSum(children.map(({ takerBuyVolume }) => takerBuyVolume)),
    }));
}

/** The exchange adds decimals, not binary fractions. */
const decimalSum = (values: readonly number[]): number => Math.round(values.reduce((sum, value) => sum + value, 0) * 1e8) / 1e8;
