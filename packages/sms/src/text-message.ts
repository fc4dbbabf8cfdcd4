import { cellText } from "@winiswin/application/commands/cell-text";
import type { View } from "@winiswin/application/commands/view";

/** Of the GSM alphabet one part holds so many characters; a second part costs as much again. */
export const longestText = 160;

/** What the GSM alphabet has, without the characters that count twice; anything else would more than halve the room. */
const gsm = /[^A-Za-z0-9 @!"#%&'()*+,\-./:;<=>?_]/g;

/** The title and the first words of a view within one part of a text message. */
export function textMessageOf({ title, blocks, atMs }: View): string {
  const words = [
    title,
    ...blocks.flatMap((block) =>
      block.kind === "text"
        ? [block.text]
        : block.kind === "keyValues"
          ? block.entries.map(({ key, value }) => `${key} ${cellText(value, atMs)}`)
          : [],
    ),
  ];
  const plain = words
    .join(". ")
    .replace(/\u2014|\u2013/g, "-")
    .replace(/×/g, "x")
    .replace(/→/g, "->")
    .replace(gsm, " ")
    .replace(/\s+/g, " ")
    .trim();
  const prefixed = `Winiswin: ${plain}`;
  return prefixed.length <= longestText ? prefixed : `${prefixed.slice(0, longestText - 3).trimEnd()}...`;
}
