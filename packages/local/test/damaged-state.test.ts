import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSystem } from "../src/index.ts";
import { crashTopology } from "./crash-topology.ts";

let stateFolder: string;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), "winiswin-damaged-"));
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

const start = (fresh = false) =>
  startSystem({
    market: { kind: "external", url: "http://127.0.0.1:9", apiKey: "", apiSecret: "" },
    speed: 1,
    stateFolder,
    fresh,
    basePort: 0,
    topology: crashTopology,
    root: import.meta.dirname,
    useClock: () => undefined,
  });

test.each([
  ["the tables", () => overwriteAll(join(stateFolder, "tables"))],
  ["the queues", () => overwriteAll(join(stateFolder, "queues"))],
  ["the mark of the version", () => writeFileSync(join(stateFolder, "state.json"), "{")],
  ["the key of Discord", () => writeFileSync(join(stateFolder, "discord-private-key.pem"), "half a key")],
])("when %s cannot be read, one sentence names them and the way out, and a fresh start works", async (_what, damage) => {
  await (await start()).stop();
  damage();

  await expect(start()).rejects.toThrow(/--fresh/);

  await (await start(true)).stop();
});

function overwriteAll(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder, { withFileTypes: true })) {
    if (file.isFile()) writeFileSync(join(folder, file.name), "this is not what was here");
  }
}
