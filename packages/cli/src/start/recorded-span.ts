import { join } from "node:path";
import { durationMs, nextCloseAfter } from "@winiswin/domain/timeframe";
import { loadRecordedMarket, type RecordedMarket } from "@winiswin/exchange-simulator/market/recorded-market";
import { defectsText } from "@winiswin/exchange-simulator/market/recording-defects";
import { CommandFailure, usageFailure } from "../command-failure.ts";

export interface RecordedSpan {
  readonly symbols: readonly string[];
  /** Open of the first candle of any symbol. */
  readonly startMs: number;
  /** Close of the last candle of any symbol. */
  readonly endMs: number;
  /** One line for each file that has gaps or rows that were kept out. */
  readonly defects: readonly string[];
  /** The first file whose candles are no parts of a quarter of an hour. */
  readonly unusable: { readonly file: string; readonly minutes: number } | undefined;
}

const candleMs = durationMs("15m");
const shownFiles = 20;

/** From when to when the folder has candles; reads every file, so that an unreadable one is named before anything starts. */
export function recordedSpanOf(folder: string): RecordedSpan {
  const market = loaded(folder);
  const { instruments } = market;
  const defects = market.defects.flatMap((file) => defectsText(file) ?? []);
  // Finer candles are put together, coarser ones cannot be taken apart.
  const unusable = instruments.flatMap((instrument, index) => {
    const baseMs = market.baseMs(instrument);
    return candleMs % baseMs === 0 ? [] : [{ file: join(folder, market.defects[index]!.fileName), minutes: baseMs / 60_000 }];
  });
  const more = defects.length - shownFiles;
  return {
    symbols: instruments.map(({ symbol }) => symbol),
    startMs: Math.min(...instruments.map(({ onboardMs }) => onboardMs)),
    endMs: Math.max(...instruments.map(({ endMs }) => endMs)),
    defects: more <= 0 ? defects : [...defects.slice(0, shownFiles), `and ${more} more files with gaps or rows kept out`],
    unusable: unusable[0],
  };
}

/** Throws a usage failure that names the file when 15-minute candles cannot be had from it. */
export function requireQuarterHours({ unusable }: RecordedSpan): void {
  if (unusable === undefined) return;
  throw usageFailure(
    `${unusable.file} holds candles ${unusable.minutes} minutes apart, but 15-minute candles are needed.`,
    "Name a folder of 15-minute (or finer) candles with --data.",
  );
}

function loaded(folder: string): RecordedMarket {
  try {
    return loadRecordedMarket(folder, undefined, () => undefined);
  } catch (error) {
    throw new CommandFailure(
      error instanceof Error ? error.message : String(error),
      "Each file needs a header with open_time, open, high, low, close, volume and rows in order of time.",
    );
  }
}

/** The part of the recording that is run; throws a usage failure when the wish lies outside of it. */
export function runSpan(
  span: RecordedSpan,
  wish: { readonly fromMs: number | undefined; readonly toMs: number | undefined },
): { readonly fromMs: number; readonly toMs: number } {
  const { startMs, endMs } = span;
  const hint = `The recording goes from ${day(startMs)} to ${day(endMs)} (UTC).`;
  if (wish.fromMs !== undefined && (wish.fromMs < startMs || wish.fromMs >= endMs))
    throw usageFailure(`--from ${day(wish.fromMs)} lies outside of the recording.`, hint);
  if (wish.toMs !== undefined && wish.toMs <= startMs) throw usageFailure(`--to ${day(wish.toMs)} lies before the recording.`, hint);
  const fromMs = wish.fromMs ?? startMs;
  requireClose(fromMs, wish.toMs);
  return { fromMs, toMs: Math.min(wish.toMs ?? endMs, endMs) };
}

/** A cycle is dispatched a minute before its close; throws a usage failure when no close comes up to the wished end. */
export function requireClose(fromMs: number, toMs: number | undefined): void {
  const firstCloseMs = nextCloseAfter("15m", fromMs + dispatchLeadMs);
  if (toMs === undefined || toMs >= firstCloseMs) return;
  throw usageFailure(
    `--to ${day(toMs)} lies before the first close that can be analysed, ${day(firstCloseMs)} (UTC).`,
    "Give a later --to.",
  );
}

const dispatchLeadMs = 60_000;

/** Where a run will end when the wish goes beyond the recording. */
export const endLineOf = (span: RecordedSpan, toMs: number | undefined): readonly string[] =>
  toMs === undefined || toMs <= span.endMs
    ? []
    : [`--to ${day(toMs)} lies beyond the recording: the run ends with its last candle at ${day(span.endMs)} (UTC).`];

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
