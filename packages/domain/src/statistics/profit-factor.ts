/** Sum of the gains over the sum of the losses, in the unit of the results (USDT or R); undefined without a loss. */
export function profitFactor(results: readonly number[]): number | undefined {
  const sum = (total: number, result: number) => total + result;
  const gains = results.filter((result) => result > 0).reduce(sum, 0);
  const losses = -results.filter((result) => result < 0).reduce(sum, 0);
  return losses === 0 ? undefined : gains / losses;
}
