/** 1e-12 to 1e12, as literals: the power operator is slow and rounds. */
const powersOfTen = Float64Array.from({ length: 25 }, (_, index) => Number(`1e${index - 12}`));

/** Distance between round numbers at a price: a tenth of its power of ten (1,000 at 60,000; 0.01 at 0.52). */
export const roundNumberStep = (price: number): number => powersOfTen[Math.max(0, Math.floor(Math.log10(price)) - 1 + 12)]!;

/** The round number nearest to the price. */
export function nearestRoundNumber(price: number): number {
  const step = roundNumberStep(price);
  return Math.round(price / step) * step;
}
