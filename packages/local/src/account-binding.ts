import { z } from "zod";

const boundAccount = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("simulated") }),
  z.strictObject({
    kind: z.enum(["demo", "live"]),
    /** Of the exchange's address, with its port. */
    host: z.string().min(1),
    /** Tells one key from another and is no part of either. */
    keyMark: z.string().min(1),
  }),
]);

/** The account whose positions the tables of a state folder are about. */
export type BoundAccount = z.output<typeof boundAccount>;

export type ExchangeAccount = Extract<BoundAccount, { readonly host: string }>;

export const storedAccount = boundAccount.optional();

/** In words, for a sentence. */
export const accountText = (account: BoundAccount): string =>
  account.kind === "simulated" ? "a simulated account" : `the ${account.kind} account at ${account.host}`;

/**
 * Why the tables of one account must not be used for another, in one sentence; undefined when they may.
 *
 * Records of another account's positions would be taken for positions that are gone, and its own for somebody else's.
 */
export function accountRefusal(path: string, stored: BoundAccount, wanted: BoundAccount, isSameWithNewKey: boolean): string | undefined {
  const elsewhere = "choose another folder with --state";
  if (stored.kind === "simulated" && wanted.kind === "simulated") return undefined;
  if (stored.kind === "simulated" || wanted.kind === "simulated" || stored.kind !== wanted.kind || stored.host !== wanted.host)
    return `The state in ${path} is about ${accountText(stored)} and cannot be used for ${accountText(wanted)}: ${elsewhere}.`;
  if (stored.keyMark === wanted.keyMark || isSameWithNewKey) return undefined;
  return `The state in ${path} is about ${accountText(stored)} with another API key: ${elsewhere}, or say with --new-key that the key of the same account was replaced.`;
}

/** Why a fresh start must not delete the tables; undefined when it may: what a real account holds outlives them, and would be nobody's then. */
export const deletionRefusal = (path: string, stored: BoundAccount | undefined): string | undefined =>
  stored === undefined || stored.kind === "simulated"
    ? undefined
    : `--fresh would delete what is known of ${accountText(stored)} in ${path}, whose positions may be open: choose another folder with --state, or delete it yourself once nothing is open there.`;
