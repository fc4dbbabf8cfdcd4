import type { KeyRights } from "../../ports/key-rights.ts";

export type KeyVerdict =
  | { readonly verdict: "accepted"; readonly remarks: readonly string[] }
  | { readonly verdict: "refused"; readonly reason: string };

/** Whether real money may be traded with a key: it must be able to trade and unable to take money out; what cannot be known is said. */
export function reviewKey({ canTrade, canWithdraw, isBoundToAddresses }: KeyRights): KeyVerdict {
  if (!canTrade) return { verdict: "refused", reason: "the API key or its account may not trade futures: allow futures for the key" };
  if (canWithdraw === true) {
    return {
      verdict: "refused",
      reason: "the API key may withdraw money, which this system never needs: make one without the right to withdraw",
    };
  }
  if (canWithdraw === undefined) {
    const reason =
      "whether the API key may withdraw money could not be learnt, and that is asked again: nothing is entered until it is known";
    return { verdict: "refused", reason };
  }
  const remarks: string[] = [];
  if (isBoundToAddresses === false)
    remarks.push("the API key works from every address: bind it to those that trade, or it may lose its right to trade");
  return { verdict: "accepted", remarks };
}
