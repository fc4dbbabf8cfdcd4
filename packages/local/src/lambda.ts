import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "aws-lambda";
import { Activity, withActivity } from "./activity.ts";
import { accountId, functionArn, region } from "./local-aws.ts";
import type { FunctionDescription } from "./topology.ts";

export type InvocationResult =
  | { readonly status: "succeeded"; readonly value: unknown }
  | { readonly status: "failed" | "timedOut"; readonly error: Error };

export interface Invocation {
  readonly functionName: string;
  readonly event: unknown;
  readonly requestId: string;
  readonly durationMs: number;
  /** Of the whole process meanwhile: of this invocation alone when nothing runs beside it. */
  readonly cpuMs: number;
  readonly result: InvocationResult;
}

export interface Lambda {
  /** Never rejects: a handler that throws, cannot be loaded or takes too long is a result. */
  invoke(functionName: string, event: unknown): Promise<InvocationResult>;
  /** Loads a handler before its first event, so that a file that is missing or broken is known at the start. */
  load(functionName: string): Promise<void>;
  /** Invocations that have begun and not ended. */
  running(): number;
  /** True while every running invocation waits for the clock alone. */
  standsStill(): boolean;
  /** Gives up what still runs: it is neither waited for nor told about any more. */
  abandon(): void;
}

type Handler = (event: unknown, context: Context) => unknown;

/**
 * Runs handlers as Lambda would: their own context, a time limit in real milliseconds, at most the reserved number at once.
 *
 * A handler shares this process, so one that overran its time is reported as timed out but cannot be killed: what it still does, it does.
 */
export function createLambda(options: {
  readonly root: string;
  readonly functions: Readonly<Record<string, FunctionDescription>>;
  readonly onInvocation?: (invocation: Invocation) => void;
  /** Something began, ended, fell asleep or woke. */
  readonly onChange?: () => void;
  /** On a stepped clock a sleeper waits for others, however long their work takes: that is not its own time. */
  readonly sleepIsFree?: boolean;
}): Lambda {
  const changed = options.onChange ?? (() => undefined);
  const handlers = new Map<string, Promise<Handler>>();
  const activities = new Set<Activity>();
  let abandoned = false;
  const timers = new Set<NodeJS.Timeout>();
  const slots = new Map<string, { free: number; readonly waiting: (() => void)[] }>();

  function describe(functionName: string): FunctionDescription {
    const description = options.functions[functionName];
    if (description === undefined) throw new Error(`There is no function ${functionName}`);
    return description;
  }

  function handlerOf(functionName: string): Promise<Handler> {
    const known = handlers.get(functionName);
    if (known !== undefined) return known;
    const loading = importHandler(options.root, functionName, describe(functionName).handler);
    handlers.set(functionName, loading);
    return loading;
  }

  async function takeSlot(functionName: string): Promise<() => void> {
    const { reservedConcurrency } = describe(functionName);
    if (reservedConcurrency === undefined) return () => undefined;
    const slot = slots.get(functionName) ?? { free: reservedConcurrency, waiting: [] };
    slots.set(functionName, slot);
    if (slot.free > 0) slot.free--;
    else await new Promise<void>((free) => slot.waiting.push(free));
    return () => {
      const next = slot.waiting.shift();
      if (next === undefined) slot.free++;
      else next();
    };
  }

  async function invoke(functionName: string, event: unknown): Promise<InvocationResult> {
    const release = await takeSlot(functionName);
    const requestId = randomUUID();
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const activity = new Activity(changed, functionName);
    activities.add(activity);
    const result = await runLimited(functionName, describe(functionName), requestId, event, activity);
    activities.delete(activity);
    release();
    changed();
    options.onInvocation?.({
      functionName,
      event,
      requestId,
      durationMs: performance.now() - startedAt,
      cpuMs: cpuMsSince(cpuBefore),
      result,
    });
    return result;
  }

  async function runLimited(
    functionName: string,
    description: FunctionDescription,
    requestId: string,
    event: unknown,
    activity: Activity,
  ): Promise<InvocationResult> {
    const deadline = performance.now() + description.timeoutSeconds * 1000;
    const context = contextOf(functionName, description, requestId, () => Math.max(0, Math.floor(deadline - performance.now())));
    let stopTimer = () => {};
    const timedOut = new Promise<InvocationResult>((resolveTimeOut) => {
      let timer: NodeJS.Timeout | undefined;
      let forgivenMs = 0;
      const arm = (milliseconds: number) => {
        if (timer !== undefined) timers.delete(timer);
        timer = setTimeout(() => {
          const unforgivenMs = options.sleepIsFree === true ? activity.stillMs() - forgivenMs : 0;
          forgivenMs += unforgivenMs;
          if (unforgivenMs >= 1) return arm(unforgivenMs);
          const error = new Error(`Task timed out after ${description.timeoutSeconds.toFixed(2)} seconds`);
          resolveTimeOut({ status: "timedOut", error });
        }, milliseconds);
        timers.add(timer);
      };
      arm(description.timeoutSeconds * 1000);
      stopTimer = () => {
        clearTimeout(timer);
        if (timer !== undefined) timers.delete(timer);
      };
    });
    const ended = withActivity(activity, async (): Promise<InvocationResult> => {
      try {
        const handler = await handlerOf(functionName);
        return { status: "succeeded", value: await handler(event, context) };
      } catch (error) {
        return { status: "failed", error: error instanceof Error ? error : new Error(String(error)) };
      }
    });
    const killed = activity.killed.then((error): InvocationResult => ({ status: "failed", error }));
    const result = await Promise.race([ended, timedOut, killed]);
    stopTimer();
    // After the end of the system nobody is there to settle it.
    return abandoned ? new Promise(() => undefined) : result;
  }

  return {
    invoke,
    async load(functionName) {
      await handlerOf(functionName);
    },
    running: () => activities.size,
    abandon() {
      abandoned = true;
      for (const timer of timers) clearTimeout(timer);
    },
    standsStill: () => [...activities].every((activity) => activity.standsStill()),
  };
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function importHandler(root: string, functionName: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf(".");
  const file = resolve(root, `${handler.slice(0, dot)}.ts`);
  const exported = handler.slice(dot + 1);
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const found = module[exported];
  if (typeof found !== "function") throw new Error(`${functionName}: ${file} exports no function "${exported}"`);
  return found as Handler;
}

function contextOf(functionName: string, description: FunctionDescription, requestId: string, remainingMs: () => number): Context {
  const noCallback = () => {
    throw new Error("Handlers return a promise; the callback style is not supported");
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: functionArn(functionName),
    memoryLimitInMB: String(description.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `${accountId}/${region}/embedded`,
    getRemainingTimeInMillis: remainingMs,
    done: noCallback,
    fail: noCallback,
    succeed: noCallback,
  };
}
