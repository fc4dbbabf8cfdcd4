import { nearestName } from "@winiswin/application/configuration-suggestion";
import { generateInstruments } from "@winiswin/exchange-simulator/market/generated-instruments";
import { usageFailure } from "../command-failure.ts";
import type { Market } from "../flags/market-flags.ts";

/** What a generated market lists, the contracts that nobody should trade included. */
export const listedSymbols = ({ seed, symbols }: Extract<Market, { kind: "generated" }>, fromMs: number): readonly string[] =>
  generateInstruments(seed, symbols, fromMs).map(({ instrument }) => instrument.symbol);

/** Throws a usage failure for the first named symbol that the market does not list, with the nearest one that it does. */
export function requireListed(named: readonly string[], listed: readonly string[]): void {
  const unknown = named.find((symbol) => !listed.includes(symbol));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, listed);
  const some = `${listed.slice(0, 5).join(", ")}${listed.length > 5 ? ` and ${listed.length - 5} more` : ""}`;
  const guess = nearest === undefined ? "." : `: did you mean ${nearest}?`;
  throw usageFailure(`The symbol ${unknown} of STATIC_SYMBOLS (universe.symbols) is not in this market${guess}`, `It lists ${some}.`);
}
