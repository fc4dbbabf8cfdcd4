import { resolve } from "node:path";
import { explainSilence } from "@winiswin/application/analysis/explain-silence";
import { type CycleStory, storyBlocks, storyIn, symbolsMeantBy } from "@winiswin/application/commands/cycle-story";
import { renderText } from "@winiswin/application/commands/render-text";
import { isCycleId } from "@winiswin/application/commands/signals";
import { type Block, columns, text } from "@winiswin/application/commands/view";
import type { Cycle, CycleStore } from "@winiswin/application/ports/cycle-store";
import { type CycleId, cycleTimeframe } from "@winiswin/domain/cycle";
import { failed } from "@winiswin/domain/result";
import { durationMs } from "@winiswin/domain/timeframe";
import type { StoredBooks } from "@winiswin/local/stored-books";
import { z } from "zod";
import { CommandFailure, usageFailure } from "../command-failure.ts";
import type { RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { parseFlags } from "../flags/market-flags.ts";
import { type ReadableState, withReadableState } from "../readable-state.ts";

const latestWord = "latest";
/** There is one so far. */
const onlyBot = "main";
const cycleMs = durationMs(cycleTimeframe);

const flagsShape = {
  json: z.boolean().default(false),
  state: z.string().min(1, { error: "must name a folder" }).optional(),
};

const symbolForm = /^[\p{L}\p{N}_]{1,40}$/u;

/** The two words after the command, checked. */
function questionOf({ cycle, symbol }: Readonly<Record<string, unknown>>): { readonly cycle: string; readonly symbol: string } {
  const example = "For example: winiswin why 2026-11-21T10:15:00Z BTCUSDT, or winiswin why latest BTCUSDT";
  if (typeof cycle !== "string" || (cycle !== latestWord && !isCycleId(cycle)))
    throw usageFailure(`"${String(cycle)}" is neither ${latestWord} nor the close of a 15m candle.`, example);
  if (typeof symbol !== "string" || !symbolForm.test(symbol)) throw usageFailure(`"${String(symbol)}" is not a symbol.`, example);
  return { cycle, symbol };
}

type Opinions = Awaited<ReturnType<typeof explainSilence>>;
type DirectionOpinion = Extract<Opinions, { readonly ok: true }>["value"][number]["long"];

/** Tells from the stored tables what became of every signal of a symbol in a cycle, or why there was none. */
export const runWhy: RunCommand = async (given, context) => {
  const { terminal, workingFolder, defaultStateFolder } = context;
  const flags = parseFlags(flagsShape, given);
  const asked = questionOf(given);
  const stateFolder = flags.state === undefined ? defaultStateFolder : resolve(workingFolder, flags.state);
  const { cycle, symbols, story, opinions } = await answered(() =>
    withReadableState(stateFolder, context, (state) => toldBy(state, asked)),
  );
  if (flags.json) terminal.data(JSON.stringify(whyDocument(cycle, symbols, story, opinions)));
  else {
    const title = `Why ${story?.symbol ?? symbols[0]} in ${cycle.cycleId}`;
    const blocks = story === undefined ? silenceBlocks(cycle, symbols[0] ?? "", opinions) : storyBlocks(story, cycle);
    // Whatever the machine's clock says, the market's stood there when it was decided.
    terminal.data(renderText({ title, tone: "neutral", blocks, atMs: cycle.executedAtMs ?? cycle.analyzedAtMs ?? cycle.closeTimeMs }));
  }
  return exitCodes.ok;
};

async function toldBy({ books, marketNowMs }: ReadableState, asked: { readonly cycle: string; readonly symbol: string }) {
  const cycle = await cycleNamed(asked.cycle, books.cycles, marketNowMs);
  const symbols = symbolsMeantBy(asked.symbol);
  const story = await storyIn(cycle, symbols, { ...books, bot: onlyBot });
  return { cycle, symbols, story, opinions: story === undefined ? await opinionsOn(cycle, symbols, books) : undefined };
}

async function cycleNamed(
  typed: string,
  cycles: Pick<CycleStore, "find" | "latest">,
  marketNowMs: ReadableState["marketNowMs"],
): Promise<Cycle> {
  const stored = typed === latestWord ? undefined : await cycles.find(typed as CycleId);
  if (stored !== undefined) return stored;
  const newest = await cycles.latest(8, (await marketNowMs()) + cycleMs + 1);
  const latest = newest.find(({ analyzedAtMs }) => analyzedAtMs !== undefined);
  if (typed === latestWord && latest !== undefined) return latest;
  throw new CommandFailure(
    typed === latestWord ? "No cycle has been analysed yet." : `No cycle ${typed} is stored.`,
    latest === undefined ? "Wait for the first close." : `The latest is ${latest.cycleId}.`,
    exitCodes.notFound,
  );
}

async function opinionsOn(cycle: Cycle, symbols: readonly string[], books: StoredBooks): Promise<Opinions> {
  if (cycle.analyzedAtMs === undefined) return failed(`the cycle is still ${cycle.status}`);
  try {
    const engines = await books.engines();
    const answers = await Promise.all(symbols.map((symbol) => explainSilence(cycle.cycleId, symbol, { ...engines, news: cycle.news })));
    return answers.find(({ ok }) => ok) ?? answers[0] ?? failed("no symbol was named");
  } catch (error) {
    // That there was no signal is known all the same.
    return failed(`the saved engines cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** What cannot be read now may be readable in a moment; the sentence of a wrong configuration is the person's business. */
async function answered<Value>(question: () => Promise<Value>): Promise<Value> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(
      `The tables cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      "The system may be starting or stopping: try again, or look at its terminal.",
      exitCodes.temporary,
    );
  }
}

export function silenceBlocks(cycle: Cycle, symbol: string, opinions: Opinions | undefined): readonly Block[] {
  const sentence = text(`No strategy gave a signal for ${symbol} in this cycle.`);
  if (opinions === undefined || !opinions.ok)
    return [
      sentence,
      text(`What was missing cannot be told any more: ${opinions === undefined ? "nothing is stored" : opinions.failure}.`),
    ];
  const newsOff = cycle.news?.off;
  return [
    sentence,
    ...(newsOff === undefined ? [] : [text(`The news were off in this cycle: ${newsOff}.`)]),
    {
      kind: "table",
      title: `The first condition that was not met, ${cycle.cycleId}`,
      columns: columns("strategy", "direction", "condition", "needed", "was"),
      namingColumns: 2,
      rows: opinions.value.flatMap(({ strategy, long, short, signal }) =>
        [long, short].map(({ direction, unmet }) => [
          strategy,
          direction,
          ...(unmet === undefined
            ? signal === undefined
              ? ["lead", "more than the other direction", "both were met alike"]
              : ["deadline", "a report before it", "its shard reported after it"]
            : [unmet.name, unmet.needed, unmet.actual]),
        ]),
      ),
      whenEmpty: "No strategy is enabled.",
    },
  ];
}

/** Everything known, for programs; `silence` is there exactly when there is no candidate. */
export function whyDocument(cycle: Cycle, symbols: readonly string[], story: CycleStory | undefined, opinions: Opinions | undefined) {
  return {
    cycleId: cycle.cycleId,
    symbol: story?.symbol ?? symbols[0],
    status: cycle.status,
    unknown: story?.unknown ?? [],
    candidates: (story?.candidates ?? []).map(({ signal, decision }) => ({ signal: signal ?? null, decision: decision ?? null })),
    silence:
      opinions === undefined
        ? null
        : opinions.ok
          ? {
              reason: null,
              opinions: opinions.value.map(({ strategy, long, short }) => ({ strategy, long: openOf(long), short: openOf(short) })),
            }
          : { reason: opinions.failure, opinions: [] },
  };
}

const openOf = ({ confidence, components, unmet }: DirectionOpinion) => ({ confidence, components, unmet: unmet ?? null });
