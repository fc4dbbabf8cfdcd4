/** People by their user ids and by the ids of roles that they have on the server. */
export interface People {
  readonly users: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
}

/** Who may do what: nobody anything when all lists are empty. */
export interface AllowedPeople {
  /** May look and act. */
  readonly acting: People;
  /** May look and nothing else. */
  readonly looking: People;
}

export type Permission = "act" | "look" | "nothing";

/** The lists as the environment has them. */
export interface PeopleLists {
  readonly DISCORD_ALLOWED_USERS?: string | undefined;
  readonly DISCORD_ALLOWED_ROLES?: string | undefined;
  readonly DISCORD_LOOKING_USERS?: string | undefined;
  readonly DISCORD_LOOKING_ROLES?: string | undefined;
}

/** Parses lists like "123, 456"; throws on anything that is no id, because a typing error must not pass for an empty list. */
export const parseAllowedPeople = (lists: PeopleLists): AllowedPeople => ({
  acting: { users: idsIn(lists, "DISCORD_ALLOWED_USERS"), roles: idsIn(lists, "DISCORD_ALLOWED_ROLES") },
  looking: { users: idsIn(lists, "DISCORD_LOOKING_USERS"), roles: idsIn(lists, "DISCORD_LOOKING_ROLES") },
});

export function permissionOf({ acting, looking }: AllowedPeople, userId: string, roleIds: readonly string[]): Permission {
  const isAmong = ({ users, roles }: People) => users.has(userId) || roleIds.some((role) => roles.has(role));
  return isAmong(acting) ? "act" : isAmong(looking) ? "look" : "nothing";
}

function idsIn(lists: PeopleLists, name: keyof PeopleLists): ReadonlySet<string> {
  const ids = (lists[name] ?? "")
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
  const wrong = ids.find((id) => !/^\d{1,20}$/.test(id));
  if (wrong !== undefined)
    throw new Error(
      `${name} holds "${wrong}", which is no Discord ${name.endsWith("ROLES") ? "role" : "user"} id (digits only, separated by commas)`,
    );
  return new Set(ids);
}
