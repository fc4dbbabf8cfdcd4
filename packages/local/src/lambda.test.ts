import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSteppedClock } from "./clock.ts";
import { createLambda } from "./lambda.ts";

const description = { handler: "sleeper.handler", description: "", timeoutSeconds: 0.2, memoryMb: 128, links: [] };

/** A handler that sleeps on the clock it finds under `globalThis.testClock`. */
function folderWithSleeper(): string {
  const root = mkdtempSync(join(tmpdir(), "winiswin-lambda-"));
  writeFileSync(
    join(root, "sleeper.ts"),
    "export const handler = async () => { await globalThis.testClock.sleepUntil(1000); return 'awake'; };",
  );
  return root;
}

test("waiting for a stepped clock is not counted against the time of a function", async () => {
  const clock = createSteppedClock(0);
  Object.assign(globalThis, { testClock: clock });
  const lambda = createLambda({ root: folderWithSleeper(), functions: { sleeper: description }, sleepIsFree: true });
  const invocation = lambda.invoke("sleeper", {});
  await new Promise((resolve) => setTimeout(resolve, 500));
  clock.advanceTo(1000);
  expect(await invocation).toEqual({ status: "succeeded", value: "awake" });
});

test("waiting for a clock that runs is counted, as Lambda does", async () => {
  Object.assign(globalThis, { testClock: createSteppedClock(0) });
  const lambda = createLambda({ root: folderWithSleeper(), functions: { sleeper: description } });
  expect(await lambda.invoke("sleeper", {})).toMatchObject({ status: "timedOut" });
});
