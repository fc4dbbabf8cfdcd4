import { toNumber } from "@winiswin/domain/decimal";
import { rankSignals } from "@winiswin/domain/ranking";
import { blockAgainst } from "@winiswin/domain/risk/symbol-block";
import { bySignalRank, type Signal } from "@winiswin/domain/signal";
import { type ScoredSignal, type SymbolFacts, scoreSignals } from "@winiswin/strategies";
import { referenceSymbol } from "../../analysis/dispatch-cycle.ts";
import type { Cycle, Decision, SetAside } from "../../ports/cycle-store.ts";
import type { DecisionStore, RankingFacts } from "../../ports/decision-store.ts";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { MarketData } from "../../ports/market-data.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

export interface RankingDependencies extends Pick<ExecutionDependencies, "configuration" | "control" | "clock" | "logger" | "instruments"> {
  readonly marketData: Pick<MarketData, "bookTops" | "fundingRates">;
  readonly decisions: DecisionStore;
}

/** A signal with its final score and its place in the cycle. */
export interface Candidate {
  readonly signal: Signal;
  /** The strategy's own score. */
  readonly baseScore: number;
  /** What changed it. */
  readonly modifiers: Decision["modifiers"];
  /** 1 is best; those that a gate stopped come after all others. */
  readonly rank: number;
}

export interface RankedCandidates {
  /** The best first; they go on to sizing and review. */
  readonly chosen: readonly Candidate[];
  /** Decided already: why each of the others goes no further. */
  readonly setAside: readonly Decision[];
  /** By symbol, of those with a signal; fraction of the notional per 8 hours. */
  readonly fundingRates: Readonly<Record<string, number>>;
}

type Stop = Decision["reasons"][number];

/**
 * Everything between the stored signals of a cycle and the few that are sized and reviewed: the modifiers of their scores, the gates before
 * the ranking, the conflicts of directions and the choice of the best.
 *
 * What it asks of the market is kept with the cycle on first use: a repetition of the cycle ranks by the same facts.
 */
export async function rankCandidates(
  cycle: Cycle,
  announced: readonly Signal[],
  dependencies: RankingDependencies,
): Promise<RankedCandidates> {
  if (announced.length === 0) return { chosen: [], setAside: [], fundingRates: {} };
  const { configuration, decisions, logger } = dependencies;
  const kept = await decisions.facts(configuration.bot, cycle.cycleId);
  const facts = kept ?? (await decisions.keepFacts(configuration.bot, cycle.cycleId, await readFacts(cycle, announced, dependencies)));
  if (facts.unknown.length > 0) logger.warn("ranked without some facts", { cycleId: cycle.cycleId, reason: facts.unknown.join("; ") });
  const isBtcMissing = facts.btc === undefined && (await isReferenceListed(dependencies));
  const scored = scoreSignals(announced, { bySymbol: factsBySymbol(announced, facts), btc: facts.btc }).map((one) => ({
    ...one,
    stop: btcStopOf(one, isBtcMissing) ?? stopOf(one, facts, configuration.ranking.minimumScore),
  }));
  const open = new Map(scored.flatMap((one) => (one.stop === undefined ? [[one.signal, one] as const] : [])));
  const ranked = rankSignals([...open.keys()], configuration.ranking);
  const candidates = ranked.map(({ signal, rank, setAside }) => ({ candidate: candidateOf(open.get(signal)!, rank), setAside }));
  const stopped = scored
    .filter(({ stop }) => stop !== undefined)
    .sort((first, second) => bySignalRank(first.signal, second.signal))
    .map((one, index) => decisionOf(candidateOf(one, ranked.length + 1 + index), "refused", one.stop === undefined ? [] : [one.stop]));
  return {
    chosen: candidates.filter(({ setAside }) => setAside === undefined).map(({ candidate }) => candidate),
    setAside: [
      ...candidates.flatMap(({ candidate, setAside }) => (setAside === undefined ? [] : [decisionOf(candidate, "notRanked", [setAside])])),
      ...stopped,
    ],
    fundingRates: facts.fundingRates,
  };
}

/** Where BTC is traded, every other symbol is judged by what it does: not to know that is no reason to enter beside a shock. */
function btcStopOf({ signal }: ScoredSignal, isBtcMissing: boolean): Stop | undefined {
  if (!isBtcMissing || signal.symbol === referenceSymbol) return undefined;
  return { code: "BTC_UNKNOWN", reason: "what BTC did in the last candles is not known, so a shock cannot be ruled out" };
}

async function isReferenceListed({ instruments, logger }: RankingDependencies): Promise<boolean> {
  try {
    return (await instruments.load()).some(({ symbol }) => symbol === referenceSymbol);
  } catch (error) {
    logger.warn("instruments unknown", { reason: error instanceof Error ? error.message : String(error) });
    return true;
  }
}

/** The gate that keeps a scored signal out of the ranking. */
function stopOf({ signal, refusal }: ScoredSignal, { blocks }: RankingFacts, minimumScore: number): Stop | undefined {
  if (refusal !== undefined) return refusal;
  const block = blocks.find(({ symbol, strategy }) => symbol === signal.symbol && (strategy === undefined || strategy === signal.strategy));
  if (block !== undefined) return { code: "SYMBOL_BLOCKED", reason: block.reason };
  if (signal.score < minimumScore)
    return { code: "SCORE_TOO_LOW", reason: `its score ${signal.score.toFixed(2)} is below ${minimumScore.toFixed(2)}` };
  return undefined;
}

const candidateOf = ({ signal, baseScore, modifiers }: ScoredSignal, rank: number): Candidate => ({
  signal,
  baseScore,
  modifiers: modifiers.filter(({ points }) => points !== 0),
  rank,
});

/** The longest reason that a row keeps: an exchange may answer with a page. */
const longestReason = 500;

export const decisionOf = (
  { signal, baseScore, modifiers, rank }: Candidate,
  decision: Decision["decision"],
  reasons: Decision["reasons"],
): Decision => ({
  signalId: signal.signalId,
  symbol: signal.symbol,
  strategy: signal.strategy,
  direction: signal.direction,
  baseScore,
  score: signal.score,
  modifiers,
  rank,
  decision,
  reasons: reasons.map(({ code, reason }) => ({
    code,
    reason: reason.length > longestReason ? `${reason.slice(0, longestReason - 1)}…` : reason,
  })),
});

/** What the row of a cycle keeps of those that were set aside. */
export function countedByReason(setAside: readonly Decision[]): readonly SetAside[] {
  const groups = Map.groupBy(setAside, ({ reasons }) => reasons[0]?.code ?? "UNKNOWN");
  return [...groups]
    .flatMap(([code, members]) => {
      const [best] = [...members].sort((first, second) => first.rank - second.rank);
      if (best === undefined) return [];
      const decision = best.decision === "notRanked" ? ("notRanked" as const) : ("refused" as const);
      return [{ code, decision, signals: members.length, symbol: best.symbol, reason: best.reasons[0]?.reason ?? "" }];
    })
    .sort((first, second) => second.signals - first.signals || (first.code < second.code ? -1 : 1));
}

function factsBySymbol(signals: readonly Signal[], facts: RankingFacts): ReadonlyMap<string, SymbolFacts> {
  return new Map(
    signals.map(({ symbol, facts: seen = {} }) => [
      symbol,
      { ...seen, fundingRatePer8Hours: facts.fundingRates[symbol], spreadPercent: facts.spreadPercents[symbol] },
    ]),
  );
}

async function readFacts(
  cycle: Cycle,
  signals: readonly Signal[],
  { marketData, control, clock }: RankingDependencies,
): Promise<RankingFacts> {
  const symbols = new Set(signals.map(({ symbol }) => symbol));
  const [funding, spreads, blocks] = await Promise.all([
    unlessUnanswered("the funding rates", async () => {
      const rates = await marketData.fundingRates();
      return rates.flatMap(({ symbol, ratePer8Hours }) => (symbols.has(symbol) ? [[symbol, ratePer8Hours] as const] : []));
    }),
    unlessUnanswered("the order books", async () => {
      const tops = await marketData.bookTops();
      return tops.flatMap(({ symbol, bidPrice, askPrice }) => {
        const [bid, ask] = [toNumber(bidPrice), toNumber(askPrice)];
        // An empty side says nothing of the spread.
        return symbols.has(symbol) && bid > 0 && ask > 0 ? [[symbol, (200 * (ask - bid)) / (ask + bid)] as const] : [];
      });
    }),
    control.symbolBlocks(),
  ]);
  const btc = cycle.shards.find((report) => report.btc !== undefined)?.btc;
  const nowMs = clock.nowMs();
  return {
    btc,
    fundingRates: Object.fromEntries(funding.entries),
    spreadPercents: Object.fromEntries(spreads.entries),
    blocks: signals.flatMap(({ symbol, strategy }) => {
      const block = blockAgainst(blocks, { symbol, strategy }, nowMs);
      return block === undefined ? [] : [{ symbol, strategy, reason: block.reason }];
    }),
    unknown: [
      ...funding.unknown,
      ...spreads.unknown,
      ...(btc === undefined ? ["what BTC does is unknown: no shard has reported its candle"] : []),
    ],
  };
}

interface Answered {
  readonly entries: readonly (readonly [symbol: string, value: number])[];
  readonly unknown: readonly string[];
}

/** What an exchange does not answer is unknown, and the cycle goes on. */
async function unlessUnanswered(what: string, read: () => Promise<Answered["entries"]>): Promise<Answered> {
  try {
    return { entries: await read(), unknown: [] };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return { entries: [], unknown: [`${what} could not be read: ${error.message.slice(0, longestReason)}`] };
  }
}
