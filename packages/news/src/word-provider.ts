import type { NewsProvider } from "@winiswin/application/ports/news-provider";
import { succeeded } from "@winiswin/domain/result";
import { type FeedOptions, readFeed } from "./feed-reader.ts";
import { plainText } from "./headline.ts";

export type WordProviderOptions = FeedOptions;

const good = words(
  "approval approved approves adoption adopts backs boost boosts breakout bullish climbs gain gains high inflows jumps launch launches " +
    "partnership rallies rally rebound rebounds record rises soar soars surge surges upgrade wins",
);
const bad = words(
  "attack ban bans bankruptcy bearish breach charged charges collapse collapses crackdown crash crashes delist delisted delisting drop " +
    "drops exploit exploited falls fine fraud hack hacked halts lawsuit liquidations loses losses outage outflows plunge plunges probe " +
    "sanctions scam sell-off selloff slump slumps sues tumble tumbles",
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

/** 1 with more good than bad words, -1 with more bad ones, else 0. */
export function soundOf(title: string): -1 | 0 | 1 {
  let balance = 0;
  for (const word of title.toLowerCase().split(/[^a-z-]+/)) balance += good.has(word) ? 1 : bad.has(word) ? -1 : 0;
  return balance > 0 ? 1 : balance < 0 ? -1 : 0;
}

/** The mean sound of a symbol's headlines: crude, but it needs no key and everybody can work it out again. */
export const createWordProvider = (options: WordProviderOptions): NewsProvider => ({
  name: "words",
  requests: 1,
  async read(question) {
    const read = await readFeed(question, options);
    if (!read.ok) return read;
    return succeeded(
      read.value.map(({ subject, headlines }) => {
        const sounds = headlines.map(({ title }) => soundOf(title));
        const sentiment = Math.round((100 * sounds.reduce<number>((sum, sound) => sum + sound, 0)) / sounds.length) / 100 + 0;
        return { symbol: subject.symbol, sentiment, headlines: headlines.length, reason: plainText(headlines[0]?.title ?? "", 120) };
      }),
    );
  },
});
