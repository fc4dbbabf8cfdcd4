import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "winiswin-wiring-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  vi.resetModules();
  vi.unstubAllEnvs();
});

const configured = async () => (await import("./configuration.ts")).configuration();

const named = (name: string, text: string): void => {
  const path = join(folder, name);
  writeFileSync(path, text);
  vi.stubEnv("WINISWIN_CONFIG", path);
};

test("the file that is named is read once, and the environment wins over it", async () => {
  named("own.yaml", "risk: { maximumPositions: 5, minimumListingAgeDays: 7 }\nstrategies: { rsi: { enabled: true } }\n");
  vi.stubEnv("MIN_LISTING_AGE_DAYS", "9");

  const { maximumPositions, risk, strategies } = await configured();

  expect([maximumPositions, risk.minimumListingAgeDays]).toEqual([5, 9]);
  expect(strategies.map(({ strategy }) => strategy.name)).toEqual(["ict-smc", "rsi"]);
});

test("a file that was asked for must be there", async () => {
  vi.stubEnv("WINISWIN_CONFIG", join(folder, "absent.yaml"));

  await expect(configured()).rejects.toThrow(/absent\.yaml cannot be read, there is no such file/);
});

test("a wrong file stops with all its faults", async () => {
  named("wrong.yaml", "risk: { maximumPositions: 0, maximumSpred: 1 }\n");

  await expect(configured()).rejects.toThrow(/risk\.maximumSpred is unknown.*risk\.maximumPositions is "0"/);
});

test("engines are built for what the enabled strategies and the modifiers of their scores need", async () => {
  named("light.yaml", "strategies: { ict-smc: { enabled: false }, rsi: { enabled: true } }\n");
  vi.stubEnv("SST_RESOURCE_App", '{"name":"winiswin","stage":"test"}');

  const { engines } = await import("./engines.ts");

  expect(engines().strategies.map(({ strategy }) => strategy.name)).toEqual(["rsi"]);
  const engine = engines().create("BTCUSDT");
  expect(() => engine.view.zones).toThrow();
});
