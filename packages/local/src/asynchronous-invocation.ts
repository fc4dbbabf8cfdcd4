import type { Clock } from "@winiswin/application/ports/clock";
import type { InvocationResult } from "./lambda.ts";

/** Lambda tries a failed asynchronous invocation again after one minute and then after two. */
const pausesMs = [60_000, 120_000];

export interface AsynchronousInvocation {
  readonly functionName: string;
  readonly event: unknown;
  /** 0 to 2. */
  readonly retries: number;
  /** No try begins later than this after the first. */
  readonly usefulForSeconds: number;
}

/** Invokes as a schedule or the bus does: what fails is tried again on the clock, a few times; resolves with the last result. */
export async function invokeAsynchronously(
  { functionName, event, retries, usefulForSeconds }: AsynchronousInvocation,
  invoke: (functionName: string, event: unknown) => Promise<InvocationResult>,
  clock: Clock,
): Promise<InvocationResult> {
  const uselessFromMs = clock.nowMs() + usefulForSeconds * 1000;
  let result = await invoke(functionName, event);
  for (const pauseMs of pausesMs.slice(0, retries)) {
    const nextMs = clock.nowMs() + pauseMs;
    if (result.status === "succeeded" || nextMs > uselessFromMs) break;
    await clock.sleepUntil(nextMs);
    result = await invoke(functionName, event);
  }
  return result;
}
