import { execFileSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { alignedLines } from "@winiswin/application/commands/cell-text";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { cycleBenchmarks } from "./cycle650.ts";
import { discordBenchmarks } from "./discord.ts";
import { engineBenchmarks } from "./engine.ts";
import { exchangeBenchmarks } from "./exchange.ts";
import { firstRunBenchmarks } from "./first-run.ts";
import { orderBenchmarks } from "./orders.ts";
import { type Selection, selectionOf } from "./selection.ts";
import { strategyBenchmarks } from "./strategies.ts";

interface Result extends Omit<Measurement, "p50" | "p95"> {
  readonly name: string;
  readonly unit: string;
  readonly p50: number;
  readonly p95: number | null;
}

const all: readonly Benchmark[] = [
  ...engineBenchmarks,
  ...strategyBenchmarks,
  ...cycleBenchmarks,
  ...exchangeBenchmarks,
  ...discordBenchmarks,
  ...orderBenchmarks,
  ...firstRunBenchmarks,
];

async function main(): Promise<number> {
  // What `winiswin cost` reckons with, as its file: it measures requests and sizes, not speed.
  if (process.argv[2] === "usage") {
    await import("./measure-usage.ts");
    return 0;
  }
  let selection: Selection;
  try {
    selection = selectionOf(process.argv.slice(2), all, (benchmark) => firstRunBenchmarks.includes(benchmark));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const results: Result[] = [];
  for (const benchmark of selection.benchmarks) {
    process.stderr.write(`measuring ${benchmark.name} ...\n`);
    const measurement = await benchmark.run();
    const { value, p50 = value, p95 = null, runs, hash, details } = measurement;
    results.push({
      name: benchmark.name,
      unit: benchmark.unit,
      value,
      p50,
      p95,
      runs,
      hash,
      ...(details === undefined ? {} : { details }),
    });
  }
  const report = {
    machine: `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    node: process.versions.node,
    commit: commitOf(),
    results,
  };
  process.stdout.write(selection.json ? `${JSON.stringify(report)}\n` : `${tableOf(report)}\n`);
  return 0;
}

const tableOf = ({
  machine,
  cores,
  node,
  commit,
  results,
}: {
  machine: string;
  cores: number;
  node: string;
  commit: string;
  results: readonly Result[];
}) =>
  [
    `${machine}, ${cores} cores, Node ${node}, commit ${commit}`,
    "",
    ...alignedLines(
      [
        { heading: "benchmark", align: "left" },
        { heading: "median", align: "right" },
        { heading: "p95", align: "right" },
        { heading: "unit", align: "left" },
        { heading: "runs", align: "right" },
        { heading: "hash", align: "left" },
      ],
      results.map(({ name, value, p95, unit, runs, hash }) => [
        name,
        value.toLocaleString("en"),
        p95?.toLocaleString("en") ?? "",
        unit,
        String(runs),
        hash.slice(0, 12),
      ]),
    ),
  ].join("\n");

/** Marked when the tree is not what the commit says. */
function commitOf(): string {
  const git = (...words: string[]) =>
    execFileSync("git", words, {
      cwd: fileURLToPath(new URL("../../../", import.meta.url)),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  try {
    return `${git("rev-parse", "--short=12", "HEAD")}${git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "-changed"}`;
  } catch {
    return "unknown";
  }
}

process.exitCode = await main();
// Emulators and workers may still hold handles; everything is measured and written.
process.stdout.write("", () => process.exit());
