import { type DayCandles, dayMs, minuteMs, rowLength } from "../src/market/candle-columns.ts";
import { neverMs, type SimulatedInstrument } from "../src/market/instrument.ts";
import type { MarketFeed } from "../src/market/market-feed.ts";

export const scriptedInstrument: SimulatedInstrument = {
  symbol: "TESTUSDT",
  pair: "TESTUSDT",
  baseAsset: "TEST",
  contractType: "PERPETUAL",
  underlyingType: "COIN",
  underlyingSubType: [],
  onboardMs: 0,
  endMs: neverMs,
  deliveryMs: neverMs,
  tickSize: "0.01",
  tickDecimals: 2,
  tickValue: 0.01,
  stepSize: "0.1",
  stepDecimals: 1,
  volumeDecimals: 1,
  quoteDecimals: 2,
  minPrice: "0.01",
  maxPrice: "100000",
  maxQuantity: "10000",
  maxMarketQuantity: "1000",
  minNotional: "5",
  multiplierUp: "1.1500",
  multiplierDown: "0.8500",
  marketTakeBound: "0.15",
  liquidationFee: "0.015000",
  triggerProtect: "0.1000",
  maxLeverage: 50,
  fundingIntervalHours: 8,
  seed: 1,
};

/** Open, high, low, close of one minute, in USDT. */
export type ScriptedMinute = readonly [open: number, high: number, low: number, close: number];

/**
 * A market of one contract whose minutes are written down; before and after them the price stands still.
 *
 * No basis: the mark goes with the last price and shares half of each wick. Very liquid: a spread of one tick and no impact for
 * the sizes used in tests.
 */
export class ScriptedMarket implements MarketFeed {
  readonly instruments: readonly SimulatedInstrument[];
  private readonly startMs: number;
  private readonly minutes: readonly ScriptedMinute[];
  private readonly rate: string;
  private readonly volume: number;

  /** `volume` in base asset per minute. */
  constructor(startMs: number, minutes: readonly ScriptedMinute[], fundingRate = "0", volume = 1_000_000, instrument = scriptedInstrument) {
    this.instruments = [instrument];
    this.startMs = startMs;
    this.minutes = minutes;
    this.rate = fundingRate;
    this.volume = volume;
  }

  find(symbol: string): SimulatedInstrument | undefined {
    return this.instruments.find((instrument) => instrument.symbol === symbol);
  }

  baseMs(): number {
    return minuteMs;
  }

  day(_instrument: SimulatedInstrument, day: number): DayCandles {
    const slots = dayMs / minuteMs;
    const rows = new Float64Array(slots * rowLength);
    for (let slot = 0; slot < slots; slot++) {
      const index = (day * dayMs + slot * minuteMs - this.startMs) / minuteMs;
      const before = this.minutes[0]![0];
      const after = this.minutes.at(-1)![3];
      const standing = index < 0 ? before : after;
      const [open, high, low, close] = this.minutes[index] ?? [standing, standing, standing, standing];
      const ticks = [open, high, low, close].map((price) => Math.round(price * 100));
      rows.set([...ticks, this.volume * 10, this.volume * 10_000, 1_000, this.volume * 5, this.volume * 5_000], slot * rowLength);
    }
    return { slots, rows };
  }

  fundingRate(): string {
    return this.rate;
  }

  basis(): number {
    return 0;
  }

  premium(): number {
    return 0;
  }
}
