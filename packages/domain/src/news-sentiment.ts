/** What the news of the last hours say of one symbol. */
export interface NewsSentiment {
  readonly symbol: string;
  /** -1 (bad for the price) to 1 (good for it). */
  readonly sentiment: number;
  /** How many headlines it rests on. */
  readonly headlines: number;
  /** One short sentence, plain text. */
  readonly reason: string;
}
