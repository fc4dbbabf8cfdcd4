// Imports that the dependency rule must catch and imports that it must let pass, written into a small copy of the layout.
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const importOf = (target) => `import * as planted from "${target}";\nexport const used = planted;\n`;
const typeImportOf = (target) => `import type { Planted } from "${target}";\nexport type Used = Planted;\n`;
const plant = (rule, file, code) => ({ rule, file, code });

/** At least one for each rule of .dependency-cruiser.cjs. */
export const forbidden = [
  plant("no-circles", "packages/domain/src/circle.ts", importOf("./circle-back.ts")),
  plant("resolvable", "packages/domain/src/nowhere.ts", importOf("@winiswin/nowhere")),
  plant("declared-libraries", "packages/application/src/undeclared.ts", importOf("commander")),
  plant("domain-imports", "packages/domain/src/outward.ts", importOf("@winiswin/application")),
  plant("domain-imports", "packages/domain/src/outward-type.ts", typeImportOf("@winiswin/analysis")),
  plant("analysis-imports", "packages/analysis/src/outward.ts", importOf("@winiswin/strategies")),
  plant("strategies-imports", "packages/strategies/src/outward.ts", importOf("@winiswin/application")),
  plant("dataset-imports", "packages/dataset/src/outward.ts", importOf("@winiswin/application")),
  plant("application-imports", "packages/application/src/outward.ts", importOf("@winiswin/storage")),
  plant("application-imports", "packages/application/src/outward-relative.ts", importOf("../../binance/src/index.ts")),
  plant("domain-libraries", "packages/domain/src/library.ts", importOf("commander")),
  plant("pure-libraries", "packages/strategies/src/library.ts", importOf("@aws-sdk/client-sqs")),
  plant("one-decimal", "packages/application/src/money.ts", importOf("big.js")),
  plant("pure-core", "packages/application/src/files.ts", importOf("node:fs")),
  plant("identity-hashes", "packages/domain/src/identity.ts", importOf("node:os")),
  plant("pure-tests", "packages/application/src/adapted.test.ts", importOf("@winiswin/storage")),
  plant("adapters-implement-ports", "packages/storage/src/use-case.ts", importOf("@winiswin/application/analyze")),
  plant("channels-render-commands", "packages/discord/src/use-case.ts", importOf("@winiswin/application/analyze")),
  plant("adapters-stay-apart", "packages/storage/src/neighbour.ts", importOf("@winiswin/messaging")),
  plant("handlers-translate", "functions/queue/adapted.ts", importOf("@winiswin/binance")),
  plant("handlers-translate", "functions/queue/client.ts", importOf("@winiswin/messaging")),
  plant("wiring-joins", "functions/wiring/local.ts", importOf("@winiswin/local")),
  plant("clients-are-wired", "functions/http/client.ts", importOf("sst")),
  plant("aws-at-the-edge", "packages/exchange-simulator/src/aws.ts", importOf("@aws-sdk/client-sqs")),
  plant("exchange-at-the-edge", "functions/wiring/exchange.ts", importOf("binance")),
  plant("exchange-simulator-imports", "packages/exchange-simulator/src/outward.ts", importOf("@winiswin/application")),
  plant("local-imports", "packages/local/src/adapter.ts", importOf("@winiswin/storage")),
  plant("cli-imports", "packages/cli/src/adapter.ts", importOf("@winiswin/storage")),
  plant("testkit-imports", "packages/testkit/src/adapter.ts", importOf("@winiswin/storage")),
  plant("testkit-in-tests", "packages/exchange-simulator/src/fake.ts", importOf("@winiswin/testkit")),
  plant("ends-of-the-line", "packages/local/src/command.ts", importOf("@winiswin/cli")),
  plant("soak-imports", "packages/soak/src/adapter.ts", importOf("@winiswin/storage")),
  plant("bench-measures", "packages/bench/src/command.ts", importOf("@winiswin/cli")),
  plant("stacks-name-handlers", "stacks/handler.ts", importOf("../functions/queue/allowed.ts")),
  plant(
    "topology-is-data",
    "stacks/topology.ts",
    importOf("./resources.ts").replaceAll("planted", "plantedData").replace("used", "usedData") + importOf("./schedule.ts"),
  ),
  plant("topology-is-data", "stacks/resources.ts", importOf("node:path")),
  plant("resources-are-data", "stacks/resources.ts", importOf("node:path")),
];

/** What the rule is there to protect must stay possible. */
export const allowed = [
  { file: "packages/domain/src/decimal.ts", code: importOf("big.js") },
  { file: "packages/domain/src/parsed.ts", code: importOf("zod") },
  { file: "packages/domain/src/built.test.ts", code: importOf("@winiswin/testkit") },
  { file: "packages/analysis/src/inward.ts", code: importOf("@winiswin/domain/decimal") },
  { file: "packages/application/src/inward.ts", code: importOf("@winiswin/strategies") },
  { file: "packages/storage/src/port.ts", code: typeImportOf("@winiswin/application/ports/clock") + importOf("@aws-sdk/client-dynamodb") },
  { file: "packages/discord/src/view.ts", code: importOf("@winiswin/application/commands/view") },
  { file: "packages/exchange-simulator/src/spoken.test.ts", code: importOf("binance") },
  { file: "packages/local/src/hosted.ts", code: importOf("../../../stacks/topology.ts") },
  { file: "functions/queue/allowed.ts", code: importOf("@winiswin/messaging/message-body") },
  { file: "functions/wiring/storage.ts", code: importOf("@winiswin/storage") },
];

const scenery = {
  "stacks/schedule.ts": "export const schedule = 1;\n",
  "packages/domain/src/circle-back.ts": importOf("./circle.ts"),
  "packages/application/src/analyze.ts": "export const analyze = 1;\n",
  "packages/application/src/ports/clock.ts": "export type Planted = number;\n",
  "packages/application/src/commands/view.ts": "export const view = 1;\n",
  "packages/messaging/src/message-body.ts": "export const parse = 1;\n",
};

const libraries = ["zod", "big.js", "commander", "sst", "binance", "@aws-sdk/client-sqs", "@aws-sdk/client-dynamodb"];

/** Writes the layout with the real manifests of the packages, so that their real exports are what is resolved. */
export function plantInto(folder, root) {
  const write = (file, text) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  mkdirSync(join(folder, "node_modules", "@winiswin"), { recursive: true });
  for (const name of readdirSync(join(root, "packages"))) {
    write(`packages/${name}/src/index.ts`, "export type Planted = number;\n");
    cpSync(join(root, "packages", name, "package.json"), join(folder, "packages", name, "package.json"));
    symlinkSync(join(folder, "packages", name), join(folder, "node_modules", "@winiswin", name), "dir");
  }
  cpSync(join(root, "functions", "package.json"), join(folder, "functions", "package.json"), { recursive: true });
  for (const name of libraries) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "./index.js" }));
    write(`node_modules/${name}/index.js`, "module.exports = {};\n");
  }
  for (const [file, text] of Object.entries(scenery)) write(file, text);
  for (const { file, code } of [...allowed, ...forbidden]) write(file, code);
}
