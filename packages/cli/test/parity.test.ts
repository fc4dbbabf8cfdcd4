import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Cycle, Decision } from "@winiswin/application/ports/cycle-store";
import type { RankingFacts } from "@winiswin/application/ports/decision-store";
import { canonicalJson } from "@winiswin/domain/identity";
import { strategies } from "@winiswin/strategies";
import { afterAll, expect, test } from "vitest";
import { plainRun } from "./plain-run.ts";
import { recordedSymbols, span, writeRecording } from "./recorded-folder.ts";
import { commandEnd, endAllCommands } from "./running-command.ts";

interface StoredCycle {
  readonly cycle: Cycle;
  readonly facts: RankingFacts | null;
  readonly decisions: readonly Decision[];
}

const root = mkdtempSync(join(tmpdir(), "winiswin-parity-"));
const [data, state, file] = [join(root, "data"), join(root, "state"), join(root, "winiswin.yaml")];
const program = fileURLToPath(new URL("./stored-decisions.ts", import.meta.url));

afterAll(async () => {
  await endAllCommands();
  rmSync(root, { recursive: true, force: true });
});

/** Every strategy, eager, so that there is much to decide; entries are another matter. */
const configurationText = [
  "ranking: { minimumScore: 4, maximumEntries: 2 }",
  "strategies:",
  ...strategies.map(({ name, parameters }) => {
    const eager = parameters.safeParse({ minimumScore: 3 }).success ? "minimumScore: 3" : "minimumConfidence: 0.4";
    return `  ${name}: { enabled: true, parameters: { ${eager} } }`;
  }),
].join("\n");

async function embeddedRun(environment: Readonly<Record<string, string>>): Promise<readonly StoredCycle[]> {
  const words = `start --market recorded --data ${data} --from ${span.from} --to ${span.to} --speed max --port 0 --json --fresh --state ${state}`;
  const ended = await commandEnd(words.split(" "), { WINISWIN_CONFIG: file, ...environment });
  if (ended.exitCode !== 0) throw new Error(`the command ended with ${ended.exitCode}: ${ended.stderr}`);
  const asked = ["--disable-warning=ExperimentalWarning", program, state, new Date(Date.parse(span.to) + 1).toISOString()];
  const { stdout } = await promisify(execFile)(process.execPath, asked, { maxBuffer: 1e8 });
  return JSON.parse(stdout);
}

async function bothRuns(environment: Readonly<Record<string, string>>) {
  // The slowest detector reads 200 candles of 4h; of the markets that are long enough, this one makes most strategies speak.
  writeRecording(data, 38, 40);
  writeFileSync(file, configurationText);
  const stored = await embeddedRun(environment);
  const known = new Map(stored.map(({ cycle, facts }) => [cycle.closeTimeMs, facts ?? undefined]));
  const times = { fromMs: Date.parse(span.from), toMs: Date.parse(span.to) };
  const plain = await plainRun(data, recordedSymbols, times, configurationText, (closeTimeMs) => known.get(closeTimeMs));
  expect(stored).toHaveLength(span.cycles);
  const hashes = stored.map(({ cycle }) => [cycle.cycleId, cycle.signalsHash]);
  expect(hashes).toEqual(plain.map(({ cycleId, signalsHash }) => [cycleId, signalsHash]));
  return { stored, plain };
}

test("the embedded pipeline decides byte for byte what a plain loop over the same candles decides", async () => {
  const { stored, plain } = await bothRuns({ ENABLE_TRADING: "false" });

  expect(stored.map(({ decisions }) => canonicalJson(decisions))).toEqual(plain.map(({ decisions }) => canonicalJson(decisions)));

  // That it was worth comparing: many strategies, every kind of decision, modifiers and known facts.
  const all = stored.flatMap(({ decisions }) => decisions);
  expect(new Set(all.map(({ strategy }) => strategy)).size).toBeGreaterThan(6);
  expect(new Set(all.map(({ reasons }) => reasons[0]?.code)).size).toBeGreaterThan(3);
  expect(new Set(all.flatMap(({ modifiers }) => modifiers.map(({ name }) => name))).size).toBeGreaterThan(2);
  expect(stored.filter(({ facts }) => facts !== null && facts.unknown.length === 0).length).toBeGreaterThan(10);
}, 300_000);

test("while it trades, it scores, gates and ranks as the plain loop does, and nothing but the review differs", async () => {
  const { stored, plain } = await bothRuns({ ENABLE_TRADING: "true", MIN_LISTING_AGE_DAYS: "0" });

  const isReviewed = ({ reasons }: Decision) => reasons[0]?.code === "TRADING_DISABLED";
  for (const [index, { decisions }] of plain.entries()) {
    const reviewed = new Set(decisions.filter(isReviewed).map(({ signalId }) => signalId));
    const beforeReview = (given: readonly Decision[]) =>
      canonicalJson(given.map(({ decision, reasons, ...rest }) => (reviewed.has(rest.signalId) ? rest : { ...rest, decision, reasons })));
    expect(beforeReview(stored[index]?.decisions ?? [])).toBe(beforeReview(decisions));
    expect(stored[index]?.cycle.decisions.map(({ signalId }) => signalId)).toEqual([...reviewed]);
  }
  expect(stored.flatMap(({ decisions }) => decisions.filter(({ decision }) => decision === "entered")).length).toBeGreaterThan(0);
}, 300_000);
