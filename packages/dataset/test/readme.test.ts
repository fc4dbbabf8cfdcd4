import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { featureDescriptions, featureSchemaVersion } from "../src/features.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

it("the README lists every feature of the present schema in the order of the columns, with unit, range and meaning", () => {
  const edge = (value: number | undefined) => (value === undefined ? "" : String(value));
  const described = featureDescriptions.map(
    ({ name, family, unit, range, meaning }) =>
      `| \`${name}\` | ${family} | ${unit} | ${edge(range[0])} .. ${edge(range[1])} | ${meaning} |`,
  );

  expect(readme.split("\n").filter((line) => line.startsWith("| `"))).toEqual(described);
  expect(readme).toContain(`## Features, schema version ${featureSchemaVersion}\n`);
});
