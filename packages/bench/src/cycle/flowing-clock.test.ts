import type { Clock } from "@winiswin/application/ports/clock";
import { describe, expect, it } from "vitest";
import { createFlowingClock } from "./flowing-clock.ts";

function clocks() {
  const real = { ms: 5_000 };
  const stepped = { ms: 1_000_000, slept: [] as number[] };
  const given: Clock = {
    nowMs: () => stepped.ms,
    sleepUntil: async (atMs) => {
      stepped.slept.push(atMs);
    },
    realMsUntil: () => 0,
  };
  return { real, stepped, clock: createFlowingClock(given, () => real.ms) };
}

describe("a flowing clock", () => {
  it("lets work last as long as it really does", () => {
    const { real, clock } = clocks();

    real.ms += 340;

    expect(clock.nowMs()).toBe(1_000_340);
  });

  it("stands at the new instant when the stepped clock has moved", () => {
    const { real, stepped, clock } = clocks();

    real.ms += 340;
    stepped.ms = 1_002_000;
    clock.moved();

    expect(clock.nowMs()).toBe(1_002_000);
  });

  it("sleeps by the stepped clock, and not at all when the time has come", async () => {
    const { real, stepped, clock } = clocks();
    real.ms += 100;

    await clock.sleepUntil(1_000_050);
    await clock.sleepUntil(1_000_500);

    expect(stepped.slept).toEqual([1_000_500]);
  });
});
