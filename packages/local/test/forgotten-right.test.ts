import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startSystem } from "../src/system.ts";
import { projectTopology, type Topology } from "../src/topology.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "winiswin-forgotten-"));
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

test("a right that was forgotten is told by the embedded system in the words of the line to add", async () => {
  const { dispatchCycle, ...others } = projectTopology.functions;
  const { AnalysisQueue: _forgotten, ...rights } = dispatchCycle?.rights ?? {};
  const topology: Topology = { ...projectTopology, functions: { ...others, dispatchCycle: { ...dispatchCycle!, rights } } };
  const told = Promise.withResolvers<string>();

  const system = await startSystem({
    market: { kind: "generated", symbols: 2, seed: "forgotten" },
    speed: "max",
    stateFolder,
    basePort: 0,
    topology,
    onLog: () => undefined,
    onProgress: (progress) => {
      if (progress.kind === "failed" && progress.where.startsWith("the rights")) told.resolve(progress.reason);
    },
  });

  expect(await told.promise).toBe(
    'dispatchCycle may not sqs:SendMessage on AnalysisQueue: add "SendMessage" to AnalysisQueue in its rights, stacks/topology.ts.',
  );
  await system.stop();
}, 30_000);
