/** At most `limit` UTF-16 units, ending in "…" when something was cut; never splits a character in two. */
export function shortened(content: string, limit: number): string {
  if (content.length <= limit) return content;
  if (limit <= 0) return "";
  const cut = content.slice(0, limit - 1);
  const last = cut.charCodeAt(cut.length - 1);
  const whole = last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut;
  // A backslash at the end would escape the ellipsis instead of the character it stood before.
  return `${whole.replace(/\\+$/, "")}…`;
}

/** Text that Discord's markdown leaves as it is: a strategy named ict_smc must not come out in italics. */
export const plain = (content: string): string => content.replace(/[\\*_~`|[\]<]/g, "\\$&");
