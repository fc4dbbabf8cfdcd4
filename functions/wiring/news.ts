import type { NewsDependencies } from "@winiswin/application/analysis/read-news";
import { createModelProvider, createWordProvider } from "@winiswin/news";
import { createNewsMemory } from "@winiswin/storage/news-memory";
import { Resource } from "sst";
import { configuration } from "./configuration.ts";
import { table } from "./control.ts";
import { once } from "./once.ts";

function provider(): NewsDependencies["provider"] {
  const { news } = configuration();
  if (news.provider === "off") return { missing: "news.provider is off" };
  if (news.provider === "words") return createWordProvider(news);
  const apiKey = Resource.NewsModelApiKey.value;
  if (apiKey === "") return { missing: "NEWS_MODEL_API_KEY is not set" };
  // Not the given clock: the time that a request takes is real, whatever the market's time is.
  return createModelProvider({ ...news, baseUrl: news.modelUrl, apiKey, nowMs: () => performance.now() });
}

/** The news as configured; a missing key turns them off for each cycle with that reason. */
export const news = once(
  (): NewsDependencies => ({
    provider: provider(),
    memory: createNewsMemory(table(Resource.Control.name)),
    limits: configuration().news.limits,
  }),
);
