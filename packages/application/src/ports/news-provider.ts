import type { NewsSentiment } from "@winiswin/domain/news-sentiment";
import type { Result } from "@winiswin/domain/result";

export type { NewsSentiment };

/** What somebody may have written about. */
export interface NewsSubject {
  readonly symbol: string;
  readonly baseAsset: string;
}

/** The sentiments that a cycle was judged with; kept with the cycle, so that it can be judged again. */
export interface CycleNews {
  readonly provider: string;
  /** When they were read; a cycle may go on with those of an earlier one. */
  readonly readAtMs: number;
  readonly sentiments: readonly NewsSentiment[];
  /** Why there are none, when the news are off for this cycle. */
  readonly off: string | undefined;
}

export interface NewsQuestion {
  readonly subjects: readonly NewsSubject[];
  /** What was published after it or too long before it is left out. */
  readonly atMs: number;
  readonly timeoutMs: number;
}

/** Where sentiments come from; ends within the time-out, and whatever goes wrong outside is a failure in one sentence. */
export interface NewsProvider {
  readonly name: string;
  /** How many requests one reading costs at most. */
  readonly requests: number;
  read(question: NewsQuestion): Promise<Result<readonly NewsSentiment[], string>>;
}

/** What was read last and how much of a day's budget is spent. */
export interface NewsState {
  /** UTC, `2026-11-21`. */
  readonly day: string;
  readonly requests: number;
  readonly last: Pick<CycleNews, "provider" | "readAtMs" | "sentiments"> | undefined;
}

export interface NewsMemory {
  load(): Promise<NewsState | undefined>;
  save(state: NewsState): Promise<void>;
}
