import { rowLength } from "./candle-columns.ts";
import { hashAt, lognormalFrom, normalFrom } from "./noise.ts";

/**
 * Splits one candle into `count` minutes whose sum is that candle exactly: first open, last close, highest high, lowest low and all sums.
 *
 * The minutes that hold the extremes are drawn from the seed; closes run between them with noise, inside the candle's range. Unknown
 * (NaN) columns stay unknown. `into` receives count x 9 numbers from `offset` on.
 */
export function splitIntoMinutes(
  parent: Float64Array,
  parentOffset: number,
  count: number,
  seed: number,
  position: number,
  into: Float64Array,
): void {
  const open = parent[parentOffset]!;
  const high = parent[parentOffset + 1]!;
  const low = parent[parentOffset + 2]!;
  const close = parent[parentOffset + 3]!;
  const draw = hashAt(seed ^ 0x91, position);
  let highMinute = (draw & 0xffff) % count;
  let lowMinute = (draw >>> 16) % count;
  // A rising candle more often makes its low first.
  if (close > open === highMinute < lowMinute && (draw & 0x30000) !== 0) [highMinute, lowMinute] = [lowMinute, highMinute];
  const firstExtreme = Math.min(highMinute, lowMinute);
  const secondExtreme = Math.max(highMinute, lowMinute);
  const points = [
    [0, open],
    [firstExtreme + 0.5, firstExtreme === highMinute ? high : low],
    [secondExtreme + 0.5, secondExtreme === highMinute ? high : low],
    [count, close],
  ] as const;
  const wobble = (high - low) / (2.2 * Math.sqrt(count));
  let previous = open;
  let segment = 0;
  for (let minute = 0; minute < count; minute++) {
    const at = minute + 1;
    while (segment < 2 && at > points[segment + 1]![0]) segment++;
    const [fromAt, from] = points[segment]!;
    const [toAt, to] = points[segment + 1]!;
    const noise = hashAt(seed ^ 0x92, position * 1_440 + minute);
    const straight = toAt > fromAt ? from + ((to - from) * (at - fromAt)) / (toAt - fromAt) : to;
    const wanted = at === count ? close : Math.round(straight + wobble * normalFrom(noise, 0));
    const minuteClose = Math.min(high, Math.max(low, wanted));
    const reach = wobble * 0.8;
    const above = Math.round(reach * Math.abs(normalFrom(noise, 10)));
    const below = Math.round(reach * Math.abs(normalFrom(noise, 20)));
    const offset = minute * rowLength;
    into[offset] = previous;
    into[offset + 1] = minute === highMinute ? high : Math.min(high, Math.max(previous, minuteClose) + above);
    into[offset + 2] = minute === lowMinute ? low : Math.max(low, Math.min(previous, minuteClose) - below);
    into[offset + 3] = minuteClose;
    previous = minuteClose;
  }
  shareOut(parent, parentOffset, count, seed, position, into);
}

/** Shares volume, quote, trades and taker flow over the minutes: whole units, taker within volume, a trade wherever there is volume. */
function shareOut(parent: Float64Array, parentOffset: number, count: number, seed: number, position: number, into: Float64Array): void {
  const volume = parent[parentOffset + 4]!;
  const quote = parent[parentOffset + 5]!;
  const trades = parent[parentOffset + 6]!;
  const takerBuy = parent[parentOffset + 7]!;
  const takerQuote = parent[parentOffset + 8]!;
  const range = parent[parentOffset + 1]! - parent[parentOffset + 2]!;
  let total = 0;
  for (let minute = 0; minute < count; minute++) {
    const offset = minute * rowLength;
    const span = range > 0 ? (into[offset + 1]! - into[offset + 2]!) / range : 0;
    const weight = (0.25 + span) * lognormalFrom(hashAt(seed ^ 0x93, position * 1_440 + minute), 0);
    total += weight;
    into[offset + 4] = total;
  }
  let volumeDone = 0;
  let quoteDone = 0;
  let takerDone = 0;
  let takerQuoteDone = 0;
  let busy = 0;
  for (let minute = 0; minute < count; minute++) {
    const offset = minute * rowLength;
    const share = minute === count - 1 ? 1 : into[offset + 4]! / total;
    const volumeUpTo = Math.floor(volume * share);
    const minuteVolume = volumeUpTo - volumeDone;
    volumeDone = volumeUpTo;
    if (minuteVolume > 0) busy++;
    const quoteUpTo = part(quote, volumeUpTo, volume, minute === count - 1);
    // What is left of the taker flow must fit into the volume that is left.
    const takerUpTo = Math.max(Math.min(Math.floor(takerBuy * share), takerDone + minuteVolume), takerBuy - (volume - volumeUpTo));
    const takerQuoteUpTo = part(takerQuote, takerUpTo, takerBuy, minute === count - 1);
    into[offset + 4] = minuteVolume;
    into[offset + 5] = quoteUpTo - quoteDone;
    into[offset + 7] = takerUpTo - takerDone;
    into[offset + 8] = takerQuoteUpTo - takerQuoteDone;
    quoteDone = quoteUpTo;
    takerDone = takerUpTo;
    takerQuoteDone = takerQuoteUpTo;
  }
  const spare = Math.max(0, trades - busy);
  let tradesDone = 0;
  let volumeSeen = 0;
  for (let minute = 0; minute < count; minute++) {
    const offset = minute * rowLength;
    const minuteVolume = into[offset + 4]!;
    volumeSeen += minuteVolume;
    const upTo = part(spare, volumeSeen, volume, minute === count - 1);
    into[offset + 6] = (Number.isNaN(trades) ? Number.NaN : upTo - tradesDone) + (minuteVolume > 0 && trades >= busy ? 1 : 0);
    tradesDone = upTo;
  }
}

/** The whole units of `all` that belong to `done` of `whole`; everything at the end. The products can exceed 2^53, the quotients cannot. */
function part(all: number, done: number, whole: number, isLast: boolean): number {
  if (isLast || done === whole) return all;
  return Math.floor(all * (done / whole));
}
