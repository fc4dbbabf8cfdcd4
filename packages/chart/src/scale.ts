/** A straight way from values to pixels. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  of(value: number): number;
}

/** `low` at `start`, `high` at `end`, in pixels; one value alone stands in the middle. */
export function scaleOf(low: number, high: number, start: number, end: number): Scale {
  const span = high - low;
  return { from: low, to: high, of: (value) => (span > 0 ? start + ((value - low) / span) * (end - start) : (start + end) / 2) };
}

/** Round values within the range, about so many: steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(low: number, high: number, about: number): readonly number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  // A range far below what float64 tells apart has no round values of its own.
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || last - first > 4 * about) return [low];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}

const hourMs = 3_600_000;
const spansMs = [
  hourMs,
  2 * hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  24 * hourMs,
  48 * hourMs,
  168 * hourMs,
  336 * hourMs,
  672 * hourMs,
];

/** Full hours or days within the range, at most so many, with what to write there. */
export function timeTicks(fromMs: number, toMs: number, most: number): readonly { readonly atMs: number; readonly label: string }[] {
  const span = spansMs.find((candidate) => (toMs - fromMs) / candidate <= most) ?? Math.ceil((toMs - fromMs) / most);
  const ticks: { atMs: number; label: string }[] = [];
  for (let atMs = Math.ceil(fromMs / span) * span; atMs <= toMs; atMs += span) {
    const iso = new Date(atMs).toISOString();
    ticks.push({ atMs, label: atMs % (24 * hourMs) === 0 ? iso.slice(5, 10) : iso.slice(11, 16) });
  }
  return ticks;
}

/** A price with at most seven digits that mean something, and never an exponent. */
export function priceLabel(price: number): string {
  const digitsBefore = price === 0 ? 1 : Math.floor(Math.log10(Math.abs(price))) + 1;
  const digits = Math.min(12, Math.max(0, 6 - digitsBefore));
  const fixed = price.toFixed(digits);
  return fixed.includes(".") ? fixed.replace(/0+$/, "").replace(/\.$/, "") : fixed;
}
