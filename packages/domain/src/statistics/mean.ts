/** The arithmetic mean; of results in R it is the expectancy. Undefined without a value. */
export const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0) / values.length;
