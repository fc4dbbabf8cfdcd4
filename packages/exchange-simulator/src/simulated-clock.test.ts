import { describe, expect, test } from "vitest";
import { createClock } from "./simulated-clock.ts";

const startMs = Date.UTC(2026, 10, 21);

describe("the simulated clock", () => {
  test("runs as many times faster as it was told", () => {
    let real = 1_000_000;
    const clock = createClock({ kind: "accelerated", startMs, speed: 60 }, () => real);
    real += 250;
    expect(clock.nowMs()).toBe(startMs + 15_000);
    expect(clock.read()).toEqual({ nowMs: startMs + 15_000, kind: "accelerated", speed: 60, startMs, realStartMs: 1_000_000 });
  });

  test("measures the age of a request in real time, also ahead of it", () => {
    let real = 0;
    const clock = createClock({ kind: "accelerated", startMs, speed: 600 }, () => real);
    const sentAt = clock.nowMs();
    real += 4_000;
    expect(clock.realAgeMs(sentAt)).toBe(4_000);
    expect(clock.realAgeMs(clock.nowMs() + 600_000)).toBe(-1_000);
  });

  test("when stepped, remembers when it left each time it stood at", () => {
    let real = 0;
    const clock = createClock({ kind: "stepped", startMs }, () => real);
    real = 10_000;
    expect(clock.realAgeMs(startMs)).toBe(0);
    clock.advanceTo(startMs + 900_000);
    real = 12_000;
    clock.advanceTo(startMs + 1_800_000);
    real = 13_000;
    expect(clock.realAgeMs(startMs)).toBe(3_000);
    expect(clock.realAgeMs(startMs + 900_000)).toBe(1_000);
    expect(clock.realAgeMs(startMs + 1_800_000 + 5)).toBe(-5);
  });

  test("is only moved when it is stepped, and never back", () => {
    const stepped = createClock({ kind: "stepped", startMs }, () => 0);
    expect(() => stepped.advanceTo(startMs - 1)).toThrow("does not go back");
    expect(() => createClock({ kind: "real" }, () => 0).advanceTo(1)).toThrow("Only a stepped clock");
  });
});
