import { writeFileSync } from "node:fs";
import { Crash, Interruption } from "@winiswin/testkit";
import { afterAll, describe, expect, it } from "vitest";
import { expectInvariants, expectStopStands } from "./crash-invariants.ts";
import { crashPaths, type PreparedDesk } from "./crash-paths.ts";
import { exchangeFaults, FailingExchange } from "./failing-exchange.ts";

/** Redelivers and guards until nothing changes, as the queue and the schedule would. */
async function recover({ desk, later }: PreparedDesk): Promise<void> {
  for (let minute = 0; minute < 6; minute++) {
    desk.aMinuteLater();
    await desk.execute();
    for (const id of later) await desk.executeLater(id);
    await desk.guard();
  }
}

const dies = async (work: Promise<unknown>) => {
  await expect(work).rejects.toThrow(Crash);
};

interface Counted {
  readonly path: string;
  readonly calls: number;
  crashes: number;
  faults: number;
  readonly outcomes: Map<string, number>;
}
const matrix: Counted[] = [];

describe.each(crashPaths)("$name", ({ name, prepare, ends }) => {
  const isProtectedBefore = !name.includes("entry") && !name.includes("entries") && !name.startsWith("stop vanished");
  const row: Counted = { path: name, calls: 0, crashes: 0, faults: 0, outcomes: new Map() };

  async function finish(prepared: PreparedDesk, story: string, isDoubled = false): Promise<void> {
    if (isProtectedBefore) await expectStopStands(prepared.desk, story);
    await recover(prepared);
    const outcome = await expectInvariants(prepared.desk, story, isDoubled ? 2 : 1);
    // What looks at a closed candle, or at the minutes before a funding, and did not see the position waits for the next one.
    const maySkip = ends === "closed if seen in time" && story.includes("s late");
    if (ends !== "either" && !maySkip) expect(outcome.startsWith("closed"), `${story}: ${outcome}`).toBe(true);
    row.outcomes.set(outcome, (row.outcomes.get(outcome) ?? 0) + 1);
  }

  it("survives death before and after every call", async () => {
    const whole = new Interruption();
    await (await prepare()).run(whole);
    matrix.push({ ...row, calls: whole.calls.length, outcomes: row.outcomes });
    expect(whole.calls.length).toBeGreaterThan(5);
    for (const moment of ["before", "after"] as const) {
      for (const [index, call] of whole.calls.entries()) {
        const prepared = await prepare();
        await dies(prepared.run(new Interruption(index, moment)));
        await finish(prepared, `${name}: died ${moment} ${index} ${call}`);
        count(name).crashes++;
      }
    }
  });

  it("survives every fault of the exchange at every call of it", async () => {
    const whole = new FailingExchange();
    await (await prepare()).run(whole);
    for (const fault of exchangeFaults) {
      for (const [index, method] of whole.asked.entries()) {
        const prepared = await prepare();
        // What cannot be read now is told by an error, and the queue or the schedule comes again.
        await prepared.run(new FailingExchange(index, fault, prepared.desk)).catch(() => undefined);
        await finish(prepared, `${name}: ${fault} at ${index} ${method}`, fault === "executed twice" && method === "placeEntry");
        count(name).faults++;
      }
    }
  });
});

const count = (path: string): Counted => matrix.find((row) => row.path === path)!;

/** `WRITE_CRASH_MATRIX=true` writes what was run and how it ended into the documents. */
afterAll(() => {
  if (process.env.WRITE_CRASH_MATRIX !== "true") return;
  const cases = matrix.reduce((sum, { crashes, faults }) => sum + crashes + faults, 0);
  const rows = matrix.map(({ path, calls, crashes, faults, outcomes }) => {
    const ended = [...outcomes].sort(([, one], [, other]) => other - one).map(([outcome, times]) => `${times} × ${outcome}`);
    return `| ${path} | ${calls} | ${crashes} | ${faults} | ${ended.join("; ")} |`;
  });
  writeFileSync(new URL("../../../docs/crash-matrix.md", import.meta.url), crashDocument(cases, rows));
});

const crashDocument = (cases: number, rows: readonly string[]): string => `# The crash matrix

${cases} cases, generated from the input and output that the code really does: each path below is run once and its calls are listed; then it is
run again for each call, dying before it and after it, and for each call of the exchange with each of ${exchangeFaults.length} faults
(${exchangeFaults.join("; ")}). After each, the queue and the schedule deliver again for six minutes, and then:

- at most one entry was sent for an intent; where the exchange executed one twice by itself, what was too much is given back;
- our positions are those of the exchange, with the same quantity, and none of them is without its stop: a position that was protected
  before has its closing stop also right after the crash, before anything is delivered again;
- the orders that rest on the exchange are exactly those that the position wants: no orphan, no double, targets within what is open;
- a position that is gone has one trade, whose parts sum to its quantity, each with the reason of the order that took it;
- the cycle is executed, requests to close are settled, and the chain of the audit is unbroken.

Written by \`WRITE_CRASH_MATRIX=true npx vitest run packages/application/test/crash-matrix.test.ts\`.

| path | calls | crashes | faults | how it ended |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
