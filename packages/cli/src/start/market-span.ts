import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StartOptions } from "../flags/start-flags.ts";
import { listedSymbols, requireListed } from "./known-symbols.ts";
import { endLineOf, recordedSpanOf, requireClose, requireQuarterHours, runSpan } from "./recorded-span.ts";

export interface MarketSpan {
  /** Undefined: the market's own beginning, or where the stored state left off. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** Undefined unless recorded. */
  readonly recordedSymbols: number | undefined;
  /** What has to be known of the recording before it runs. */
  readonly remarks: readonly string[];
}

/** From when to when the market runs; throws a usage failure when symbols, files or times cannot be meant. */
export function marketSpan(options: StartOptions, namedSymbols: readonly string[] | undefined, nowMs: number): MarketSpan {
  const { market, fromMs, toMs } = options;
  if (market.kind === "recorded") {
    const recorded = recordedSpanOf(market.folder);
    requireQuarterHours(recorded);
    if (namedSymbols !== undefined) requireListed(namedSymbols, recorded.symbols);
    return {
      ...runSpan(recorded, options),
      recordedSymbols: recorded.symbols.length,
      remarks: [...recorded.defects, ...endLineOf(recorded, toMs)],
    };
  }
  const beginMs = fromMs ?? nowMs;
  if (market.kind === "generated" && namedSymbols !== undefined) requireListed(namedSymbols, listedSymbols(market, beginMs));
  // A stored state goes on at its own time, which is told once it is known.
  if (fromMs !== undefined || isNewState(options)) requireClose(beginMs, toMs);
  return { fromMs, toMs, recordedSymbols: undefined, remarks: [] };
}

const isNewState = ({ fresh, stateFolder }: StartOptions): boolean => fresh || !existsSync(join(stateFolder, "state.json"));
