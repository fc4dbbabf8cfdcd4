import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { invokeAsynchronously } from "./asynchronous-invocation.ts";
import { createSteppedClock } from "./clock.ts";
import type { InvocationResult } from "./lambda.ts";

const failed: InvocationResult = { status: "failed", error: new Error("no answer") };
const succeeded: InvocationResult = { status: "succeeded", value: 1 };

/** Runs with these results one after the other; gives the seconds at which it was tried, and how it ended. */
async function tryWith(results: readonly InvocationResult[], retries: number, usefulForSeconds: number) {
  const clock = createSteppedClock(0);
  const triedAtSeconds: number[] = [];
  const left = [...results];
  const running = invokeAsynchronously(
    { functionName: "dispatch", event: {}, retries, usefulForSeconds },
    async () => {
      triedAtSeconds.push(clock.nowMs() / 1000);
      return left.shift() ?? failed;
    },
    clock,
  );
  for (let turn = 0; turn < 10; turn++) {
    await setImmediate();
    clock.advanceTo(clock.nextWakeMs() ?? clock.nowMs());
  }
  return { triedAtSeconds, status: (await running).status };
}

test("a run that fails is tried again after one minute and after two more, until it succeeds", async () => {
  expect(await tryWith([failed, failed, failed], 2, 3_600)).toEqual({ triedAtSeconds: [0, 60, 180], status: "failed" });
  expect(await tryWith([failed, succeeded], 2, 3_600)).toEqual({ triedAtSeconds: [0, 60], status: "succeeded" });
  expect(await tryWith([succeeded], 2, 3_600)).toEqual({ triedAtSeconds: [0], status: "succeeded" });
});

test("no try begins when it is no longer useful, and none at all without retries", async () => {
  expect(await tryWith([], 2, 100)).toEqual({ triedAtSeconds: [0, 60], status: "failed" });
  expect(await tryWith([], 2, 59)).toEqual({ triedAtSeconds: [0], status: "failed" });
  expect(await tryWith([], 0, 3_600)).toEqual({ triedAtSeconds: [0], status: "failed" });
});
