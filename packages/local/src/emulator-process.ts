import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Refusal } from "./authorization.ts";
import type { EmulatorOptions, Emulators } from "./emulators.ts";
import type { QueueCounts } from "./fauxqs-server.ts";
import type { QueueUrls } from "./resources.ts";
import { StartError } from "./start-error.ts";
import type { Topology } from "./topology.ts";
import type { Usage } from "./usage.ts";

/** A topology as it travels between processes: without its function. */
export type PlainTopology = Omit<Topology, "scheduleEvent">;

export type ToEmulators =
  | { readonly kind: "start"; readonly topology: PlainTopology; readonly options: EmulatorOptions }
  | { readonly kind: "count" }
  | { readonly kind: "usage" }
  | { readonly kind: "stop" };

export type FromEmulators =
  | { readonly kind: "started"; readonly dynamodbUrl: string; readonly queuesUrl: string; readonly queueUrls: QueueUrls }
  | { readonly kind: "failed"; readonly message: string; readonly exitCode: number | undefined }
  | { readonly kind: "counts"; readonly counts: Readonly<Record<string, QueueCounts>> }
  /** Said without being asked. */
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "used"; readonly usage: readonly Usage[] }
  | { readonly kind: "stopped" };

/** Starts the emulators in a process of their own, so that the engines and the tables do not wait for each other; it ends with this one. */
export async function spawnEmulators(
  topology: Topology,
  options: EmulatorOptions,
  onLost: (reason: string) => void,
  onRefusal: (refusal: Refusal) => void = () => undefined,
): Promise<Emulators> {
  const child = fork(fileURLToPath(new URL("./emulator-main.ts", import.meta.url)), [], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: ["--disable-warning=ExperimentalWarning"],
    serialization: "advanced",
    // Ctrl-C goes to the whole group of the terminal; this process decides when the emulators stop.
    detached: true,
  });
  let stopping = false;
  const waiting: {
    readonly kind: FromEmulators["kind"];
    readonly resolve: (message: FromEmulators) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  const lose = (reason: string) => {
    for (const waiter of waiting.splice(0)) waiter.reject(new Error(reason));
    if (!stopping) onLost(reason);
  };
  child.on("message", (message: FromEmulators) => {
    if (message.kind === "refused") return onRefusal(message.refusal);
    const index = waiting.findIndex((waiter) => waiter.kind === message.kind || message.kind === "failed");
    const [waiter] = index === -1 ? [] : waiting.splice(index, 1);
    waiter?.resolve(message);
  });
  child.on("exit", (code, signal) => lose(`the emulators ended (${signal ?? code})`));
  child.on("error", (error) => lose(`the emulators could not be started: ${error.message}`));

  const ask = <Kind extends FromEmulators["kind"]>(message: ToEmulators, kind: Kind) =>
    new Promise<FromEmulators>((resolve, reject) => {
      waiting.push({ kind, resolve, reject });
      child.send(message, (error) => {
        if (error !== null) lose(`the emulators do not listen: ${error.message}`);
      });
    }).then((answer) => {
      if (answer.kind === "failed") {
        throw answer.exitCode === undefined ? new Error(answer.message) : new StartError(answer.message, answer.exitCode);
      }
      return answer as Extract<FromEmulators, { kind: Kind }>;
    });

  const { scheduleEvent: _, ...plain } = topology;
  try {
    const started = await ask({ kind: "start", topology: plain, options }, "started");
    return {
      dynamodbUrl: started.dynamodbUrl,
      queuesUrl: started.queuesUrl,
      queueUrls: started.queueUrls,
      queueCounts: async () => (await ask({ kind: "count" }, "counts")).counts,
      usage: async () => (await ask({ kind: "usage" }, "used")).usage,
      async stop() {
        stopping = true;
        const ended = new Promise((resolve) => child.once("exit", resolve));
        await ask({ kind: "stop" }, "stopped");
        child.disconnect();
        await ended;
      },
    };
  } catch (error) {
    stopping = true;
    child.kill();
    throw error;
  }
}
