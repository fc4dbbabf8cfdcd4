import type { SimulatedInstrument } from "../market/instrument.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import { type Market, priceOf } from "../matching/market.ts";
import type { Side } from "../matching/records.ts";
import type { Parameters } from "./parameters.ts";

const usualLimit = 500;
const limits = new Set([5, 10, 20, 50, 100, 500, 1_000]);

/** Weight of a depth request by its limit. */
export function depthWeight(parameters: Parameters): number {
  const limit = Number(parameters.text("limit") ?? usualLimit);
  return limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20;
}

/** The book as orders of this instant would meet it, the best level of each side first. */
export function depth(market: Market, instrument: SimulatedInstrument, nowMs: number, parameters: Parameters): string {
  const limit = parameters.integer("limit") ?? usualLimit;
  if (!limits.has(limit)) throw refusals.depthLimit(String(limit));
  const lastTicks = market.path.lastTicks(instrument, nowMs);
  const side = (meets: Side): readonly (readonly [string, string])[] => {
    const rows: (readonly [string, string])[] = [];
    for (const { ticks, steps } of market.book.levels(instrument, nowMs, lastTicks, meets)) {
      if (rows.length === limit) break;
      rows.push([
        priceOf(instrument, ticks).toFixed(instrument.tickDecimals),
        (steps * Number(instrument.stepSize)).toFixed(instrument.stepDecimals),
      ]);
    }
    return rows;
  };
  return JSON.stringify({ lastUpdateId: nowMs, E: nowMs, T: nowMs, bids: side("SELL"), asks: side("BUY") });
}
