/** Share of the results above 0 among those that are not 0, 0..100; what came out even counts for neither. Undefined without any. */
export function winRatePercent(results: readonly number[]): number | undefined {
  const won = results.filter((result) => result > 0).length;
  const lost = results.filter((result) => result < 0).length;
  return won + lost === 0 ? undefined : (100 * won) / (won + lost);
}
