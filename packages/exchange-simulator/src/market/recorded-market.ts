import type { MarketFeed } from "./market-feed.ts";
export function loadRecordedMarket(_folder: string, _symbols: readonly string[] | undefined, _report: (line: string) => void): MarketFeed {
  throw new Error("Recorded markets are being built.");
}
