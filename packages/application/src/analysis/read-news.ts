import { dayOf } from "@winiswin/domain/cycle";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { CycleNews, NewsMemory, NewsProvider, NewsSentiment, NewsState, NewsSubject } from "../ports/news-provider.ts";

export interface NewsDependencies {
  /** Why there is none when there is none: switched off, or its key is missing. */
  readonly provider: NewsProvider | { readonly missing: string };
  readonly memory: NewsMemory;
  readonly limits: NewsLimits;
}

export interface NewsLimits {
  readonly timeoutMs: number;
  /** How long a reading serves the cycles after it. */
  readonly keptMs: number;
  readonly requestsPerDay: number;
}

/** What the dispatch itself needs before the close, in real milliseconds. */
const reservedMs = 5_000;
/** With less time than this, asking is not worth a request. */
const shortestMs = 500;
/** The row of a cycle is read with every list of cycles: it keeps the sentiments of so many symbols, those with most headlines. */
export const mostSentiments = 50;

export const newsOf = (news: CycleNews | undefined, symbol: string): NewsSentiment | undefined =>
  news?.sentiments.find((one) => one.symbol === symbol);

/** The sentiments for one cycle, read before its close or taken from an earlier reading; whatever goes wrong turns them off, with the reason. */
export async function readNews(
  closeTimeMs: number,
  subjects: readonly NewsSubject[],
  { provider, memory, limits }: NewsDependencies,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<CycleNews> {
  const nowMs = clock.nowMs();
  const name = "missing" in provider ? "none" : provider.name;
  const off = (reason: string): CycleNews => {
    logger.warn("news are off for the cycle", { closeTimeMs, reason });
    return { provider: name, readAtMs: nowMs, sentiments: [], off: reason };
  };
  if ("missing" in provider) return off(provider.missing);

  const day = dayOf(nowMs);
  const stored = await memory.load();
  const last = stored?.last?.provider === name && stored.last.readAtMs <= nowMs ? stored.last : undefined;
  if (last !== undefined && nowMs - last.readAtMs < limits.keptMs) return { ...last, off: undefined };

  const spent = stored?.day === day ? stored.requests : 0;
  if (spent + provider.requests > limits.requestsPerDay) return off(`the ${limits.requestsPerDay} requests of ${day} are spent`);
  const timeoutMs = Math.min(limits.timeoutMs, clock.realMsUntil(closeTimeMs) - reservedMs);
  if (timeoutMs < shortestMs) return off("there is no time before the close");

  // Counted before it is sent: a crash in between must not spend the budget twice.
  const state: NewsState = { day, requests: spent + provider.requests, last };
  await memory.save(state);
  const answer = await provider.read({ subjects, atMs: nowMs, timeoutMs });
  if (!answer.ok) return off(answer.failure);
  const byHeadlines = [...answer.value].sort(
    (first, second) => second.headlines - first.headlines || (first.symbol < second.symbol ? -1 : 1),
  );
  const reading = { provider: name, readAtMs: nowMs, sentiments: byHeadlines.slice(0, mostSentiments) };
  await memory.save({ ...state, last: reading });
  return { ...reading, off: undefined };
}
