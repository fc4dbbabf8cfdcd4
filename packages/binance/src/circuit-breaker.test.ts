import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admit, after, type Circuit, closedCircuit } from "./circuit-breaker.ts";

const failedAt = (circuit: Circuit, ...times: readonly number[]): Circuit =>
  times.reduce<Circuit>((state, atMs) => after(state, { kind: "failed", atMs }), circuit);

const openAt = (atMs: number): Circuit => failedAt(closedCircuit, atMs, atMs, atMs, atMs, atMs);

describe("a circuit", () => {
  it("is closed and stays so while answers come between the failures", () => {
    const almost = failedAt(closedCircuit, 1, 2, 3, 4);
    const recovered = after(almost, { kind: "answered" });

    expect(admit(almost, 5).waitUntilMs).toBeUndefined();
    expect(failedAt(recovered, 6, 7, 8, 9).state).toBe("closed");
  });

  it("opens at the fifth failure in a row, for five seconds", () => {
    const circuit = openAt(1_000);

    expect(circuit).toEqual({ state: "open", openings: 1, untilMs: 6_000 });
    expect(admit(circuit, 5_999).waitUntilMs).toBe(6_000);
  });

  it("lets one through when they are over and holds the others back until that one is back", () => {
    const trial = admit(openAt(1_000), 6_000);
    const other = admit(trial.circuit, 6_001);

    expect([trial.waitUntilMs, trial.circuit.state]).toEqual([undefined, "halfOpen"]);
    expect(other.waitUntilMs).toBe(7_001);
    expect(after(other.circuit, { kind: "answered" })).toEqual(closedCircuit);
  });

  it("opens twice as long each time a trial fails, a minute at most", () => {
    let circuit = openAt(0);
    const rests: number[] = [];
    for (let trial = 0; trial < 6; trial++) {
      if (circuit.state !== "open") throw new Error(circuit.state);
      const atMs: number = circuit.untilMs;
      circuit = failedAt(admit(circuit, atMs).circuit, atMs);
      if (circuit.state === "open") rests.push(circuit.untilMs - atMs);
    }

    expect(rests).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  });

  it("gives up a trial of which nobody tells the end", () => {
    const { circuit } = admit(openAt(0), 5_000);

    expect(admit(circuit, 20_000).waitUntilMs).toBeUndefined();
  });

  it("never waits longer than a minute, nor for a time that is past, whatever happens", () => {
    const step = fc.record({ passMs: fc.integer({ min: 0, max: 90_000 }), event: fc.constantFrom("ask", "answered", "failed") });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let circuit: Circuit = closedCircuit;
        let nowMs = 0;
        for (const { passMs, event } of steps) {
          nowMs += passMs;
          if (event === "answered") circuit = after(circuit, { kind: "answered" });
          else if (event === "failed") circuit = after(circuit, { kind: "failed", atMs: nowMs });
          else {
            const { waitUntilMs, circuit: next } = admit(circuit, nowMs);
            circuit = next;
            if (waitUntilMs !== undefined && (waitUntilMs <= nowMs || waitUntilMs > nowMs + 60_000)) return false;
          }
        }
        return true;
      }),
    );
  });
});
