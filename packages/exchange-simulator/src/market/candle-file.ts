import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { minuteMs } from "./candle-columns.ts";

/** Candles of one file as columns, in order of time, and what was kept out. */
export interface CandleFile {
  readonly symbol: string;
  readonly baseMs: number;
  readonly openTimesMs: Float64Array;
  /** Decimal texts as written: the grid of prices is read from them. */
  readonly prices: readonly (readonly [open: string, high: string, low: string, close: string])[];
  readonly volumes: readonly string[];
  /** "" where the file does not know. */
  readonly quoteVolumes: readonly string[];
  readonly trades: readonly string[];
  readonly takerBuys: readonly string[];
  readonly takerQuotes: readonly string[];
  readonly keptOut: {
    readonly unsound: number;
    readonly duplicate: number;
    readonly outOfOrder: number;
    readonly misaligned: number;
    readonly unfinished: number;
  };
  /** Line of the first row that was kept out, counted from 1. */
  readonly firstKeptOutLine: number | undefined;
}

type Name = "openTime" | "open" | "high" | "low" | "close" | "volume" | "quoteVolume" | "trades" | "takerBuy" | "takerQuote";

const names: Readonly<Record<string, Name>> = {
  open_time: "openTime",
  opentime: "openTime",
  timestamp: "openTime",
  open: "open",
  high: "high",
  low: "low",
  close: "close",
  volume: "volume",
  quote_volume: "quoteVolume",
  quote_asset_volume: "quoteVolume",
  trades: "trades",
  count: "trades",
  number_of_trades: "trades",
  taker_buy_base: "takerBuy",
  taker_buy_volume: "takerBuy",
  taker_buy_base_asset_volume: "takerBuy",
  taker_buy_quote: "takerQuote",
  taker_buy_quote_volume: "takerQuote",
  taker_buy_quote_asset_volume: "takerQuote",
};

/** The fixed columns of Binance Vision files from before 2022, which have no header. */
const visionColumns: readonly (Name | undefined)[] = [
  "openTime",
  "open",
  "high",
  "low",
  "close",
  "volume",
  undefined,
  "quoteVolume",
  "trades",
  "takerBuy",
  "takerQuote",
  undefined,
];

const required: readonly Name[] = ["openTime", "open", "high", "low", "close", "volume"];

/** The symbol of a file: its name up to the first dot, in capitals. */
export const symbolOf = (path: string): string => basename(path).split(".")[0]!.toUpperCase();

/**
 * Reads one csv or csv.gz of candles.
 *
 * A cell that is no number stops everything: an Error with file, line and column. A row that is a number but no sound candle (high below
 * close, no price, a time off the grid, seen before, out of order) is counted and kept out. So is one that was saved unfinished: the next
 * candle opens more than 0.1 % outside its range, which a market that trades without a break does not do.
 */
export function readCandleFile(path: string): CandleFile {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? unzip(bytes, path) : bytes).toString("utf8");
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === "") lines.pop();
  const columns = columnsOf(lines[0], path);
  const hasHeader = !startsWithNumber(lines[0]);
  const rows = new Rows(path, columns);
  for (let index = hasHeader ? 1 : 0; index < lines.length; index++) rows.add(lines[index]!, index + 1);
  return rows.finish();
}

function unzip(bytes: Buffer, path: string): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    throw new Error(`${path} is not a readable gzip file.`);
  }
}

const startsWithNumber = (line: string | undefined): boolean => line !== undefined && /^"?\d+"?,/.test(line);

function columnsOf(firstLine: string | undefined, path: string): ReadonlyMap<Name, number> {
  if (firstLine === undefined) throw new Error(`${path} is empty.`);
  const cells = firstLine.split(",").map((cell) => cell.trim().replaceAll('"', "").toLowerCase());
  const columns = new Map<Name, number>();
  if (startsWithNumber(firstLine)) {
    if (cells.length < 11)
      throw new Error(`${path}, line 1: no header and ${cells.length} columns; a file without header needs Binance's 12.`);
    for (const [index, name] of visionColumns.entries()) if (name !== undefined) columns.set(name, index);
    return columns;
  }
  for (const [index, cell] of cells.entries()) {
    const name = names[cell];
    if (name !== undefined && !columns.has(name)) columns.set(name, index);
  }
  for (const name of required) {
    if (!columns.has(name)) throw new Error(`${path}, line 1: the header has no column for ${name === "openTime" ? "open_time" : name}.`);
  }
  return columns;
}

const number = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;

class Rows {
  private readonly path: string;
  private readonly columns: ReadonlyMap<Name, number>;
  private readonly times: number[] = [];
  private readonly lines: number[] = [];
  private readonly prices: (readonly [string, string, string, string])[] = [];
  private readonly volumes: string[] = [];
  private readonly optional: Record<"quoteVolume" | "trades" | "takerBuy" | "takerQuote", string[]> = {
    quoteVolume: [],
    trades: [],
    takerBuy: [],
    takerQuote: [],
  };
  private unsound = 0;
  private duplicate = 0;
  private outOfOrder = 0;
  private firstKeptOutLine: number | undefined;

  constructor(path: string, columns: ReadonlyMap<Name, number>) {
    this.path = path;
    this.columns = columns;
  }

  add(line: string, lineNumber: number): void {
    const cells = line.split(",");
    const openTimeMs = inMilliseconds(Number(this.cell(cells, "openTime", lineNumber)));
    const price = [
      this.price(cells, "open", lineNumber),
      this.price(cells, "high", lineNumber),
      this.price(cells, "low", lineNumber),
      this.price(cells, "close", lineNumber),
    ] as const;
    const volume = plain(this.cell(cells, "volume", lineNumber));
    const last = this.times.at(-1);
    if (openTimeMs % minuteMs !== 0 || !isSound(price.map(Number), Number(volume))) this.unsound++;
    else if (openTimeMs === last) this.duplicate++;
    else if (last !== undefined && openTimeMs < last) this.outOfOrder++;
    else {
      this.times.push(openTimeMs);
      this.lines.push(lineNumber);
      this.prices.push(price);
      this.volumes.push(volume);
      for (const name of ["quoteVolume", "trades", "takerBuy", "takerQuote"] as const) {
        this.optional[name].push(this.columns.has(name) ? plain(this.cell(cells, name, lineNumber)) : "");
      }
      return;
    }
    this.firstKeptOutLine ??= lineNumber;
  }

  finish(): CandleFile {
    if (this.times.length < 2) throw new Error(`${this.path} holds fewer than two usable candles.`);
    const baseMs = commonestStep(this.times);
    if (baseMs % minuteMs !== 0 || 86_400_000 % baseMs !== 0)
      throw new Error(`${this.path}: candles ${baseMs / 1_000} s apart do not fit into a day.`);
    const onGrid = this.times.flatMap((time, index) => (time % baseMs === 0 ? [index] : []));
    const finished = onGrid.filter((index) => !this.isUnfinished(index, baseMs));
    const kept = new Set(finished);
    const firstDropped = this.lines.find((_, index) => !kept.has(index));
    const pick = <Value>(values: readonly Value[]): readonly Value[] => finished.map((index) => values[index]!);
    return {
      symbol: symbolOf(this.path),
      baseMs,
      openTimesMs: Float64Array.from(pick(this.times)),
      prices: pick(this.prices),
      volumes: pick(this.volumes),
      quoteVolumes: pick(this.optional.quoteVolume),
      trades: pick(this.optional.trades),
      takerBuys: pick(this.optional.takerBuy),
      takerQuotes: pick(this.optional.takerQuote),
      keptOut: {
        unsound: this.unsound,
        duplicate: this.duplicate,
        outOfOrder: this.outOfOrder,
        misaligned: this.times.length - onGrid.length,
        unfinished: onGrid.length - finished.length,
      },
      firstKeptOutLine: earliest(this.firstKeptOutLine, firstDropped),
    };
  }

  private isUnfinished(index: number, baseMs: number): boolean {
    if (this.times[index + 1] !== this.times[index]! + baseMs || Number(this.volumes[index]) === 0) return false;
    const nextOpen = Number(this.prices[index + 1]![0]);
    const [, high, low] = this.prices[index]!;
    return nextOpen > Number(high) * 1.001 || nextOpen < Number(low) * 0.999;
  }

  private price(cells: readonly string[], name: Name, lineNumber: number): string {
    return plain(this.cell(cells, name, lineNumber));
  }

  private cell(cells: readonly string[], name: Name, lineNumber: number): string {
    const index = this.columns.get(name)!;
    const cell = cells[index]?.trim().replaceAll('"', "") ?? "";
    if (!number.test(cell)) throw new Error(`${this.path}, line ${lineNumber}, column ${index + 1} (${name}): "${cell}" is not a number.`);
    return cell;
  }
}

const earliest = (first: number | undefined, second: number | undefined): number | undefined =>
  first === undefined || second === undefined ? (first ?? second) : Math.min(first, second);

/** Seconds, milliseconds or microseconds since 1970, told apart by magnitude. */
function inMilliseconds(time: number): number {
  if (time < 1e11) return time * 1_000;
  return time < 1e14 ? time : time / 1_000;
}

/** Without exponent and without trailing zeros. */
function plain(text: string): string {
  const flat = /[eE]/.test(text) ? Number(text).toFixed(12) : text;
  return flat.includes(".") ? flat.replace(/\.?0+$/, "") : flat;
}

function isSound([open, high, low, close]: readonly number[], volume: number): boolean {
  return open! > 0 && close! > 0 && low! > 0 && high! >= Math.max(open!, close!) && low! <= Math.min(open!, close!) && volume >= 0;
}

function commonestStep(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (let index = 1; index < times.length; index++) {
    const step = times[index]! - times[index - 1]!;
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}
