#!/usr/bin/env node
// Plain JavaScript without `node:` imports: it must still speak on a Node that cannot run the rest.
var found = process.versions.node;
if (Number(found.split(".")[0]) < 20) {
  process.stderr.write(
    `Node ${found} is too old for winiswin: install Node 20 or newer (the project brings its own Node 24 after that).\n`,
  );
  process.exit(1);
} else {
  // Goes on with the project's own Node 24, and installs the packages first when they are missing.
  process.argv.splice(2, 0, "packages/cli/src/main.ts");
  void import("../../../scripts/with-project-node.mjs");
}
