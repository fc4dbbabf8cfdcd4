import { type DayCandles, dayMs, minuteMs, rowLength } from "@winiswin/exchange-simulator/market/candle-columns";
import { neverMs, type SimulatedInstrument } from "@winiswin/exchange-simulator/market/instrument";
import type { MarketFeed } from "@winiswin/exchange-simulator/market/market-feed";

/** What is scripted of BTCUSDT: it stands at 50,000 and jumps to a price when a minute begins, counted from `startMs`. */
export interface MarketScript {
  readonly startMs: number;
  readonly jumps: readonly (readonly [minute: number, price: number])[];
  /** The rate that is settled from an instant on, as decimal text. */
  readonly dearFunding?: { readonly fromMs: number; readonly rate: string };
  /** When the exchange says that BTCUSDT ends. */
  readonly deliveryMs?: number;
}

export const startPrice = 50_000;
const decimals = 1;
/** In BTC a minute. */
const baseVolume = 30_000;
/** A rate of the usual size, so that funding is part of the books of whatever is held through its time. */
const usualFundingRate = "0.00010000";

const perpetual = (symbol: string, seed: number): SimulatedInstrument => ({
  symbol,
  pair: symbol,
  baseAsset: symbol.replace("USDT", ""),
  contractType: "PERPETUAL",
  underlyingType: "COIN",
  underlyingSubType: [],
  onboardMs: Date.UTC(2020, 0, 1),
  endMs: neverMs,
  deliveryMs: neverMs,
  tickSize: "0.1",
  tickDecimals: decimals,
  tickValue: 0.1,
  stepSize: "0.001",
  stepDecimals: 3,
  volumeDecimals: 3,
  quoteDecimals: 2,
  minPrice: "0.1",
  maxPrice: "1000000",
  maxQuantity: "1000",
  maxMarketQuantity: "120",
  minNotional: "5",
  multiplierUp: "1.1500",
  multiplierDown: "0.8500",
  marketTakeBound: "0.15",
  liquidationFee: "0.015000",
  triggerProtect: "0.1000",
  maxLeverage: 100,
  fundingIntervalHours: 8,
  seed,
});

/** BTCUSDT as scripted and ETHUSDT that stands still, both busy; the mark goes with the last price. */
export class ScriptedFeed implements MarketFeed {
  readonly instruments: readonly SimulatedInstrument[];
  private readonly script: MarketScript;
  private readonly days = new Map<string, DayCandles>();

  constructor(script: MarketScript) {
    this.script = script;
    this.instruments = [{ ...perpetual("BTCUSDT", 1), deliveryMs: script.deliveryMs ?? neverMs }, perpetual("ETHUSDT", 2)];
  }

  find(symbol: string): SimulatedInstrument | undefined {
    return this.instruments.find((instrument) => instrument.symbol === symbol);
  }

  baseMs(): number {
    return minuteMs;
  }

  day({ symbol }: SimulatedInstrument, day: number): DayCandles {
    const key = `${symbol}@${day}`;
    const made = this.days.get(key) ?? this.make(symbol, day);
    this.days.set(key, made);
    return made;
  }

  private make(symbol: string, day: number): DayCandles {
    const { startMs, jumps } = this.script;
    const slots = dayMs / minuteMs;
    const rows = new Float64Array(slots * rowLength);
    for (let slot = 0; slot < slots; slot++) {
      const minute = Math.floor((day * dayMs + slot * minuteMs - startMs) / minuteMs);
      const jump = symbol === "BTCUSDT" ? jumps.findLast(([at]) => at <= minute) : undefined;
      const price = jump?.[1] ?? startPrice;
      const ticks = Math.round(price * 10 ** decimals);
      const volume = baseVolume * 1_000;
      const quote = baseVolume * price * 100;
      rows.set([ticks, ticks, ticks, ticks, volume, quote, 1_000, volume / 2, quote / 2], slot * rowLength);
    }
    return { slots, rows };
  }

  fundingRate(_instrument: SimulatedInstrument, fundingTimeMs: number): string {
    const { dearFunding } = this.script;
    return dearFunding !== undefined && fundingTimeMs >= dearFunding.fromMs ? dearFunding.rate : usualFundingRate;
  }

  basis(): number {
    return 0;
  }

  premium(): number {
    return 0;
  }
}
