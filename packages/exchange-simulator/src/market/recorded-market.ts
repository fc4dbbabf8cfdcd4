import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DayCandles, dayMs, minuteMs, rowLength } from "./candle-columns.ts";
import { type CandleFile, readCandleFile, symbolOf } from "./candle-file.ts";
import type { SimulatedInstrument } from "./instrument.ts";
import { bounded, type MarketFeed, maxPremium } from "./market-feed.ts";
import { smoothNoise } from "./noise.ts";
import { recordedInstrument } from "./recorded-instrument.ts";
import { type DenseCandles, RecordedMinutes } from "./recorded-minutes.ts";
import { defectsOf, minutesText, type RecordingDefects } from "./recording-defects.ts";

/** A file made ready for reading. */
interface Recording {
  readonly instrument: SimulatedInstrument;
  readonly defects: RecordingDefects;
  readonly candles: DenseCandles;
  readonly minutes: RecordedMinutes | undefined;
}

/**
 * A market of recorded candles, one symbol a file.
 *
 * Candles are as recorded: holes stay holes (the price stands still there), unknown columns stay unknown. Inside a candle the price goes
 * through the recorded minutes, where the folder "1m" has them. A contract trades from its first candle to the end of its last. The folder says nothing of funding, so the rate is the interest alone: 0.01 % per eight hours.
 */
export class RecordedMarket implements MarketFeed {
  readonly instruments: readonly SimulatedInstrument[];
  /** Of every file, whole ones included. */
  readonly defects: readonly RecordingDefects[];
  private readonly recordings: ReadonlyMap<string, Recording>;

  constructor(recordings: readonly Recording[]) {
    this.instruments = recordings.map((recording) => recording.instrument);
    this.defects = recordings.map((recording) => recording.defects);
    this.recordings = new Map(recordings.map((recording) => [recording.instrument.symbol, recording]));
  }

  find(symbol: string): SimulatedInstrument | undefined {
    return this.recordings.get(symbol)?.instrument;
  }

  baseMs(instrument: SimulatedInstrument): number {
    return this.recordings.get(instrument.symbol)!.candles.baseMs;
  }

  day(instrument: SimulatedInstrument, day: number): DayCandles | undefined {
    const { firstDay, baseMs, rows } = this.recordings.get(instrument.symbol)!.candles;
    const slots = dayMs / baseMs;
    const length = slots * rowLength;
    const from = (day - firstDay) * length;
    return from < 0 || from >= rows.length ? undefined : { slots, rows: rows.subarray(from, from + length) };
  }

  minutesOf(instrument: SimulatedInstrument, openTimeMs: number): Float64Array | undefined {
    return this.recordings.get(instrument.symbol)!.minutes?.of(openTimeMs);
  }

  fundingRate(): string {
    return "0.00010000";
  }

  /** A recording of candles does not tell the mark price: it is taken from the candles themselves. */
  basis(): number {
    return 0;
  }

  /** Nor does it tell an index; the premium is drawn around zero. */
  premium(instrument: SimulatedInstrument, minute: number): number {
    return bounded(0.0002 * smoothNoise(instrument.seed ^ 0xf2, minute / 240), maxPremium);
  }
}

/** Where the minutes of coarser candles lie. */
const minutesFolder = "1m";

/** Opens a folder; throws Error with one sentence when it is missing, empty or holds an unreadable file. `report` gets one line when rows were kept out. */
export function loadRecordedMarket(folder: string, symbols: readonly string[] | undefined, report: (line: string) => void): RecordedMarket {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`The data folder ${folder} does not exist.`);
  const wanted = symbols === undefined ? undefined : new Set(symbols.map((symbol) => symbol.toUpperCase()));
  const names = readdirSync(folder)
    .filter((name) => /\.csv(\.gz)?$/i.test(name))
    .sort();
  const chosen = names.filter((name) => wanted === undefined || wanted.has(symbolOf(name)));
  if (chosen.length === 0)
    throw new Error(`The data folder ${folder} holds no csv or csv.gz file${wanted === undefined ? "" : ` of ${[...wanted].join(", ")}`}.`);
  const found = new Set(chosen.map(symbolOf));
  const missing = [...(wanted ?? [])].filter((symbol) => !found.has(symbol));
  if (missing.length > 0) throw new Error(`The data folder ${folder} holds no file of ${missing.join(", ")}.`);
  const fineNames = fineNamesOf(folder);
  const dirty: string[] = [];
  const unfollowed: string[] = [];
  // One file at a time: its texts are dropped before the next is read.
  const recordings = chosen.map((name) => {
    const file = readCandleFile(join(folder, name));
    const counts = Object.entries(file.keptOut).filter(([, count]) => count > 0);
    if (counts.length > 0) dirty.push(`${file.symbol} ${counts.map(([reason, count]) => `${count} ${reason}`).join(", ")}`);
    const fineName = fineNames.get(file.symbol);
    const fine = fineName === undefined ? undefined : { name: fineName, file: readMinutes(join(folder, fineName), file) };
    const recording = recordingOf(name, file, fine);
    const { minutes } = recording.defects;
    if (minutes !== undefined && minutes.followed < minutes.candles) unfollowed.push(minutesText(minutes));
    return recording;
  });
  if (dirty.length > 0) report(`Rows kept out of the recorded market: ${dirty.join("; ")}.`);
  if (unfollowed.length > 0) report(`Recorded minutes are not followed everywhere: ${unfollowed.join("; ")}.`);
  return new RecordedMarket(recordings);
}

/** Files of the folder of minutes, by symbol. */
function fineNamesOf(folder: string): ReadonlyMap<string, string> {
  const fine = join(folder, minutesFolder);
  if (!existsSync(fine) || !statSync(fine).isDirectory()) return new Map();
  const names = readdirSync(fine).filter((name) => /\.csv(\.gz)?$/i.test(name));
  return new Map(names.sort().map((name) => [symbolOf(name), join(minutesFolder, name)]));
}

/** Undefined when the candles are minutes themselves. */
function readMinutes(path: string, { baseMs }: CandleFile): CandleFile | undefined {
  if (baseMs === minuteMs) return undefined;
  const file = readCandleFile(path);
  if (file.baseMs !== minuteMs)
    throw new Error(`${path} holds candles ${file.baseMs / minuteMs} minutes apart, but lies in the folder of minutes.`);
  return file;
}

/** Decimal text as a whole number of 10^-decimals; digits beyond are rounded away; "" is unknown. */
const unitsOf = (text: string, scale: number): number => (text === "" ? Number.NaN : Math.round(Number(text) * scale));

interface FineFile {
  readonly name: string;
  readonly file: CandleFile | undefined;
}

function recordingOf(name: string, file: CandleFile, fine: FineFile | undefined): Recording {
  const instrument = recordedInstrument(file, fine?.file);
  const candles = denseCandles(file, instrument);
  const minutes = fine?.file === undefined ? undefined : new RecordedMinutes(fine.name, denseCandles(fine.file, instrument), candles);
  const defects = { ...defectsOf(name, file), ...(minutes !== undefined && { minutes: minutes.defects }) };
  return { instrument, defects, candles, minutes };
}

/** All days from the first to the last, one after the other. */
function denseCandles(file: CandleFile, instrument: SimulatedInstrument): DenseCandles {
  const { baseMs, openTimesMs } = file;
  const slots = dayMs / baseMs;
  const firstDay = Math.floor(openTimesMs[0]! / dayMs);
  const lastDay = Math.floor(openTimesMs.at(-1)! / dayMs);
  const rows = new Float64Array((lastDay - firstDay + 1) * slots * rowLength);
  const priceScale = 10 ** instrument.tickDecimals;
  const volumeScale = 10 ** instrument.volumeDecimals;
  const quoteScale = 10 ** instrument.quoteDecimals;
  for (let index = 0; index < openTimesMs.length; index++) {
    const offset = ((openTimesMs[index]! - firstDay * dayMs) / baseMs) * rowLength;
    for (let part = 0; part < 4; part++) rows[offset + part] = unitsOf(file.prices[index]![part]!, priceScale);
    rows[offset + 4] = unitsOf(file.volumes[index]!, volumeScale);
    rows[offset + 5] = unitsOf(file.quoteVolumes[index]!, quoteScale);
    rows[offset + 6] = unitsOf(file.trades[index]!, 1);
    rows[offset + 7] = unitsOf(file.takerBuys[index]!, volumeScale);
    rows[offset + 8] = unitsOf(file.takerQuotes[index]!, quoteScale);
  }
  return { baseMs, firstDay, rows };
}
