import { failed, type Result, succeeded } from "@winiswin/domain/result";
import type { Button } from "./view.ts";

/** What a button means: ask a command, or say yes or no to a confirmation. */
export type ButtonMeaning =
  | { readonly kind: "ask"; readonly command: string; readonly options: Readonly<Record<string, string>> }
  | { readonly kind: "confirm" | "cancel"; readonly confirmationId: string };

/** Of all surfaces the least room for a key, in bytes of UTF-8. */
export const longestKeyBytes = 64;

const form = /^v1:(?:(yes|no):([0-9a-f]{16})|ask:([a-z]{1,32})(?::symbol=([\p{L}\p{N}_]{1,40}))?)$/u;

const keyOf = (meaning: ButtonMeaning): string => {
  if (meaning.kind !== "ask") return `v1:${meaning.kind === "confirm" ? "yes" : "no"}:${meaning.confirmationId}`;
  const { symbol } = meaning.options;
  return `v1:ask:${meaning.command}${symbol === undefined ? "" : `:symbol=${symbol}`}`;
};

/** Nothing where the key would be longer than a surface takes: then the command must be typed. */
export function buttonsFor(
  wanted: readonly { readonly label: string; readonly style?: Button["style"]; readonly meaning: ButtonMeaning }[],
): readonly Button[] {
  return wanted
    .map(({ label, style = "plain", meaning }) => ({ label, style, key: keyOf(meaning) }))
    .filter(({ key }) => bytesOf(key) <= longestKeyBytes && form.test(key));
}

/** The failure is for the log: a key that is none of ours was not made by us. */
export function parseButtonKey(key: string): Result<ButtonMeaning, string> {
  const parts = form.exec(key);
  if (parts === null) return failed("the key of the button is none of ours");
  const [, answer, confirmationId, command, symbol] = parts;
  if (answer !== undefined && confirmationId !== undefined)
    return succeeded({ kind: answer === "yes" ? "confirm" : "cancel", confirmationId });
  return command === undefined
    ? failed("the key of the button says nothing")
    : succeeded({ kind: "ask", command, options: symbol === undefined ? {} : { symbol } });
}

/** Bytes of UTF-8. */
export function bytesOf(content: string): number {
  let bytes = 0;
  for (const character of content) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
