/** What else lies at a zone's price; NaN where unknown. */
export interface ZoneSurroundings {
  ema200: number;
  roundNumberStep: number;
  poc: number;
  vah: number;
  val: number;
}

/** What a zone's own part of a score is made of; it stays the same until the next close of its timeframe. */
interface Earning {
  readonly touches: number;
  readonly meanReaction: number;
  readonly lastTouchBar: number;
  readonly closesThrough: number;
}

const touchesForAll = 5;
const reactionForAll = 2;
const freshnessBars = 200;
const pointsPerConfluence = 5;
const closesForAllNoise = 4;

/** Points by a whole number, the last for all beyond: which of two branches a zone takes is too often a surprise to the processor. */
const pointsTable = (length: number, points: (count: number) => number): Float64Array =>
  Float64Array.from({ length }, (_, count) => points(count));
const touchPoints = pointsTable(64, (touches) => 30 * (Math.min(touches, touchesForAll) / touchesForAll));
const noisePoints = pointsTable(64, (closes) => 20 * (Math.min(closes, closesForAllNoise) / closesForAllNoise));
const freshPoints = pointsTable(2049, (age) => (age < 2048 ? 20 * Math.exp(-age / freshnessBars) : 0));

const pointsAt = (table: Float64Array, count: number): number => table[count < table.length ? count : table.length - 1]!;

/** 0 to 80: 30 for touches (all at 5), 30 for the mean reaction (all at 2 ATR), 20 for freshness. */
export function zoneMerit({ touches, meanReaction, lastTouchBar }: Earning, lastBar: number): number {
  const reaction = meanReaction < reactionForAll ? 30 * (meanReaction / reactionForAll) : 30;
  return pointsAt(touchPoints, touches) + reaction + pointsAt(freshPoints, lastBar - lastTouchBar);
}

/** Up to 20 for closes through a zone, which speak against it. */
export const zoneNoise = ({ closesThrough }: Earning): number => pointsAt(noisePoints, closesThrough);

/** How much else lies in a price range, 0 to 4: another timeframe, EMA200, a round number, POC or value area edge. */
export function confluences(
  top: number,
  bottom: number,
  absorbed: number,
  { ema200, roundNumberStep, poc, vah, val }: ZoneSurroundings,
): number {
  let count = absorbed > 0 ? 1 : 0;
  if (ema200 >= bottom && ema200 <= top) count++;
  if (Math.ceil(bottom / roundNumberStep) * roundNumberStep <= top) count++;
  if ((poc >= bottom && poc <= top) || (vah >= bottom && vah <= top) || (val >= bottom && val <= top)) count++;
  return count;
}

/** 0 to 100: merit and 5 for each confluence, less the noise. */
export function scoreOf(merit: number, noise: number, confluenceCount: number): number {
  const score = merit + pointsPerConfluence * confluenceCount - noise;
  return Math.max(score, 0);
}
