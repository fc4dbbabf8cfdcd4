import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

export interface StartedChild {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly process: ChildProcess;
}

/** Starts main.ts and waits for its one line. */
export async function startChild(options: unknown): Promise<StartedChild> {
  const child = spawn(process.execPath, [main, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout!.on("data", (piece: Buffer) => {
      text += piece.toString();
      if (text.includes("\n")) resolve(text);
    });
    child.once("exit", (code) => reject(new Error(`The simulator ended with ${code}.`)));
  });
  return { ...JSON.parse(line), process: child };
}

/** Ends it without warning and waits until it is gone. */
export function kill(child: StartedChild): Promise<void> {
  return new Promise((resolve) => {
    child.process.once("exit", () => resolve());
    child.process.kill("SIGKILL");
  });
}

/** Runs main.ts to its end, for what cannot start. */
export function runToEnd(
  argument: string | undefined,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...(argument === undefined ? [] : [argument])]);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (piece: Buffer) => {
      stdout += piece.toString();
    });
    child.stderr.on("data", (piece: Buffer) => {
      stderr += piece.toString();
    });
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
