import type { CandleFile } from "./candle-file.ts";
import type { MinuteDefects } from "./recorded-minutes.ts";

/** What is wrong with a file of candles that can be used all the same. */
export interface RecordingDefects {
  readonly fileName: string;
  readonly keptOut: CandleFile["keptOut"];
  readonly firstKeptOutLine: number | undefined;
  /** Candles between the first and the last that are not there. */
  readonly missing: number;
  /** Open time of the first missing candle. */
  readonly firstMissingMs: number | undefined;
  /** Only where minutes were recorded, too. */
  readonly minutes?: MinuteDefects;
}

export function defectsOf(fileName: string, { keptOut, firstKeptOutLine, openTimesMs, baseMs }: CandleFile): RecordingDefects {
  let missing = 0;
  let firstMissingMs: number | undefined;
  for (let index = 1; index < openTimesMs.length; index++) {
    const expectedMs = openTimesMs[index - 1]! + baseMs;
    if (openTimesMs[index] === expectedMs) continue;
    missing += (openTimesMs[index]! - expectedMs) / baseMs;
    firstMissingMs ??= expectedMs;
  }
  return { fileName, keptOut, firstKeptOutLine, missing, firstMissingMs };
}

const reasonTexts = {
  unsound: "unsound",
  duplicate: "duplicate",
  outOfOrder: "out of order",
  misaligned: "misaligned",
  unfinished: "unfinished",
} as const satisfies Record<keyof CandleFile["keptOut"], string>;

/** One line for a person, undefined where nothing is wrong: "BTCUSDT.csv: 1 unsound row kept out (first at line 501), 31 candles missing from 2024-03-02 04:00". */
export function defectsText({
  fileName,
  keptOut,
  firstKeptOutLine,
  missing,
  firstMissingMs,
  minutes,
}: RecordingDefects): string | undefined {
  const reasons = Object.keys(reasonTexts) as (keyof typeof reasonTexts)[];
  const counted = reasons.filter((reason) => keptOut[reason] > 0).map((reason) => `${keptOut[reason]} ${reasonTexts[reason]}`);
  const rows = reasons.reduce((sum, reason) => sum + keptOut[reason], 0);
  const parts = [
    ...(rows === 0 ? [] : [`${counted.join(", ")} ${rows === 1 ? "row" : "rows"} kept out${lineText(firstKeptOutLine, rows)}`]),
    ...(firstMissingMs === undefined
      ? []
      : [`${missing} ${missing === 1 ? "candle" : "candles"} missing from ${minuteText(firstMissingMs)}`]),
    ...(minutes === undefined || minutes.followed === minutes.candles ? [] : [minutesText(minutes)]),
  ];
  return parts.length === 0 ? undefined : `${fileName}: ${parts.join(", ")}`;
}

/** "1m/BTCUSDT.csv is followed in 93 of 96 candles (2 without all their minutes, 1 of other prices, first at 2024-03-02 04:00)". */
export function minutesText({ fileName, candles, followed, incomplete, otherPrices, otherVolume, firstMs }: MinuteDefects): string {
  const reasons = [
    ...(incomplete === 0 ? [] : [`${incomplete} without all their minutes`]),
    ...(otherPrices === 0 ? [] : [`${otherPrices} of other prices`]),
    ...(otherVolume === 0 ? [] : [`${otherVolume} of another volume`]),
  ];
  const first = firstMs === undefined ? "" : `, first at ${minuteText(firstMs)}`;
  return `${fileName} is followed in ${followed} of ${candles} candles (${reasons.join(", ")}${first})`;
}

const lineText = (line: number | undefined, rows: number): string =>
  line === undefined ? "" : rows === 1 ? ` (line ${line})` : ` (first at line ${line})`;

const minuteText = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
