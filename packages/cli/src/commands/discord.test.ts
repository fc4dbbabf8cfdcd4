import { expect, it } from "vitest";
import { exitCodeOf } from "./discord.ts";

it.each([
  ["Unknown command", 2],
  ["Not understood", 2],
  ["Status", 0],
])("an answer with the title %s means exit code %i", (title, exitCode) => {
  expect(exitCodeOf({ embeds: [{ title, description: "a sentence" }] })).toBe(exitCode);
});

it("an answer without a title is an answer", () => {
  expect(exitCodeOf({ content: "Not understood" })).toBe(0);
  expect(exitCodeOf(undefined)).toBe(0);
});
