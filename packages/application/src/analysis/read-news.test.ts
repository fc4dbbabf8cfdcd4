import { failed, succeeded } from "@winiswin/domain/result";
import { inMemoryNewsMemory } from "@winiswin/testkit/in-memory-news-memory";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { describe, expect, it } from "vitest";
import type { NewsProvider, NewsQuestion, NewsState } from "../ports/news-provider.ts";
import { mostSentiments, readNews } from "./read-news.ts";

const closeTimeMs = Date.UTC(2026, 10, 21, 10, 15);
const limits = { timeoutMs: 15_000, keptMs: 30 * 60_000, requestsPerDay: 10 };
const sentiments = [{ symbol: "BTCUSDT", sentiment: 0.5, headlines: 3, reason: "good" }];

function newsRoom(
  answer: Awaited<ReturnType<NewsProvider["read"]>>,
  { first, leftMs = 60_000 }: { first?: NewsState; leftMs?: number } = {},
) {
  const questions: NewsQuestion[] = [];
  const provider: NewsProvider = {
    name: "words",
    requests: 2,
    read: async (question) => {
      questions.push(question);
      return answer;
    },
  };
  let nowMs = closeTimeMs - 60_000;
  const clock = { nowMs: () => nowMs, sleepUntil: async () => undefined, realMsUntil: () => leftMs };
  const memory = inMemoryNewsMemory(first);
  return {
    questions,
    memory,
    advance: (spanMs: number) => {
      nowMs += spanMs;
    },
    read: (given: NewsProvider | { missing: string } = provider) =>
      readNews(
        closeTimeMs,
        [{ symbol: "BTCUSDT", baseAsset: "BTC" }],
        { provider: given, memory, limits },
        { clock, logger: recordingLogger() },
      ),
  };
}

describe("the news of a cycle", () => {
  it("are read once, serve the cycles of the next half hour, and are then read again", async () => {
    const room = newsRoom(succeeded(sentiments));
    const first = await room.read();
    room.advance(15 * 60_000);
    const second = await room.read();
    room.advance(15 * 60_000);
    await room.read();

    expect(first).toEqual({ provider: "words", readAtMs: closeTimeMs - 60_000, sentiments, off: undefined });
    expect(second).toEqual(first);
    expect(room.questions.map(({ atMs }) => atMs)).toEqual([closeTimeMs - 60_000, closeTimeMs - 60_000 + 30 * 60_000]);
  });

  it("never take more than the time that is left before the close, and are not asked for when none is", async () => {
    const short = newsRoom(succeeded([]), { leftMs: 9_000 });
    await short.read();
    expect(short.questions[0]?.timeoutMs).toBe(4_000);

    const late = newsRoom(succeeded(sentiments), { leftMs: 0 });
    expect(await late.read()).toMatchObject({ sentiments: [], off: "there is no time before the close" });
    expect(late.questions).toEqual([]);
  });

  it("are off with the reason when the provider fails or is missing", async () => {
    expect(await newsRoom(failed("the feed is no valid JSON")).read()).toMatchObject({ sentiments: [], off: "the feed is no valid JSON" });
    expect(await newsRoom(succeeded([])).read({ missing: "NEWS_MODEL_API_KEY is not set" })).toMatchObject({
      provider: "none",
      off: "NEWS_MODEL_API_KEY is not set",
    });
  });

  it("stop at the day's budget, which counts failures too, and begin anew on the next UTC day", async () => {
    const room = newsRoom(failed("no answer"));
    for (let reading = 0; reading < 7; reading++) await room.read();
    expect(room.questions).toHaveLength(5);
    expect((await room.read()).off).toBe("the 10 requests of 2026-11-21 are spent");
    room.advance(14 * 3_600_000);
    await room.read();
    expect(room.questions).toHaveLength(6);
  });

  it("of another provider or from the future are not taken", async () => {
    const before = { day: "2026-11-21", requests: 0 };
    const other = newsRoom(succeeded(sentiments), {
      first: { ...before, last: { provider: "model", readAtMs: closeTimeMs - 61_000, sentiments: [] } },
    });
    expect((await other.read()).sentiments).toEqual(sentiments);
    const future = newsRoom(succeeded(sentiments), {
      first: { ...before, last: { provider: "words", readAtMs: closeTimeMs, sentiments: [] } },
    });
    expect((await future.read()).sentiments).toEqual(sentiments);
  });

  it("keep those with most headlines when there are too many for a row", async () => {
    const many = Array.from({ length: 80 }, (_, index) => ({ symbol: `S${index}USDT`, sentiment: 0, headlines: index, reason: "" }));
    const { sentiments: kept } = await newsRoom(succeeded(many)).read();
    expect(kept).toHaveLength(mostSentiments);
    expect(kept[0]?.headlines).toBe(79);
  });
});
