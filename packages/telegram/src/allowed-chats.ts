/** Ids of people (positive) and of groups (negative); the first of them is told what happens. */
export type AllowedChats = ReadonlySet<string>;

/** Parses "112233, -100445566"; throws on anything that is no id. */
export function parseAllowedChats(list: string | undefined): AllowedChats {
  const ids = (list ?? "")
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
  const wrong = ids.find((id) => !/^-?\d{1,20}$/.test(id));
  if (wrong !== undefined)
    throw new Error(`TELEGRAM_ALLOWED_CHATS holds "${wrong}", which is no id of a chat (digits, a minus before those of groups)`);
  return new Set(ids);
}
