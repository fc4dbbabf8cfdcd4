import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DayCandles, dayMs, rowLength } from "./candle-columns.ts";
import { type CandleFile, readCandleFile, symbolOf } from "./candle-file.ts";
import { familiarCoins } from "./familiar-coins.ts";
import { neverMs, type SimulatedInstrument, unitText } from "./instrument.ts";
import { bounded, type MarketFeed, maxPremium } from "./market-feed.ts";
import { hashText, smoothNoise } from "./noise.ts";
import { defectsOf, type RecordingDefects } from "./recording-defects.ts";
import { tradingLimitsOf } from "./trading-limits.ts";

/** A file made ready for reading. */
interface Recording {
  readonly instrument: SimulatedInstrument;
  readonly defects: RecordingDefects;
  readonly baseMs: number;
  readonly firstDay: number;
  readonly slots: number;
  /** All days from the first to the last, one after the other; holes have open 0. */
  readonly rows: Float64Array;
}

/**
 * A market of recorded candles, one symbol a file.
 *
 * Candles are as recorded: holes stay holes (the price stands still there), unknown columns stay unknown. A contract trades from its first
 * candle to the end of its last. The folder says nothing of funding, so the rate is the interest alone: 0.01 % per eight hours.
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
    return this.recordings.get(instrument.symbol)!.baseMs;
  }

  day(instrument: SimulatedInstrument, day: number): DayCandles | undefined {
    const { firstDay, slots, rows } = this.recordings.get(instrument.symbol)!;
    const length = slots * rowLength;
    const from = (day - firstDay) * length;
    return from < 0 || from >= rows.length ? undefined : { slots, rows: rows.subarray(from, from + length) };
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
  const dirty: string[] = [];
  // One file at a time: its texts are dropped before the next is read.
  const recordings = chosen.map((name) => {
    const file = readCandleFile(join(folder, name));
    const counts = Object.entries(file.keptOut).filter(([, count]) => count > 0);
    if (counts.length > 0) dirty.push(`${file.symbol} ${counts.map(([reason, count]) => `${count} ${reason}`).join(", ")}`);
    return recordingOf(file, defectsOf(name, file));
  });
  if (dirty.length > 0) report(`Rows kept out of the recorded market: ${dirty.join("; ")}.`);
  return new RecordedMarket(recordings);
}

const decimalsOf = (text: string): number => (text.includes(".") ? text.length - text.indexOf(".") - 1 : 0);

function mostDecimals(texts: Iterable<string>, atMost: number): number {
  let most = 0;
  for (const text of texts) {
    const decimals = decimalsOf(text);
    if (decimals > most) most = decimals;
    if (most >= atMost) return atMost;
  }
  return most;
}

/** Decimal text as a whole number of 10^-decimals; digits beyond are rounded away; "" is unknown. */
const unitsOf = (text: string, scale: number): number => (text === "" ? Number.NaN : Math.round(Number(text) * scale));

function recordingOf(file: CandleFile, defects: RecordingDefects): Recording {
  const { baseMs, openTimesMs } = file;
  const instrument = instrumentOf(file);
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
  return { instrument, defects, baseMs, firstDay, slots, rows };
}

/** Limits of a recorded contract: the smallest decimal grid that holds all its prices, and a step worth about a tenth of a dollar. */
function instrumentOf(file: CandleFile): SimulatedInstrument {
  const { symbol } = file;
  const baseAsset = symbol.replace(/USDT$/, "");
  const coin = familiarCoins.find(([asset]) => asset === baseAsset);
  const tickDecimals = mostDecimals(file.prices.flat(), 8);
  const lastPrice = Number(file.prices.at(-1)![3]);
  const stepDecimals =
    coin === undefined ? Math.min(3, Math.max(0, Math.round(Math.log10(lastPrice)))) : decimalsOf(coin[3].replace(/\.?0+$/, ""));
  const largeQuantity = Math.max(100, Number((20_000_000 / lastPrice).toPrecision(1)));
  return {
    symbol,
    pair: symbol,
    baseAsset,
    contractType: "PERPETUAL",
    underlyingType: "COIN",
    underlyingSubType: [],
    onboardMs: file.openTimesMs[0]!,
    endMs: file.openTimesMs.at(-1)! + file.baseMs,
    deliveryMs: neverMs,
    tickSize: unitText(tickDecimals),
    tickDecimals,
    tickValue: Number(unitText(tickDecimals)),
    stepSize: unitText(stepDecimals),
    stepDecimals,
    volumeDecimals: Math.max(stepDecimals, mostDecimals(file.volumes, 8)),
    quoteDecimals: mostDecimals(file.quoteVolumes, 8),
    minPrice: unitText(tickDecimals),
    maxPrice: String(Math.ceil(lastPrice * 1_000)),
    maxQuantity: String(largeQuantity * 5),
    maxMarketQuantity: String(largeQuantity),
    ...tradingLimitsOf(baseAsset),
    maxLeverage: coin?.[5] ?? 50,
    fundingIntervalHours: 8,
    seed: hashText(`recorded:${symbol}`),
  };
}
