import { resolve } from "node:path";
import { alignedLines } from "@winiswin/application/commands/cell-text";
import { figureText, signedFigureText } from "@winiswin/application/commands/figures";
import { columns } from "@winiswin/application/commands/view";
import { readDataset } from "@winiswin/application/learning/read-dataset";
import { csvOf, type DatasetCounts, type DatasetRecord, datasetColumns, jsonLinesOf, parquetOf } from "@winiswin/dataset";
import type { Performance, StrategyPerformance } from "@winiswin/domain/statistics/performance";
import { z } from "zod";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext, RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { parseFlags } from "../flags/market-flags.ts";
import { withReadableState } from "../readable-state.ts";
import { writeOutputFile } from "../write-output-file.ts";

const folder = z.string().min(1, { error: "must name a folder" }).optional();

const exportShape = {
  state: folder,
  format: z.enum(["csv", "jsonl", "parquet"], { error: "must be csv, jsonl or parquet" }).default("csv"),
  out: z.string().min(1, { error: "must name a file" }).optional(),
};
const statsShape = { state: folder, json: z.boolean().default(false) };

/** The one bot whose trades are joined. */
const bot = "main";

const fileContent = {
  csv: (records: readonly DatasetRecord[]) => csvOf(datasetColumns, records),
  jsonl: (records: readonly DatasetRecord[]) => jsonLinesOf(datasetColumns, records),
  parquet: (records: readonly DatasetRecord[]) => parquetOf(datasetColumns, records),
};

/** Writes the whole rows of the dataset to a file, or to stdout when it is text. */
export const runDatasetExport: RunCommand = async (given, context) => {
  const { format, out, state } = parseFlags(exportShape, given);
  if (out === undefined && format === "parquet")
    throw new CommandFailure("Parquet is not text.", "Name a file with --out FILE.", exitCodes.usage);
  const { records, counts } = await datasetIn(state, context);
  const content = fileContent[format](records);
  const told = `${records.length} rows, ${counts.refused} refused`;
  if (out === undefined) {
    context.terminal.data(String(content).replace(/\r?\n$/, ""));
    context.terminal.say(told);
    return exitCodes.ok;
  }
  writeOutputFile(context.workingFolder, out, content, "--out");
  context.terminal.say(`${out}: ${told}`);
  return exitCodes.ok;
};

/** Counts rows, what was refused and why, and how the virtual positions ended. */
export const runDatasetStats: RunCommand = async (given, context) => {
  const { json, state } = parseFlags(statsShape, given);
  const { counts, performance } = await datasetIn(state, context);
  if (json) context.terminal.data(JSON.stringify({ ...counts, performance }));
  else {
    const lines = [
      ...countLines(counts),
      ...performanceLines("trades", performance.real),
      ...performanceLines("virtual positions", performance.virtual),
    ];
    for (const line of lines) context.terminal.data(line);
  }
  return exitCodes.ok;
};

function datasetIn(state: string | undefined, context: CommandContext) {
  const stateFolder = state === undefined ? context.defaultStateFolder : resolve(context.workingFolder, state);
  return withReadableState(
    stateFolder,
    context,
    ({ books }) => readDataset({ ...books, bot }),
    "Start it with DATASET=true npm start, or name its folder with --state.",
  );
}

function countLines({ rows, whole, refused, missing, outcomes }: DatasetCounts): readonly string[] {
  const listed = (counts: Readonly<Record<string, number>>) => Object.entries(counts).map(([name, count]) => `  ${name} ${count}`);
  return [
    `rows ${rows}: ${whole} whole, ${refused} refused`,
    ...(refused === 0 ? [] : ["refused because there was no", ...listed(missing)]),
    ...(rows === 0 ? ["Nothing is recorded; DATASET=true switches it on."] : ["virtual positions", ...listed(outcomes)]),
  ];
}

/** One table: each strategy, and indented below it its regimes and its exit reasons. */
function performanceLines(title: string, strategies: readonly StrategyPerformance[]): readonly string[] {
  if (strategies.length === 0) return [];
  const row = (name: string, { count, ...figures }: Performance): readonly string[] => [
    name,
    String(count),
    figureText(figures.winRatePercent, 0, " %"),
    figureText(figures.profitFactor, 2),
    signedFigureText(figures.expectancyR, 2),
    figureText(figures.meanMfeR, 2),
    figureText(figures.meanMaeR, 2),
    figureText(figures.meanBarsHeld, 1),
  ];
  const rows = strategies.flatMap(({ strategy, all, byRegime, byExitReason }) => [
    row(strategy, all),
    ...byRegime.map((regime) => row(`  in ${regime.name}`, regime)),
    ...byExitReason.map((exit) => row(`  by ${exit.name}`, exit)),
  ]);
  const heading = columns(title, "n>", "win>", "profit factor>", "R each>", "MFE R>", "MAE R>", "candles>");
  return ["", ...alignedLines(heading, rows)];
}
