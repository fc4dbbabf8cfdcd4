import type { Inspection } from "@winiswin/analysis";
import { durationMs, type Timeframe, timeframes } from "@winiswin/domain/timeframe";

type Plain = Inspection["view"][string];

const shownEvents = 20;
const shownEntries = 6;

/** The view as indented lines, lists cut to their newest entries with the count said, and the last events. */
export function inspectionLines({ symbol, at, isWarm, view, events }: Inspection): readonly string[] {
  return [
    `${symbol} at the close of ${at}${isWarm ? "" : " (still warming: some values are not there yet)"}`,
    "",
    ...Object.entries(view).flatMap(([name, value]) => linesOf(name, value, "")),
    "",
    `last ${Math.min(shownEvents, events.length)} events, newest last (what it is about, when it was known):`,
    ...events.slice(-shownEvents).map((event) => {
      const { kind, barTimeMs, confirmedAtMs, ...facts } = event as unknown as Record<string, Plain> & {
        barTimeMs: number;
        confirmedAtMs: number;
      };
      return `  ${time(barTimeMs)}  ${time(confirmedAtMs)}  ${String(kind)}  ${Object.entries(facts)
        .map(([name, value]) => `${name} ${inline(value, "15m")}`)
        .join(" · ")}`;
    }),
  ];
}

/** Parts of the view that count their candles in a longer timeframe. */
const timeframeOfPart: Readonly<Record<string, Timeframe>> = { oneHour: "1h", fourHours: "4h", oneDay: "1d" };

function linesOf(name: string, value: Plain, indent: string, timeframe: Timeframe = "15m"): readonly string[] {
  const own = timeframeOfPart[name] ?? timeframe;
  if (Array.isArray(value)) {
    const left = value.length - shownEntries;
    return [
      `${indent}${name}: ${value.length}${left > 0 ? `, the last ${shownEntries}` : ""}`,
      ...value.slice(-shownEntries).map((entry) => `${indent}  - ${inline(entry, own)}`),
    ];
  }
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value);
    if (entries.every(([, entry]) => entry === null || typeof entry !== "object")) return [`${indent}${name}: ${inline(value, own)}`];
    return [`${indent}${name}:`, ...entries.flatMap(([key, entry]) => linesOf(key, entry, `${indent}  `, own))];
  }
  return [`${indent}${name}: ${fact(name, value, own)}`];
}

function inline(value: Plain, timeframe: Timeframe): string {
  if (value === null || value === undefined) return "—";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(8)));
  if (Array.isArray(value)) return `[${value.map((entry) => inline(entry, timeframe)).join(", ")}]`;
  if (typeof value === "object") {
    const own = timeframes.find((known) => known === (value as { readonly timeframe?: Plain }).timeframe) ?? timeframe;
    return Object.entries(value)
      .map(([name, entry]) => `${name} ${fact(name, entry, own)}`)
      .join(" · ");
  }
  return String(value) === "" ? "—" : String(value);
}

/** Candles are numbered in the engine; people read when they opened. A negative number means that it has not happened. */
function fact(name: string, value: Plain, timeframe: Timeframe): string {
  if (!/(^b|B)ar$/.test(name) || typeof value !== "number") return inline(value, timeframe);
  return value < 0 ? "—" : time(value * durationMs(timeframe));
}

const time = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
