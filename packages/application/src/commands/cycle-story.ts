import type { Signal } from "@winiswin/domain/signal";
import type { Cycle, Decision } from "../ports/cycle-store.ts";
import type { DecisionStore } from "../ports/decision-store.ts";
import type { SignalStore } from "../ports/signal-store.ts";
import { figureText, priceText, signedFigureText } from "./figures.ts";
import { decisionText } from "./signals.ts";
import { type Block, columns, keyValues, type Table, text } from "./view.ts";

/** One opinion on the symbol and what became of it; a signal ages out sooner than its decision, a decision comes later than its signal. */
export type Candidate =
  | { readonly signal: Signal; readonly decision: Decision | undefined }
  | { readonly signal: undefined; readonly decision: Decision };

export interface CycleStory {
  readonly symbol: string;
  /** The best first. */
  readonly candidates: readonly Candidate[];
  /** What the ranking would have liked to know and did not, one sentence each. */
  readonly unknown: readonly string[];
}

export interface StorySources {
  readonly signals: Pick<SignalStore, "ofCycle">;
  readonly decisions: Pick<DecisionStore, "ofSymbol" | "facts">;
  readonly bot: string;
}

/** The symbols that a typed word may mean: BTC means BTCUSDT. */
export function symbolsMeantBy(typed: string): readonly string[] {
  const symbol = typed.toUpperCase();
  return symbol.endsWith("USDT") ? [symbol] : [`${symbol}USDT`, symbol];
}

/** Everything that is stored about the symbol in the cycle; undefined when no strategy spoke for it. */
export async function storyIn(
  cycle: Cycle,
  symbols: readonly string[],
  { signals, decisions: store, bot }: StorySources,
): Promise<CycleStory | undefined> {
  const reviewed = cycle.decisions.filter((decision) => symbols.includes(decision.symbol));
  if (reviewed.length === 0 && cycle.signals === 0) return undefined;
  const found = (await signals.ofCycle(cycle.cycleId)).filter((signal) => symbols.includes(signal.symbol));
  const stored = (await Promise.all(symbols.map((symbol) => store.ofSymbol(bot, cycle.cycleId, symbol)))).flat();
  const decisions = [...stored, ...reviewed.filter(({ signalId }) => !stored.some((decision) => decision.signalId === signalId))];
  const symbol = found[0]?.symbol ?? decisions[0]?.symbol;
  if (symbol === undefined) return undefined;
  const unknown = (await store.facts(bot, cycle.cycleId))?.unknown ?? [];
  const decisionOf = new Map(decisions.map((decision) => [decision.signalId, decision]));
  const candidates: readonly Candidate[] = [
    ...found.map((signal) => ({ signal, decision: decisionOf.get(signal.signalId) })),
    ...decisions
      .filter((decision) => !found.some((signal) => signal.signalId === decision.signalId))
      .map((decision) => ({ signal: undefined, decision })),
  ];
  return { symbol, candidates: [...candidates].sort((first, second) => scoreOf(second) - scoreOf(first)), unknown };
}

/** What the ranking saw. */
const scoreOf = ({ signal, decision }: Candidate): number => decision?.score ?? signal?.score ?? 0;

export const storyBlocks = ({ candidates, unknown }: CycleStory, cycle: Cycle): readonly Block[] => [
  ...candidates.flatMap(({ signal, decision }) =>
    signal === undefined
      ? [text(`${decision.signalId}: ${decisionText(decision, cycle)} (its signal is not stored any more)`), ...scoreBlocks(decision)]
      : blocksOf(signal, decision, cycle),
  ),
  ...unknown.map((sentence) => text(`When it was ranked, ${sentence}.`)),
];

function blocksOf(signal: Signal, decision: Decision | undefined, cycle: Cycle): readonly Block[] {
  return [
    text(`${signal.strategy} ${signal.direction}: ${decisionText(decision, cycle)}`),
    keyValues([
      ["cycle", signal.cycleId],
      ["rank", decision === undefined ? "—" : rankText(decision, cycle)],
      ["score", decision === undefined ? signal.score.toFixed(2) : scoreText(decision)],
      ["confidence", figureText(signal.confidence * 100, 0, " %")],
      ["entry", priceText(signal.entryPrice)],
      ["stop", priceText(signal.stopPrice)],
      ["target", priceText(signal.targetPrice)],
    ]),
    ...(decision === undefined ? [] : scoreBlocks(decision)),
    componentsOf(signal),
  ];
}

const rankText = ({ rank }: Decision, { signals }: Cycle): string =>
  signals === undefined || signals < rank ? String(rank) : `${rank} of ${signals}`;

/** "7.20 by the strategy, 6.70 in all"; a row of former times knows the final score only. */
const scoreText = ({ baseScore, score }: Decision): string =>
  Number.isNaN(baseScore) || baseScore === score ? score.toFixed(2) : `${baseScore.toFixed(2)} by the strategy, ${score.toFixed(2)} in all`;

const scoreBlocks = ({ modifiers }: Decision): readonly Block[] =>
  modifiers.length === 0
    ? []
    : [
        {
          kind: "table",
          title: "What changed the score",
          columns: columns("modifier", "points>", "because"),
          namingColumns: 1,
          rows: modifiers.map(({ name, points, reason }) => [name, signedFigureText(points, 2), reason]),
          whenEmpty: "Nothing changed it.",
        },
      ];

const componentsOf = (signal: Signal): Table => ({
  kind: "table",
  title: "What the strategy's score is made of",
  columns: columns("part", "value>", "weight>", "because"),
  namingColumns: 1,
  rows: signal.components.map(({ name, value, weight, reason }) => [name, value.toFixed(2), weight.toFixed(2), reason]),
  whenEmpty: "The parts of its score are not stored.",
});
