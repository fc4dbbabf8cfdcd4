// Runs in a process of its own, started by evaluation.ts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { importBundle } from "./bundle.ts";
import type { Evaluation, EvaluationOrder, EvaluationReply, RegisteredResource } from "./evaluation.ts";
import { loadPulumi, mockAws } from "./pulumi.ts";
import { startSstServer } from "./sst-server.ts";

type App = Evaluation["app"];

const quietMs = 300;
const patienceMs = 120_000;

process.once("message", (order) => {
  evaluate(order as EvaluationOrder).then((evaluation) => reply({ evaluation }), fail);
});
// A component that fails inside an output rejects nothing that anybody awaits.
process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);

function reply(message: EvaluationReply): void {
  process.send?.(message, () => process.exit());
}

function fail(error: unknown): void {
  reply({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

async function evaluate({ root, platform, work, stage, handlersRoot }: EvaluationOrder): Promise<Evaluation> {
  const configuration = join(root, "sst.config.ts");
  const app = await settings(root, platform, configuration, stage);
  const server = await startSstServer({ handlersRoot, work });
  process.env.SST_SERVER = server.url;
  const region = app.providers.aws?.region ?? "";
  const resources = await mockAws(platform, { name: app.name, stage, region });
  const outputs = await run(root, platform, configuration, { app: { ...app, stage }, work });
  await settled(resources);
  server.close();
  return { app, resources, functions: server.functions, outputs };
}

/** What `app()` says, completed as the SST program completes it. */
async function settings(root: string, platform: string, configuration: string, stage: string): Promise<App> {
  const config = (await importBundle({
    root,
    platform,
    code: `import config from ${JSON.stringify(configuration)}; export default config;`,
    banner: "function $config(input) { return input; }\n",
  })) as { app(input: { stage: string }): Promise<Partial<App>> };
  const app = await config.app({ stage });
  return { name: "", home: "", removal: "remove", protect: false, ...app, providers: { ...app.providers } };
}

async function run(root: string, platform: string, configuration: string, given: { app: App & { stage: string }; work: string }) {
  const providers: { alias: string; package: string }[] = JSON.parse(readFileSync(join(root, ".sst", "provider-lock.json"), "utf8"));
  const components = join(platform, "src", "components");
  const program = join(platform, "src", "auto", "run.ts");
  const pulumi = loadPulumi(platform);
  let outputs: Record<string, unknown> = {};
  // Outside of a stack the first component fails: "root stack resource was referenced before it was initialized".
  await pulumi.runtime.runInPulumiStack(async () => {
    outputs = (await importBundle({
      root,
      platform,
      code: [
        `import { run } from ${JSON.stringify(program)};`,
        `import config from ${JSON.stringify(configuration)};`,
        "export default await run(config.run);",
      ].join("\n"),
      prefix: [
        ...providers.map((provider) => `import * as ${provider.alias} from ${JSON.stringify(provider.package)};`),
        `import * as sst from ${JSON.stringify(components)};`,
      ].join("\n"),
      define: {
        $app: JSON.stringify(given.app),
        $cli: JSON.stringify({
          command: "deploy",
          dev: false,
          paths: { home: given.work, root, work: given.work, platform },
          state: { version: {} },
        }),
        $dev: "false",
      },
      inject: [join(platform, "src", "shim", "run.js")],
    })) as Record<string, unknown>;
    return outputs;
  });
  const values = Object.entries(outputs).map(async ([name, value]) => [name, await known(pulumi, value)] as const);
  return Object.fromEntries(await Promise.all(values));
}

function known(pulumi: ReturnType<typeof loadPulumi>, value: unknown): Promise<unknown> {
  return new Promise((resolve) => pulumi.output(value).apply(resolve));
}

/** Components register their parts whenever their inputs are known: over when each has its last part and no other came for a while. */
async function settled(resources: readonly RegisteredResource[]): Promise<void> {
  const count = (type: string) => resources.filter((resource) => resource.type === type).length;
  const everyFunctionIsThere = () => count("sst:aws:Function") === count("aws:lambda/function:Function");
  let seen = -1;
  for (let waitedMs = 0; seen !== resources.length || !everyFunctionIsThere(); waitedMs += quietMs) {
    if (waitedMs > patienceMs) throw new Error("The evaluation did not settle: a component still waits for an input.");
    seen = resources.length;
    await sleep(quietMs);
  }
}
