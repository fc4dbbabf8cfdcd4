import type { NewsQuestion, NewsSubject } from "@winiswin/application/ports/news-provider";
import { type Result, succeeded } from "@winiswin/domain/result";
import { requestText } from "./bounded-request.ts";
import { isAbout } from "./coin-name.ts";
import { headlinesOf } from "./feed.ts";
import type { Headline } from "./headline.ts";

export interface FeedOptions {
  readonly feedUrl: string;
  readonly maximumAgeHours: number;
}

/** The headlines about one symbol, the newest first. */
export interface SymbolHeadlines {
  readonly subject: NewsSubject;
  readonly headlines: readonly Headline[];
}

const largestFeedBytes = 2_000_000;
const hourMs = 3_600_000;
const accepted =
  "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.9, */*;q=0.1";

/** What was published about each subject in the hours before the question, and nothing that came after it; symbols without any are left out. */
export async function readFeed(
  { subjects, atMs, timeoutMs }: NewsQuestion,
  { feedUrl, maximumAgeHours }: FeedOptions,
): Promise<Result<readonly SymbolHeadlines[], string>> {
  const headers = { accept: accepted, "user-agent": "winiswin" };
  const text = await requestText({ url: feedUrl, headers, timeoutMs, largestBytes: largestFeedBytes });
  if (!text.ok) return text;
  const parsed = headlinesOf(text.value);
  if (!parsed.ok) return parsed;
  const recent = parsed.value
    .filter(({ publishedAtMs }) => publishedAtMs <= atMs && publishedAtMs > atMs - maximumAgeHours * hourMs)
    .sort((first, second) => second.publishedAtMs - first.publishedAtMs || (first.title < second.title ? -1 : 1));
  const unique = recent.filter(({ title }, index) => recent.findIndex((other) => other.title === title) === index);
  return succeeded(
    subjects.flatMap((subject) => {
      const headlines = unique.filter(({ title }) => isAbout(title, subject.baseAsset));
      return headlines.length === 0 ? [] : [{ subject, headlines }];
    }),
  );
}
