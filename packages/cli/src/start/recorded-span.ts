import { loadRecordedMarket } from "@winiswin/exchange-simulator/market/recorded-market";
import { CommandFailure, usageFailure } from "../command-failure.ts";

export interface RecordedSpan {
  readonly symbols: number;
  /** Open of the first candle of any symbol. */
  readonly startMs: number;
  /** Close of the last candle of any symbol. */
  readonly endMs: number;
}

/** From when to when the folder has candles; reads every file, so that an unreadable one is named before anything starts. */
export function recordedSpanOf(folder: string): RecordedSpan {
  try {
    const { instruments } = loadRecordedMarket(folder, undefined, () => undefined);
    return {
      symbols: instruments.length,
      startMs: Math.min(...instruments.map(({ onboardMs }) => onboardMs)),
      endMs: Math.max(...instruments.map(({ endMs }) => endMs)),
    };
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
  return { fromMs: wish.fromMs ?? startMs, toMs: Math.min(wish.toMs ?? endMs, endMs) };
}

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
