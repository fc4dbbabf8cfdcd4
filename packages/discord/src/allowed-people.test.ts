import { describe, expect, test } from "vitest";
import { parseAllowedPeople, permissionOf } from "./allowed-people.ts";

describe("who is allowed", () => {
  const people = parseAllowedPeople({
    DISCORD_ALLOWED_USERS: "1, 2 ,,",
    DISCORD_ALLOWED_ROLES: "70",
    DISCORD_LOOKING_USERS: "3",
    DISCORD_LOOKING_ROLES: "80",
  });

  test.each([
    ["1", [], "act"],
    ["2", ["80"], "act"],
    ["9", ["5", "70"], "act"],
    ["3", [], "look"],
    ["9", ["80"], "look"],
    ["9", [], "nothing"],
    ["70", [], "nothing"],
    ["9", ["1"], "nothing"],
  ])("user %s with roles %j may %s", (userId, roles, expected) => {
    expect(permissionOf(people, userId, roles)).toBe(expected);
  });

  test("is nobody when nothing is given", () => {
    expect(permissionOf(parseAllowedPeople({}), "1", ["2"])).toBe("nothing");
  });

  test("is an error when a list holds a name instead of an id", () => {
    expect(() => parseAllowedPeople({ DISCORD_ALLOWED_USERS: "1,anna" })).toThrow(
      'DISCORD_ALLOWED_USERS holds "anna", which is no Discord user id',
    );
    expect(() => parseAllowedPeople({ DISCORD_LOOKING_ROLES: "admins" })).toThrow("no Discord role id");
  });
});
