import type { AlgoOrderRecord } from "./records.ts";

/** A price that goes in a line, with both its ends. */
export interface PriceLine {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly from: number;
  readonly to: number;
}

/** How far the price has gone for a trailing stop, and when, if at all, it came back far enough. */
export interface TrailOutcome {
  readonly extreme: number;
  readonly triggerMs: number | undefined;
}

/**
 * Follows a trailing stop along lines that come in order of time; what lies before `fromMs` or after `untilMs` is not looked at.
 *
 * A stop that sells remembers the highest price since it was placed and triggers when the price has come back by the callback rate, provided
 * that the highest has reached the activation price; one that buys is its mirror. Inside a line the extreme cannot move and be given back.
 */
export function followTrail(algo: AlgoOrderRecord, lines: Iterable<PriceLine>, fromMs: number, untilMs: number): TrailOutcome {
  const { activatePrice, callbackRate, extreme: known } = algo.trail!;
  const sells = algo.side === "SELL";
  const activation = Number(activatePrice);
  const share = Number(callbackRate) / 100;
  let extreme = known;
  const further = (price: number): number => (sells ? Math.max(extreme, price) : Math.min(extreme, price));
  const isBack = (price: number, level: number): boolean => (sells ? price <= level : price >= level);
  for (const line of lines) {
    const startMs = Math.max(line.fromMs, fromMs);
    const endMs = Math.min(line.untilMs, untilMs);
    if (startMs > endMs) continue;
    const start = priceOn(line, startMs);
    const isActive = (): boolean => activation === 0 || (sells ? extreme >= activation : extreme <= activation);
    const levelOf = (): number => extreme * (sells ? 1 - share : 1 + share);
    // A price that jumped back counts before it can go further.
    if (isActive() && isBack(start, levelOf())) return { extreme, triggerMs: startMs };
    extreme = further(start);
    const level = levelOf();
    if (isActive() && isBack(line.to, level) && line.to !== line.from) {
      const crossMs = Math.ceil(line.fromMs + ((line.untilMs - line.fromMs) * (level - line.from)) / (line.to - line.from));
      if (crossMs <= endMs) return { extreme, triggerMs: Math.max(crossMs, startMs) };
    }
    extreme = further(priceOn(line, endMs));
  }
  return { extreme, triggerMs: undefined };
}

function priceOn({ fromMs, untilMs, from, to }: PriceLine, timeMs: number): number {
  if (timeMs <= fromMs) return from;
  if (timeMs >= untilMs) return to;
  return from + ((to - from) * (timeMs - fromMs)) / (untilMs - fromMs);
}
