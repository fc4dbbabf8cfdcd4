import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installedPlatform } from "./platform.ts";

/** A resource as the program asked for it; nothing here has been checked against AWS. */
export interface RegisteredResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly retainedOnDelete: boolean;
}

/** What a function would be built from. */
export interface BuiltFunction {
  readonly functionName: string;
  readonly handler: string;
  readonly runtime: string;
  readonly architecture: string;
  readonly linkNames: readonly string[];
  /** Absolute source and where it lies beside the handler. */
  readonly copiedFiles: readonly { readonly from: string; readonly to: string }[];
}

export interface Evaluation {
  readonly app: {
    readonly name: string;
    readonly home: string;
    readonly removal: string;
    readonly protect: boolean;
    readonly providers: Readonly<Record<string, { readonly region?: string }>>;
  };
  readonly resources: readonly RegisteredResource[];
  readonly functions: readonly BuiltFunction[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What the evaluating process is told. */
export interface EvaluationOrder {
  readonly root: string;
  readonly platform: string;
  /** Artefacts of this evaluation only, so that two can run at once. */
  readonly work: string;
  readonly stage: string;
  /** Folder in which the handler files are looked for. */
  readonly handlersRoot: string;
}

export type EvaluationReply = { readonly evaluation: Evaluation } | { readonly failure: string };

interface EvaluationOptions {
  readonly root: string;
  readonly stage: string;
  readonly handlersRoot?: string;
  /** The environment of the deployment, beside what a process needs to run. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What `sst secret set` was told. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/**
 * Runs sst.config.ts for a stage with every call to AWS mocked and tells what it would create.
 *
 * A process of its own each time, because Pulumi keeps the stack in global state. Rejects with what the program threw.
 */
export async function evaluateStacks({
  root,
  stage,
  handlersRoot = root,
  environment = {},
  secrets = {},
}: EvaluationOptions): Promise<Evaluation> {
  const platform = await installedPlatform(root);
  mkdirSync(join(root, ".sst", "offline"), { recursive: true });
  const work = mkdtempSync(join(root, ".sst", "offline", `${stage}-`));
  const givenSecrets = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`SST_SECRET_${name}`, value]));
  const { PATH = "", HOME = "" } = process.env;
  const child = fork(join(import.meta.dirname, "evaluate.ts"), {
    cwd: root,
    env: { PATH, HOME, ...givenSecrets, ...environment },
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  try {
    const reply = await replyOf(child, { root, platform, work, stage, handlersRoot });
    if ("failure" in reply) throw new Error(reply.failure);
    return reply.evaluation;
  } finally {
    child.kill();
    rmSync(work, { recursive: true, force: true });
  }
}

function replyOf(child: ReturnType<typeof fork>, order: EvaluationOrder): Promise<EvaluationReply> {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("message", (reply) => resolve(reply as EvaluationReply));
    child.once("error", reject);
    child.once("close", () => resolve({ failure: `The evaluation ended without a reply. It said:\n${said}` }));
    child.send(order);
  });
}
