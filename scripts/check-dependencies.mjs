// The dependency rule and the purity of the core. Both are tried on planted violations first: a check that finds nothing proves nothing
// unless it is known to find something.
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise } from "dependency-cruiser";
import { allowed, forbidden, plantInto } from "./planted-dependencies.mjs";
import { impurities, plantedImpurities } from "./purity.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { forbidden: rules, options } = createRequire(import.meta.url)(join(root, ".dependency-cruiser.cjs"));
const folders = ["functions", "packages", "stacks"];
const pureFolders = ["domain", "analysis", "strategies", "dataset", "application"].map((name) => `packages/${name}/src/`);
const problems = [];

await plantedDependenciesAreCaught();
plantedImpuritiesAreCaught();
const sources = sourcesOnDisk();
await dependenciesFollowTheRule(sources);
coreIsPure(sources);

for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exit(1);

async function plantedDependenciesAreCaught() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "winiswin-dependencies-")));
  try {
    plantInto(folder, root);
    const { summary } = await cruiseIn(folder);
    const caught = (file, name) =>
      summary.violations.some(
        ({ from, rule, cycle = [] }) => rule.name === name && (from === file || cycle.some((step) => step.name === file)),
      );
    for (const { rule, file } of forbidden) {
      if (!caught(file, rule)) problems.push(`The rule "${rule}" does not see what was planted in ${file}.`);
    }
    for (const { file } of allowed) {
      const names = summary.violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);
      if (names.length > 0) problems.push(`The dependency rule forbids what ${file} must be able to import: ${names.join(", ")}.`);
    }
    for (const { name } of rules) {
      if (!forbidden.some(({ rule }) => rule === name)) problems.push(`Nothing is planted for the rule "${name}".`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function plantedImpuritiesAreCaught() {
  const found = (code) => impurities(["planted.ts"], () => code).map(({ what }) => what);
  for (const [what, code] of plantedImpurities.forbidden) {
    if (!found(code).includes(what)) problems.push(`The purity check does not see ${what} in: ${code}`);
  }
  for (const code of plantedImpurities.allowed) {
    if (found(code).length > 0) problems.push(`The purity check forbids what is pure: ${code}`);
  }
}

async function dependenciesFollowTheRule(onDisk) {
  const { modules, summary } = await cruiseIn(root);
  const read = new Set(modules.map(({ source }) => source).filter((source) => /^(functions|packages|stacks)\/.*\.ts$/.test(source)));
  const missed = onDisk.filter((file) => !read.has(file));
  if (onDisk.length === 0) problems.push("There is no source file: the dependency rule was checked on nothing.");
  if (missed.length > 0) problems.push(`The dependency rule was not checked on ${missed.join(", ")}.`);
  const sentences = new Map(rules.map(({ name, comment }) => [name, comment]));
  for (const { from, to, rule, cycle } of summary.violations) {
    const path = cycle ? [from, ...cycle.map(({ name }) => name)] : [from, to];
    problems.push(`${path.join(" -> ")}\n    ${rule.name}: ${sentences.get(rule.name)}`);
  }
  process.stdout.write(`dependency rule: ${onDisk.length} files, ${summary.totalDependenciesCruised} imports, ${rules.length} rules\n`);
}

function coreIsPure(onDisk) {
  const files = onDisk.filter((file) => pureFolders.some((folder) => file.startsWith(folder)) && !/\.(test|d)\.ts$/.test(file));
  if (files.length === 0) problems.push("There is no file of the core: purity was checked on nothing.");
  const paths = new Map(files.map((file) => [join(root, file), file]));
  for (const { file, line, what, reason } of impurities([...paths.keys()])) {
    problems.push(`${paths.get(file)}:${line} takes ${what}: ${reason}`);
  }
  process.stdout.write(`purity: ${files.length} files of the core\n`);
}

async function cruiseIn(baseDir) {
  const before = process.cwd();
  process.chdir(baseDir);
  try {
    const ruled = { ...options, ruleSet: { forbidden: rules }, validate: true };
    const { output } = await cruise(folders, ruled, options.enhancedResolveOptions);
    return output;
  } finally {
    process.chdir(before);
  }
}

function sourcesOnDisk() {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((file) => `${folder}/${file.split(sep).join("/")}`)
      .filter((file) => file.endsWith(".ts") && !file.includes("node_modules/")),
  );
}
