import { sha256 } from "./identity.ts";
import { type Instrument, isTradable } from "./instrument.ts";

/** `all`: every tradable perpetual; `auto`: the ones with the highest 24-hour volume; `static`: a given list. */
export type SymbolMode = "all" | "auto" | "static";

export interface UniverseChoice {
  readonly mode: SymbolMode;
  readonly maximumSymbols: number;
  readonly staticSymbols: readonly string[];
}

/** Symbols to analyze, alphabetical, so that equal input gives equal shards. Volumes are in USDT and only read when symbols must be left out. */
export function chooseUniverse(
  instruments: readonly Instrument[],
  choice: UniverseChoice,
  quoteVolumes: ReadonlyMap<string, number>,
): readonly string[] {
  const tradable = instruments.filter(isTradable).map((instrument) => instrument.symbol);
  const candidates = choice.mode === "static" ? tradable.filter((symbol) => choice.staticSymbols.includes(symbol)) : tradable;
  if (choice.mode === "all" && candidates.length <= choice.maximumSymbols) return candidates.sort();
  const byVolume = (first: string, second: string) =>
    (quoteVolumes.get(second) ?? 0) - (quoteVolumes.get(first) ?? 0) || (first < second ? -1 : 1);
  return candidates.sort(byVolume).slice(0, choice.maximumSymbols).sort();
}

/** Whether choosing needs the volumes at all (a request of weight 40). */
export const needsVolumes = (instruments: readonly Instrument[], choice: UniverseChoice): boolean =>
  choice.mode !== "all" || instruments.filter(isTradable).length > choice.maximumSymbols;

/** How many shards a universe of at most so many symbols needs at about 50 a shard; doubling, so that growth rarely moves a symbol. */
export function shardCountFor(maximumSymbols: number): number {
  let shards = 1;
  while (maximumSymbols / shards > 65) shards *= 2;
  return shards;
}

/** The shard of a symbol: stable as long as the number of shards is. */
export const shardOf = (symbol: string, shardCount: number): number => Number.parseInt(sha256(symbol).slice(0, 8), 16) % shardCount;
