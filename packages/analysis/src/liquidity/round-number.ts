/** Distance between round numbers at a price: a tenth of its power of ten (1,000 at 60,000; 0.01 at 0.52). */
export const roundNumberStep = (price: number): number => 10 ** (Math.floor(Math.log10(price)) - 1);

/** The round number nearest to the price. */
export function nearestRoundNumber(price: number): number {
  const step = roundNumberStep(price);
  return Math.round(price / step) * step;
}
