import { expect, test } from "vitest";
import { parseAllowedUsers } from "./allowed-users.ts";

test.each([
  [undefined, []],
  ["", []],
  [" , ", []],
  ["123, 456,", ["123", "456"]],
])("the list %j names %j", (list, ids) => {
  expect([...parseAllowedUsers(list)]).toEqual(ids);
});

test("a typing error does not pass for an empty list", () => {
  expect(() => parseAllowedUsers("123;456")).toThrow('DISCORD_ALLOWED_USERS holds "123;456"');
});
