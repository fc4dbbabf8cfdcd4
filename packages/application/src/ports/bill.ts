/** What a month on AWS costs at list prices, in USD: a forecast, not an invoice. */
export interface MonthBill {
  readonly symbols: number;
  readonly usd: number;
  /** With what every account has free each month. */
  readonly usdAfterFree: number;
  /** The dearest first. */
  readonly services: readonly { readonly service: string; readonly usd: number; readonly usdAfterFree: number }[];
  /** Where the prices and the durations are from, one sentence. */
  readonly basis: string;
}

export interface BillForecast {
  /** Of so many symbols in each cycle. */
  month(symbols: number): Promise<MonthBill>;
}
