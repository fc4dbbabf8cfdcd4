/** Who may see money: the Discord user ids of the list, and nobody when it is empty. */
export type AllowedUsers = ReadonlySet<string>;

/** Parses "123, 456"; throws on anything that is no user id, because a typing error must not pass for an empty list. */
export function parseAllowedUsers(list: string | undefined): AllowedUsers {
  const ids = (list ?? "")
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
  const wrong = ids.find((id) => !/^\d{1,20}$/.test(id));
  if (wrong !== undefined)
    throw new Error(`DISCORD_ALLOWED_USERS holds "${wrong}", which is no Discord user id (digits only, separated by commas)`);
  return new Set(ids);
}
