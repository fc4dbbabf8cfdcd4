import type { Zone } from "./zone.ts";

/** What else lies at a zone's price; NaN where unknown. */
export interface ZoneSurroundings {
  readonly ema200: number;
  readonly roundNumberStep: number;
  readonly poc: number;
  readonly vah: number;
  readonly val: number;
}

const mostTouches = 5;
const mostReaction = 2;
const freshnessBars = 200;
const pointsPerConfluence = 5;
const pointsPerCloseThrough = 5;

/** exp(-age / 200 bars) by whole bars. */
const freshness = Float64Array.from({ length: 2048 }, (_, age) => Math.exp(-age / freshnessBars));

/**
 * 0 to 100: 30 for touches (all at 5), 30 for the mean reaction (all at 2 ATR), 20 for freshness, 20 for confluence (EMA200, a round number,
 * another timeframe, POC or value area edge: 5 each), less up to 20 for closes through it.
 */
export function zoneScore(zone: Zone, lastBar: number, surroundings: ZoneSurroundings): number {
  const touches = 30 * (Math.min(zone.touches, mostTouches) / mostTouches);
  const reaction = 30 * (Math.min(zone.meanReaction, mostReaction) / mostReaction);
  const age = lastBar - zone.lastTouchBar;
  const fresh = age < freshness.length ? 20 * freshness[age]! : 0;
  const noise = Math.min(20, pointsPerCloseThrough * zone.closesThrough);
  return Math.max(0, touches + reaction + fresh + pointsPerConfluence * confluences(zone, surroundings) - noise);
}

function confluences(zone: Zone, { ema200, roundNumberStep, poc, vah, val }: ZoneSurroundings): number {
  const isInside = (price: number): boolean => price >= zone.bottom && price <= zone.top;
  let count = zone.absorbed > 0 ? 1 : 0;
  if (isInside(ema200)) count++;
  if (isInside(Math.round(zone.center / roundNumberStep) * roundNumberStep)) count++;
  if (isInside(poc) || isInside(vah) || isInside(val)) count++;
  return count;
}
