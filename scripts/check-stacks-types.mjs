// Checks the types of sst.config.ts and stacks/ against SST's own components, installing those first when they are missing.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installedPlatform } from "../stacks/offline/platform.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
try {
  await installedPlatform(root);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", join(root, "stacks", "tsconfig.json")], { stdio: "inherit", cwd: root });
process.exit(status ?? 1);
