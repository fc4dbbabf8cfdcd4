import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { StartError } from "./start-error.ts";

/** What the exchange simulator takes, see its own options. */
export interface ExchangeProcessOptions {
  readonly port: number;
  readonly market: unknown;
  readonly clock: unknown;
  readonly stateFile: string;
  readonly latencyMs?: number;
  readonly weightLimitPerMinute?: number;
  readonly startingBalance?: string;
  readonly faults?: unknown;
}

const ready = z.object({ url: z.string(), apiKey: z.string(), apiSecret: z.string() });

const clockReading = z.object({
  nowMs: z.number(),
  kind: z.enum(["real", "accelerated", "stepped"]),
  speed: z.number(),
  startMs: z.number(),
  realStartMs: z.number(),
});

export type ClockReading = z.output<typeof clockReading>;

export interface ExchangeProcess {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  clock(): Promise<ClockReading>;
  /** Moves a stepped clock; answers when everything between is matched. */
  advanceTo(nowMs: number): Promise<void>;
  stop(): Promise<void>;
}

const stopWithinMs = 5_000;

/** Starts the exchange simulator as a process that ends with this one; throws StartError with its own sentence when it cannot start. */
export async function spawnExchange(options: ExchangeProcessOptions, onLost: (reason: string) => void): Promise<ExchangeProcess> {
  const program = fileURLToPath(new URL("../../exchange-simulator/src/main.ts", import.meta.url));
  const child = fork(program, [JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: ["--disable-warning=ExperimentalWarning", "--import", new URL("./end-with-parent.ts", import.meta.url).href],
    // Ctrl-C goes to the whole group of the terminal; this process decides when the exchange stops.
    detached: true,
  });
  let stopping = false;
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });

  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(`the exchange simulator ended (${signal ?? code})`));
    child.once("error", (error) => resolve(`the exchange simulator could not be started: ${error.message}`));
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const firstLine = new Promise<string>((resolve) => lines.once("line", resolve));
  const first = await Promise.race([firstLine, exited.then(() => undefined)]);
  // Its own sentence and its own exit code: it knows whether another try later is worth it.
  if (first === undefined) throw new StartError(complaint.trim() || (await exited), child.exitCode ?? 1);
  const { url, apiKey, apiSecret } = ready.parse(JSON.parse(first));
  void exited.then((reason) => {
    if (!stopping) onLost(`${reason}${complaint === "" ? "" : `: ${complaint.trim()}`}`);
  });

  const ask = async (init?: RequestInit): Promise<ClockReading> => {
    const response = await fetch(`${url}/simulator/clock`, init);
    const body = await response.text();
    if (!response.ok) throw new Error(`the exchange simulator refuses a step of its clock: ${body}`);
    return clockReading.parse(JSON.parse(body));
  };

  return {
    url,
    apiKey,
    apiSecret,
    clock: () => ask(),
    async advanceTo(nowMs) {
      await ask({ method: "POST", body: JSON.stringify({ nowMs }), headers: { "content-type": "application/json" } });
    },
    async stop() {
      stopping = true;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
      await exited;
      clearTimeout(timer);
    },
  };
}
