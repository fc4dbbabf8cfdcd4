// Runs a program with the project's own Node 24, installing the packages first when they are missing or out of date.
// Plain JavaScript without dependencies: it is the one file that must work on the machine's Node before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const major = Number(process.versions.node.split(".")[0]);
if (major < 20) fail(`Node ${process.versions.node} is too old: install Node 20 or newer (the project brings its own Node 24 after that).`);

const projectNode = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
if (needsInstall()) install();
if (!existsSync(projectNode))
  fail("node_modules has no Node 24 of its own: delete node_modules and run the command again with access to the npm registry.");

const [program, ...programArguments] = process.argv.slice(2);
const child = spawn(projectNode, ["--disable-warning=ExperimentalWarning", join(root, program), ...programArguments], {
  stdio: "inherit",
  env: { ...process.env, PATH: `${join(root, "node_modules", ".bin")}${process.platform === "win32" ? ";" : ":"}${process.env.PATH}` },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));

function needsInstall() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(projectNode) || !existsSync(installed)) return true;
  // npm rewrites the hidden lock on every install, so an older one means that the lock file changed since (a pull, say).
  if (statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(wanted).some(
    ([path, entry]) => path !== "" && !entry.optional && !entry.link && present[path]?.version !== entry.version,
  );
}

function install() {
  process.stderr.write("Installing the packages (once, about a minute) ...\n");
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (result.status !== 0)
    fail(
      "npm ci did not succeed (its message is above): check that the npm registry can be reached and that this folder is writable, then run the command again.",
    );
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
