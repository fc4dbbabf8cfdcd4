import { type DayCandles, dayMs, rowLength } from "./candle-columns.ts";
import { generateDay } from "./generated-day.ts";
import { type GeneratedInstrument, generateInstruments } from "./generated-instruments.ts";
import type { SimulatedInstrument } from "./instrument.ts";
import { barsPerDay, dayOf, MarketFactor } from "./market-factor.ts";
import { bounded, type MarketFeed, maxBasis, maxPremium } from "./market-feed.ts";
import { smoothNoise } from "./noise.ts";

const baseMs = 900_000;
/** Days of 7 kB each; 650 symbols need about seven each while they warm up. */
const cachedDays = 9_000;

/**
 * A market made from a seed: the candle of a symbol at a time is a pure function of (seed, symbol, time).
 *
 * 15 minutes are the atom. `startMs` only decides when contracts were listed.
 */
export class GeneratedMarket implements MarketFeed {
  readonly instruments: readonly SimulatedInstrument[];
  private readonly bySymbol = new Map<string, GeneratedInstrument>();
  private readonly factor: MarketFactor;
  private readonly cache = new Map<string, Map<number, DayCandles>>();
  private readonly scratch: DayCandles = { slots: barsPerDay, rows: new Float64Array(barsPerDay * rowLength) };
  private cached = 0;

  constructor(seed: string, symbols: number, startMs: number) {
    const generated = generateInstruments(seed, symbols, startMs);
    this.instruments = generated.map(({ instrument }) => instrument);
    for (const entry of generated) this.bySymbol.set(entry.instrument.symbol, entry);
    this.factor = new MarketFactor(seed);
  }

  find(symbol: string): SimulatedInstrument | undefined {
    return this.bySymbol.get(symbol)?.instrument;
  }

  baseMs(): number {
    return baseMs;
  }

  day(instrument: SimulatedInstrument, day: number, keep = true): DayCandles | undefined {
    if (day < dayOf(instrument.onboardMs) || day * dayMs >= instrument.endMs) return undefined;
    let days = this.cache.get(instrument.symbol);
    if (days === undefined) {
      days = new Map();
      this.cache.set(instrument.symbol, days);
    }
    const known = days.get(day);
    if (known !== undefined) return known;
    if (!keep) {
      this.generate(instrument, day, this.scratch.rows);
      return this.scratch;
    }
    const made = { slots: barsPerDay, rows: new Float64Array(barsPerDay * rowLength) };
    this.generate(instrument, day, made.rows);
    days.set(day, made);
    if (++this.cached > cachedDays) this.forget();
    return made;
  }

  fundingRate(instrument: SimulatedInstrument, fundingTimeMs: number): string {
    const hours = fundingTimeMs / 3_600_000;
    const premium = 0.0002 * smoothNoise(instrument.seed ^ 0xf1, hours / 30);
    // Binance's formula: the premium plus interest, of which the first 0.05 % of difference is clamped away.
    const per8Hours = premium + Math.min(0.0005, Math.max(-0.0005, 0.0001 - premium));
    const rate = (Math.min(0.02, Math.max(-0.02, per8Hours + premium)) * instrument.fundingIntervalHours) / 8;
    return rate.toFixed(8);
  }

  basis(instrument: SimulatedInstrument, minute: number): number {
    return bounded(0.00006 * smoothNoise(instrument.seed ^ 0xf2, minute / 45), maxBasis);
  }

  /** The same noise that makes the funding rate. */
  premium(instrument: SimulatedInstrument, minute: number): number {
    return bounded(0.0002 * smoothNoise(instrument.seed ^ 0xf1, minute / 1_800), maxPremium);
  }

  private generate(instrument: SimulatedInstrument, day: number, rows: Float64Array): void {
    const { character } = this.bySymbol.get(instrument.symbol)!;
    const turbulence = (character.own ?? this.factor.walk).turbulenceAt(day + 0.5);
    generateDay(instrument, character, day, this.factor.day(day), turbulence, rows);
    const listedSlots = Math.ceil((instrument.onboardMs - day * dayMs) / baseMs);
    if (listedSlots > 0) rows.fill(0, 0, listedSlots * rowLength);
    const tradingSlots = Math.ceil((instrument.endMs - day * dayMs) / baseMs);
    if (tradingSlots < barsPerDay) rows.fill(0, tradingSlots * rowLength);
  }

  /** Drops the days fetched longest ago, symbol by symbol. */
  private forget(): void {
    for (const days of this.cache.values()) {
      const keep = Math.floor(days.size / 2);
      for (const day of days.keys()) {
        if (days.size <= keep) break;
        days.delete(day);
        this.cached--;
      }
    }
  }
}
