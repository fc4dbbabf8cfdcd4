import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { parseConfiguration } from "@winiswin/application/configuration";
import { afterAll, describe, expect, it } from "vitest";
import { findConfigurationFile } from "../configuration-file.ts";
import { createTerminal } from "../terminal.ts";
import { runConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "winiswin-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function config(flags: Record<string, unknown>, environment: Record<string, string>, text?: string) {
  const written = { data: "", said: "" };
  const stdout = { write: (part: string) => (written.data += part) };
  const stderr = { write: (part: string) => (written.said += part) };
  const terminal = createTerminal({ environment: { NO_COLOR: "1" }, programArguments: [], stdout, stderr });
  const file = join(folder, "winiswin.yaml");
  rmSync(file, { force: true });
  if (text !== undefined) writeFileSync(file, text);
  const place = { workingFolder: folder, defaultStateFolder: folder, projectFolder: folder };
  const exitCode = await runConfig(flags, { terminal, environment, ...place });
  return { exitCode, ...written };
}

describe("winiswin config", () => {
  it("shows every value with its origin, and what differs with its default", async () => {
    const { data, exitCode } = await config(
      {},
      { MAX_LEVERAGE: "7" },
      "sizing:\n  riskPerTradePercent: 0.5\nstrategies:\n  rsi: { enabled: true }\n",
    );

    expect(exitCode).toBe(0);
    expect(data).toContain("File: winiswin.yaml\n");
    expect(data).toMatch(/riskPerTradePercent +0\.5 +winiswin\.yaml line 2, default 0\.3\n/);
    expect(data).toMatch(/ maximum +7 +environment MAX_LEVERAGE, default 20\n/);
    expect(data).toMatch(/ minimum +1 +default\n/);
    expect(data).toContain("  rsi: enabled (winiswin.yaml line 4)\n");
    expect(data).toMatch(/minimumConfidence +0\.7 +default\n/);
    expect(data).toContain("not enabled: liquidity-sweep, ");
  });

  it("shows the parameters of every strategy when asked for all", async () => {
    const { data } = await config({ all: true }, {});

    expect(data).toContain("No winiswin.yaml:");
    expect(data).toContain("  order-flow: not enabled (default)\n");
    expect(data).toMatch(/leastDeltaScore +2 +default\n/);
  });

  it("names every variable of .env.example", async () => {
    const { data } = await config({}, {});
    const { data: json } = await config({ json: true }, {});
    const { origins, environment, secrets } = JSON.parse(json) as Record<string, Record<string, unknown>>;
    const inFile = new Set(Object.keys(origins ?? {}));

    for (const name of Object.keys(parseEnv(readFileSync(new URL("../../../../.env.example", import.meta.url), "utf8")))) {
      const { ok, ...parsed } = parseConfiguration({ [name]: "\u0000" });
      const isSetting = !ok && "failure" in parsed;
      const isNamed = data.includes(`${name} `) && (name in { ...environment, ...secrets } || inFile.has(name));
      expect(isSetting || isNamed || name === "WINISWIN_CONFIG", name).toBe(true);
    }
  });

  it("shows not one character of a secret", async () => {
    const environment = {
      BINANCE_API_KEY: "qzqz-key",
      BINANCE_API_SECRET: "qzqz-secret",
      DISCORD_WEBHOOK_URL: "https://qzqz",
      BINANCE_BASE_URL: "https://me:qzqz@host.test",
    };
    for (const flags of [{}, { json: true }]) {
      const { data, said } = await config(flags, environment);

      expect(data + said).not.toContain("qzqz");
      expect(data).toContain("****@host.test");
    }
    expect(JSON.parse((await config({ json: true }, environment)).data)).toMatchObject({
      secrets: { BINANCE_API_KEY: "set", DISCORD_PUBLIC_KEY: "not set" },
    });
  });

  it("prints a document whose configuration is a file that gives the same document", async () => {
    const first = JSON.parse(
      (await config({ json: true }, { SYMBOL_MODE: "static", STATIC_SYMBOLS: "BTCUSDT" }, "risk:\n  maximumGrossExposure: 1.5\n")).data,
    );
    const second = JSON.parse((await config({ json: true }, {}, JSON.stringify(first.configuration))).data);

    expect(first).toMatchObject({ ok: true, file: join(folder, "winiswin.yaml"), origins: { "universe.mode": { kind: "environment" } } });
    expect(second.configuration).toEqual(first.configuration);
  });

  it("ends with every fault and exit code 2 when something is wrong", async () => {
    const wrong = "risk:\n  maximumPositions: 0\n  apiKey: qzqz\n";
    const { data, said, exitCode } = await config({}, { SYMBOL_MODE: "some" }, wrong);
    const asJson = await config({ json: true }, { SYMBOL_MODE: "some" }, wrong);

    expect([exitCode, asJson.exitCode]).toEqual([2, 2]);
    expect(data).toBe("");
    expect(said).toContain("winiswin.yaml line 2: risk.maximumPositions");
    expect(said).toContain("winiswin.yaml line 3: risk.apiKey looks like a secret");
    expect(said).toContain("SYMBOL_MODE");
    expect(JSON.parse(asJson.data)).toMatchObject({ ok: false, faults: [expect.any(String), expect.any(String), expect.any(String)] });
    expect(said + asJson.data).not.toContain("qzqz");
  });
});

describe("the file of settings", () => {
  it("is the one that is named, from where the command was typed", () => {
    writeFileSync(join(folder, "other.yaml"), "# other");
    const place = { workingFolder: folder, projectFolder: "/checkout" };

    expect(findConfigurationFile({ ...place, environment: { WINISWIN_CONFIG: "other.yaml" } })).toEqual({
      path: join(folder, "other.yaml"),
      name: "other.yaml",
      text: "# other",
    });
    expect(findConfigurationFile({ ...place, environment: { WINISWIN_CONFIG: "" } })).toBeUndefined();
  });

  it("must be there when it was named, and be a file", () => {
    const place = { workingFolder: folder, projectFolder: folder };

    expect(() => findConfigurationFile({ ...place, environment: { WINISWIN_CONFIG: "absent.yaml" } })).toThrow("absent.yaml is not there");
    expect(() => findConfigurationFile({ ...place, environment: { WINISWIN_CONFIG: folder } })).toThrow("cannot be read");
  });
});
