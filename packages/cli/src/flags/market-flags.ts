import { z } from "zod";
import { usageFailure } from "../command-failure.ts";
import { wholeNumber } from "./flag-value.ts";

export const marketNames = ["generated", "recorded", "binance"] as const;

/** Where candles come from. */
export type Market =
  | { readonly kind: "generated"; readonly symbols: number; readonly seed: string }
  | { readonly kind: "recorded"; readonly folder: string }
  | { readonly kind: "binance" };

/** How the time of the market runs: with the real one, so many times faster, or as fast as the work gets done. */
export type Speed = { readonly kind: "real" } | { readonly kind: "accelerated"; readonly factor: number } | { readonly kind: "max" };

export const defaultSymbols = 650;
export const defaultSeed = "winiswin";
export const highestFactor = 600;

/** The flags that `start` and `exchange` have in common, as they are typed. */
export const marketFlags = {
  market: z.enum(marketNames, { error: `must be ${marketNames.join(", ")}` }).default("generated"),
  data: z.string().min(1, { error: "must name a folder" }).optional(),
  symbols: wholeNumber(1, 2000, "symbols").optional(),
  seed: z.string().min(1, { error: "must not be empty" }).max(64, { error: "must not be longer than 64 characters" }).optional(),
  speed: z
    .string()
    .refine((text) => text === "real" || text === "max" || isFactor(text), {
      error: `must be real, max or a factor like 60x (2x to ${highestFactor}x)`,
    })
    .optional(),
};

const isFactor = (text: string): boolean =>
  /^\d{1,3}x$/.test(text) && Number.parseInt(text, 10) >= 2 && Number.parseInt(text, 10) <= highestFactor;

export type ParsedMarketFlags = z.output<z.ZodObject<typeof marketFlags>>;

/** The market that the flags mean; throws a usage failure where they contradict one another. */
export function marketOf({ market, data, symbols, seed }: ParsedMarketFlags): Market {
  if (data !== undefined && market !== "recorded")
    throw usageFailure(`--data is given, but the market is ${market}.`, "Add --market recorded, or leave --data out.");
  if (seed !== undefined && market !== "generated")
    throw usageFailure(`--seed is given, but the market is ${market}.`, "A seed makes a generated market only: leave --seed out.");
  if (market === "binance") return { kind: "binance" };
  if (market === "generated") return { kind: "generated", symbols: symbols ?? defaultSymbols, seed: seed ?? defaultSeed };
  if (data === undefined)
    throw usageFailure(
      "--market recorded needs candles, but --data is missing.",
      "Add --data DIR: a folder of csv or csv.gz files, one symbol a file (BTCUSDT.csv.gz).",
    );
  return { kind: "recorded", folder: data };
}

/** The speed that the flags mean: 60x where nothing else is said, because a cycle every 15 seconds can be watched. */
export function speedOf({ market, speed }: Pick<ParsedMarketFlags, "market" | "speed">): Speed {
  if (market === "binance") {
    if (speed !== undefined && speed !== "real")
      throw usageFailure(
        `--speed ${speed} is given, but the market is binance.`,
        "The real market runs in real time only: leave --speed out.",
      );
    return { kind: "real" };
  }
  if (speed === "real") return market === "recorded" ? { kind: "accelerated", factor: 1 } : { kind: "real" };
  if (speed === "max") return { kind: "max" };
  return { kind: "accelerated", factor: Number.parseInt(speed ?? "60x", 10) };
}

/** Parses what was typed; the first wrong flag is named with what was found and what is expected. */
export function parseFlags<Shape extends z.ZodRawShape>(
  shape: Shape,
  given: Readonly<Record<string, unknown>>,
): z.output<z.ZodObject<Shape>> {
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const flag = String(issue.path[0]);
  throw usageFailure(`--${flag} is "${String(given[flag])}" but ${issue.message}.`, "winiswin --help shows examples.");
}
