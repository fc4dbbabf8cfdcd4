import { resolve } from "node:path";
import { z } from "zod";
import { usageFailure } from "../command-failure.ts";
import { isoTime, wholeNumber } from "./flag-value.ts";
import { type Market, marketFlags, marketOf, parseFlags, type Speed, speedOf } from "./market-flags.ts";

/** What `winiswin start` was asked for, free of contradictions. */
export interface StartOptions {
  readonly market: Market;
  /** Where orders are filled: on paper in this machine's simulated account, or in one at an exchange. */
  readonly account: AccountKind;
  /** The confirmation of a live start is given beforehand. */
  readonly yes: boolean;
  /** The account of the stored state is the same although its key is another. */
  readonly newKey: boolean;
  readonly speed: Speed;
  /** Undefined: the market's own beginning, or where the stored state left off. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** Undefined: until `toMs`, the end of the recording, or stopped by hand. */
  readonly cycles: number | undefined;
  /** At most so many symbols are analyzed; undefined: as configured. */
  readonly maximumSymbols: number | undefined;
  readonly stateFolder: string;
  /** The first of the consecutive ports that are listened on; 0 takes free ones, undefined the usual ones. */
  readonly basePort: number | undefined;
  readonly fresh: boolean;
  readonly json: boolean;
}

export const accountKinds = ["paper", "demo", "live"] as const;

export type AccountKind = (typeof accountKinds)[number];

const startFlags = {
  ...marketFlags,
  account: z.enum(accountKinds, { error: `must be ${accountKinds.join(", ")}` }).optional(),
  yes: z.boolean().default(false),
  newKey: z.boolean().default(false),
  once: z.boolean().default(false),
  cycles: wholeNumber(1, 1_000_000, "cycles").optional(),
  from: isoTime.optional(),
  to: isoTime.optional(),
  state: z.string().min(1, { error: "must name a folder" }).optional(),
  port: wholeNumber(0, 65_000, "the first of seven ports, 0 for free ones").optional(),
  fresh: z.boolean().default(false),
  json: z.boolean().default(false),
};

/** Parses and checks everything once; throws a usage failure with one sentence for the first thing that cannot be meant. */
export function parseStartFlags(
  given: Readonly<Record<string, unknown>>,
  place: { readonly workingFolder: string; readonly defaultStateFolder: string },
): StartOptions {
  const flags = parseFlags(startFlags, given);
  const market = marketOf(flags);
  const speed = speedOf(flags);
  const account = accountIn(flags);
  if (flags.once && flags.cycles !== undefined)
    throw usageFailure("--once and --cycles are both given.", "Keep one of them: --once means --cycles 1.");
  const cycles = flags.once ? 1 : flags.cycles;
  if (market.kind === "binance" && (flags.from !== undefined || flags.to !== undefined))
    throw usageFailure("--from or --to is given, but the market is binance.", "The real market runs now: leave them out, or use --cycles.");
  if (speed.kind === "real" && flags.from !== undefined)
    throw usageFailure("--from is given, but --speed real means now.", "Leave --from out, or use --speed 60x or --speed max.");
  if (flags.from !== undefined && flags.to !== undefined && flags.to <= flags.from)
    throw usageFailure(`--to ${String(given.to)} is not after --from ${String(given.from)}.`, "Give a later --to.");
  if (flags.json && cycles === undefined && flags.to === undefined && market.kind !== "recorded")
    throw usageFailure("--json prints one document at the end, but this run has no end.", "Add --once, --cycles N or --to ISO.");
  return {
    market: market.kind === "recorded" ? { kind: "recorded", folder: resolve(place.workingFolder, market.folder) } : market,
    account,
    yes: flags.yes,
    newKey: flags.newKey,
    speed,
    fromMs: flags.from,
    toMs: flags.to,
    cycles,
    maximumSymbols: flags.symbols,
    stateFolder: flags.state === undefined ? place.defaultStateFolder : resolve(place.workingFolder, flags.state),
    basePort: flags.port,
    fresh: flags.fresh,
    json: flags.json,
  };
}

function accountIn(flags: {
  readonly market: Market["kind"];
  readonly account?: AccountKind | undefined;
  readonly yes: boolean;
  readonly newKey: boolean;
}): AccountKind {
  const { market, account = "paper", yes, newKey } = flags;
  if (flags.account !== undefined && market !== "binance")
    throw usageFailure(
      `--account ${flags.account} is given, but the market is ${market}, which has an account of its own.`,
      "Add --market binance, or leave --account out.",
    );
  if (yes && account !== "live") throw usageFailure("--yes is given, but only --account live asks anything.", "Leave --yes out.");
  if (newKey && account === "paper")
    throw usageFailure("--new-key is given, but only --account demo and live have a key.", "Leave --new-key out.");
  return account;
}
