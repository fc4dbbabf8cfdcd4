import { minuteMs } from "./candle-columns.ts";
import { type SimulatedInstrument, unitsToText } from "./instrument.ts";
import type { PricePath } from "./price-path.ts";

/** One trade of the market. */
export interface PublicTrade {
  /** Grows by one per span of five seconds since 1970; a span without volume has no trade. */
  readonly id: number;
  readonly timeMs: number;
  readonly price: string;
  readonly quantity: string;
  readonly quoteQuantity: string;
  /** The seller was the taker. */
  readonly buyerIsMaker: boolean;
}

const perMinute = 12;
const spanMs = minuteMs / perMinute;

/**
 * The market has volumes and no single trades: each minute's volume is told as one trade per five seconds, at the price of that instant,
 * bought as often as the minute's taker flow says. Up to every fifth second their sum is the volume of the candle.
 */
export function publicTrade(path: PricePath, instrument: SimulatedInstrument, id: number): PublicTrade | undefined {
  const startMs = id * spanMs;
  const minute = path.minuteAt(instrument, startMs);
  if (minute === undefined || startMs < instrument.onboardMs || startMs >= instrument.endMs) return undefined;
  const volume = minute.rows[minute.offset + 4]!;
  const bought = minute.rows[minute.offset + 7]!;
  const index = id % perMinute;
  const units = Math.floor((volume * (index + 1)) / perMinute) - Math.floor((volume * index) / perMinute);
  if (!(units > 0)) return undefined;
  const buys = Number.isNaN(bought) ? perMinute / 2 : Math.round((bought / volume) * perMinute);
  const isBought = Math.floor(((index + 1) * buys) / perMinute) > Math.floor((index * buys) / perMinute);
  const timeMs = startMs + spanMs - 1;
  const ticks = path.lastTicks(instrument, timeMs);
  const quantity = unitsToText(units, instrument.volumeDecimals);
  return {
    id,
    timeMs,
    price: unitsToText(ticks, instrument.tickDecimals),
    quantity,
    quoteQuantity: (Number(quantity) * ticks * instrument.tickValue).toFixed(2),
    buyerIsMaker: !isBought,
  };
}

/** The last trade that may be known at an instant. */
export const newestTradeId = (nowMs: number): number => Math.floor((nowMs + 1) / spanMs) - 1;

/** The first trade at or after an instant. */
export const tradeIdFrom = (timeMs: number): number => Math.max(0, Math.ceil((timeMs - spanMs + 1) / spanMs));
