import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { configurationFileVariable, configurationNames, parseConfiguration } from "@winiswin/application/configuration";
import { settings } from "@winiswin/application/configuration-settings";
import { describe, expect, it } from "vitest";
import { environmentNames, secrets } from "../../../stacks/topology.ts";

const text = readFileSync(new URL("../../../.env.example", import.meta.url), "utf8");
const lines = text.split("\n");
const given = parseEnv(text);

/** BinanceApiKey -> BINANCE_API_KEY. */
const variableOf = (secret: string): string => secret.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();

describe(".env.example", () => {
  it("names every variable that is read, every secret, and nothing else", () => {
    // The token is read by the command that registers and is deployed nowhere.
    const read = new Set([
      configurationFileVariable,
      "DISCORD_BOT_TOKEN",
      ...configurationNames,
      ...environmentNames,
      ...Object.keys(secrets).map(variableOf),
    ]);

    expect(Object.keys(given).sort()).toEqual([...read].sort());
  });

  it("shows the defaults: with all of it nothing is configured otherwise than with nothing", () => {
    const withAll = parseConfiguration(given);

    expect(withAll.ok).toBe(true);
    expect(JSON.stringify(withAll)).toBe(JSON.stringify(parseConfiguration({})));
  });

  it("leaves to winiswin.yaml what stands there, because a copy of it would win over that file", () => {
    const overriding = Object.values(settings).flatMap(({ path, variable }) => (path === undefined ? [] : (variable ?? [])));

    expect(overriding.filter((name) => given[name] !== "")).toEqual([]);
  });

  it("holds no secret", () => {
    for (const secret of [...Object.keys(secrets).map(variableOf), "DISCORD_BOT_TOKEN"]) expect(given[secret], secret).toBe("");
  });

  it("says a word about every variable right above it", () => {
    const unexplained = lines.filter((line, index) => /^[A-Z_]+=/.test(line) && !explains(lines, index));

    expect(unexplained).toEqual([]);
  });
});

/** A comment above, directly or above other variables of the same paragraph. */
function explains(all: readonly string[], index: number): boolean {
  for (let above = index - 1; above >= 0 && all[above] !== ""; above--) if (all[above]?.startsWith("# ") === true) return true;
  return false;
}
