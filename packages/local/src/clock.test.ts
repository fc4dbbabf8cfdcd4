import { expect, test } from "vitest";
import { createAcceleratedClock, createRealClock, createSteppedClock } from "./clock.ts";

test("an accelerated clock runs so many times faster from where it starts", () => {
  let realMs = 5_000;
  const clock = createAcceleratedClock({ startMs: 1_000_000, realStartMs: 5_000, speed: 60 }, () => realMs);

  realMs += 250;

  expect(clock.nowMs()).toBe(1_015_000);
  expect(clock.realMsUntil(1_075_000)).toBe(1_000);
  expect(clock.realMsUntil(1_000_000)).toBe(0);
});

test("a sleeper of an accelerated clock never wakes before its instant", async () => {
  const clock = createAcceleratedClock({ startMs: 0, realStartMs: Date.now(), speed: 1_000 });
  const until = clock.nowMs() + 5_500;

  await clock.sleepUntil(until);

  expect(clock.nowMs()).toBeGreaterThanOrEqual(until);
});

test("a real clock shows the time of the machine", () => {
  const clock = createRealClock(() => 1_234);

  expect(clock.nowMs()).toBe(1_234);
  expect(clock.realMsUntil(2_000)).toBe(766);
});

test("a stepped clock wakes sleepers in the order of their instants, those of one instant in the order they fell asleep", async () => {
  const clock = createSteppedClock(100);
  const woken: string[] = [];
  const sleep = (name: string, atMs: number) => clock.sleepUntil(atMs).then(() => woken.push(name));
  const sleeping = Promise.all([sleep("late", 300), sleep("first", 200), sleep("second", 200), sleep("past", 50)]);

  expect(clock.nextWakeMs()).toBe(200);
  expect(clock.realMsUntil(300)).toBe(0);
  clock.advanceTo(250);
  expect(clock.nowMs()).toBe(250);
  expect(clock.nextWakeMs()).toBe(300);
  clock.advanceTo(300);
  await sleeping;

  expect(woken).toEqual(["past", "first", "second", "late"]);
  expect(clock.nextWakeMs()).toBeUndefined();
  expect(() => clock.advanceTo(299)).toThrow("does not go back");
});
