// npm run check: format and lint, types, the dependency rule, tests; stops at the first that fails.
import { spawnSync } from "node:child_process";

const steps = [
  ["format and lint", "node_modules/@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."]],
  ["types", "node_modules/typescript/bin/tsc", ["-p", "tsconfig.json"]],
  ["types of the stacks", "scripts/check-stacks-types.mjs", []],
  ["dependency rule", "scripts/check-dependencies.mjs", []],
  ["tests", "node_modules/vitest/vitest.mjs", ["run"]],
];

for (const [name, program, programArguments] of steps) {
  process.stderr.write(`\n== ${name}\n`);
  const result = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...programArguments], { stdio: "inherit" });
  if (result.status !== 0) {
    process.stderr.write(`\ncheck stopped: ${name} failed\n`);
    process.exit(result.status ?? 1);
  }
}
process.stderr.write("\ncheck passed\n");
