/** Randomness as a function of position instead of sequence: any value can be read without the ones before it. */

/** A 32-bit hash of a text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return scramble(hash);
}

/** A 32-bit hash of a seed and a position (any integer, also negative or above 32 bits). */
export function hashAt(seed: number, position: number): number {
  const high = Math.floor(position / 0x1_0000_0000);
  return scramble(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(position | 0, 0xc2b2ae35) ^ Math.imul(high, 0x27d4eb2f));
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function scramble(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** In [0, 1). */
export const uniformAt = (seed: number, position: number): number => hashAt(seed, position) / 0x1_0000_0000;

const tableBits = 12;
const tableSize = 1 << tableBits;
const tableMask = tableSize - 1;

/** The inverse of the normal distribution (Acklam's rational approximation, relative error below 1.2e-9). */
function normalQuantile(probability: number): number {
  const tail = 0.02425;
  if (probability < tail || probability > 1 - tail) {
    const q = Math.sqrt(-2 * Math.log(probability < 0.5 ? probability : 1 - probability));
    const top =
      ((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q +
      2.938163982698783;
    const bottom = (((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
    return probability < 0.5 ? top / bottom : -top / bottom;
  }
  const q = probability - 0.5;
  const r = q * q;
  const top =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r - 30.66479806614716) * r +
      2.506628277459239) *
    q;
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r - 13.28068155288572) * r + 1;
  return top / bottom;
}

/** Student t with 4 degrees of freedom, closed form, scaled to unit variance. */
function fatTailedQuantile(probability: number): number {
  const spread = 4 * probability * (1 - probability);
  const q = Math.cos(Math.acos(Math.sqrt(spread)) / 3) / Math.sqrt(spread);
  return (Math.sign(probability - 0.5) * 2 * Math.sqrt(Math.max(0, q - 1))) / Math.SQRT2;
}

const table = (quantile: (probability: number) => number): Float64Array =>
  Float64Array.from({ length: tableSize }, (_, index) => quantile((index + 0.5) / tableSize));

const normalTable = table(normalQuantile);
const fatTailedTable = table(fatTailedQuantile);
const exponentialTable = table((probability) => -Math.log(probability));
const lognormalTable = table((probability) => Math.exp(0.4 * normalQuantile(probability) - 0.08));

/** Draws from 12 bits of a hash, starting at `shift` (0, 10 or 20): one hash serves several draws. */
export const normalFrom = (hash: number, shift: number): number => normalTable[(hash >>> shift) & tableMask]!;
/** Unit variance, heavy tails. */
export const fatTailedFrom = (hash: number, shift: number): number => fatTailedTable[(hash >>> shift) & tableMask]!;
/** Mean 1. */
export const exponentialFrom = (hash: number, shift: number): number => exponentialTable[(hash >>> shift) & tableMask]!;
/** Mean 1, log-deviation 0.4. */
export const lognormalFrom = (hash: number, shift: number): number => lognormalTable[(hash >>> shift) & tableMask]!;
export const normalAt = (seed: number, position: number): number => normalFrom(hashAt(seed, position), 8);

/** A continuous noise of variance near 1 that forgets itself after about one unit of `position`. */
export function smoothNoise(seed: number, position: number): number {
  const from = Math.floor(position);
  const along = position - from;
  const weight = along * along * (3 - 2 * along);
  const mixed = normalAt(seed, from) * (1 - weight) + normalAt(seed, from + 1) * weight;
  return mixed / Math.sqrt(weight * weight + (1 - weight) * (1 - weight));
}
