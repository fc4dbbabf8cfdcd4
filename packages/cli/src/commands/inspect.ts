import { resolve } from "node:path";
import { chartPage, inspectSymbol } from "@winiswin/analysis";
import { durationMs } from "@winiswin/domain/timeframe";
import * as z from "zod";
import { usageFailure } from "../command-failure.ts";
import type { RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { requireCandleFiles } from "../flags/data-folder.ts";
import { isoTime } from "../flags/flag-value.ts";
import { parseFlags } from "../flags/market-flags.ts";
import { recordedCandles } from "../inspect/recorded-candles.ts";
import { inspectionLines } from "../inspect/render-inspection.ts";
import { writeOutputFile } from "../write-output-file.ts";

const flagsShape = {
  data: z.string({ error: "missing: name a folder of csv or csv.gz files" }).min(1, { error: "must name a folder" }),
  at: isoTime.optional(),
  html: z.string().min(1, { error: "must name a file" }).optional(),
  json: z.boolean().default(false),
};

/** Shows what the engine knows of a symbol at a candle, from recorded candles, and what it said last. */
export const runInspect: RunCommand = async (given, { terminal, workingFolder }, positional) => {
  const symbol = (positional ?? "").toUpperCase();
  const { data, at, html, json } = parseFlags(flagsShape, given);
  const folder = resolve(workingFolder, data);
  await requireCandleFiles(folder);
  const candles = recordedCandles(folder, symbol);
  const closeOf = (candle: { openTimeMs: number }) => candle.openTimeMs + durationMs("15m");
  const until = at === undefined ? candles : candles.filter((candle) => closeOf(candle) <= at);
  if (until.length === 0) {
    const [first, last] = [candles[0], candles.at(-1)];
    const span = first === undefined || last === undefined ? "no candle at all" : `${iso(closeOf(first))} to ${iso(closeOf(last))}`;
    throw usageFailure(
      `No candle of ${symbol} had closed at ${at === undefined ? "any time" : iso(at)}.`,
      `The file has closes from ${span}.`,
    );
  }
  terminal.progress(`folding ${until.length} candles of ${symbol} ...`);
  const inspection = inspectSymbol({ symbol, candles: until });
  if (html !== undefined) {
    const file = resolve(workingFolder, html);
    writeOutputFile(workingFolder, file, chartPage(inspection), "--html");
    terminal.say(`The chart is in ${file}.`);
  }
  if (json) {
    const { chart: _chart, ...described } = inspection;
    terminal.data(JSON.stringify(described));
  } else if (html === undefined) {
    for (const line of inspectionLines(inspection)) terminal.data(line);
  }
  return exitCodes.ok;
};

const iso = (atMs: number): string => new Date(atMs).toISOString().replace(".000Z", "Z");
