/** One title of a feed, as data: whatever it says is never an instruction to anybody. */
export interface Headline {
  /** Plain text in one line. */
  readonly title: string;
  readonly publishedAtMs: number;
}

const longestTitle = 200;

/** Without markup, control characters and line ends, and short: a title is not a place for documents. */
export function plainText(text: string, longest = longestTitle): string {
  const line = withoutTags(decoded(text))
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  const characters = [...line];
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join("")}…`;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : " ";
  });

const withoutTags = (text: string): string => text.replace(/<[^<>]{0,500}>/g, " ");
