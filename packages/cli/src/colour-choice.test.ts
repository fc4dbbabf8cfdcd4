import { describe, expect, it } from "vitest";
import { choosesColour } from "./colour-choice.ts";

describe("colour", () => {
  it("is there on a terminal", () => {
    expect(choosesColour({ TERM: "xterm-256color" }, [], true)).toBe(true);
  });

  it.each([
    ["a pipe", {}, [], false],
    ["NO_COLOR", { NO_COLOR: "1" }, [], true],
    ["CI", { CI: "true" }, [], true],
    ["a dumb terminal", { TERM: "dumb" }, [], true],
    ["--no-color", {}, ["start", "--no-color"], true],
    ["--no-color in spite of FORCE_COLOR", { FORCE_COLOR: "1" }, ["--no-color"], true],
  ])("is left out for %s", (_name, environment, programArguments, isTerminal) => {
    expect(choosesColour(environment, programArguments, isTerminal)).toBe(false);
  });

  it("is there in a pipe when it is forced", () => {
    expect(choosesColour({ FORCE_COLOR: "1" }, [], false)).toBe(true);
  });

  it("counts an empty NO_COLOR as absent", () => {
    expect(choosesColour({ NO_COLOR: "" }, [], true)).toBe(true);
  });
});
