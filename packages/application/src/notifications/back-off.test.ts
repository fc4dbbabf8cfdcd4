import fc from "fast-check";
import { expect, test } from "vitest";
import type { Repetition } from "../ports/notifications.ts";
import { backedOff } from "./back-off.ts";

const minuteMs = 60_000;

/** The minutes at which people are told, with how many were left out before each. */
function toldAt(minutes: readonly number[]): readonly (readonly [minute: number, suppressed: number])[] {
  let kept: Repetition | undefined;
  const told: [number, number][] = [];
  for (const minute of minutes) {
    const { tell, suppressed, next } = backedOff(kept, minute * minuteMs);
    kept = next;
    if (tell) told.push([minute, suppressed]);
  }
  return told;
}

test("something that happens every minute is told at once and then less and less often, with how many were left out", () => {
  const everyMinute = Array.from({ length: 400 }, (_, minute) => minute);

  expect(toldAt(everyMinute)).toEqual([
    [0, 0],
    [5, 4],
    [20, 14],
    [80, 59],
    [320, 239],
  ]);
});

test("after twice its quiet time it counts as new", () => {
  expect(toldAt([0, 11])).toEqual([
    [0, 0],
    [11, 0],
  ]);
  expect(toldAt([0, 1, 2, 40, 41])).toEqual([
    [0, 0],
    [40, 0],
  ]);
});

test("nothing is lost: every event is told or counted in what is told or kept", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 200 }), (gaps) => {
      let kept: Repetition | undefined;
      let [minute, accounted] = [0, 0];
      for (const gap of gaps) {
        minute += gap;
        const { tell, suppressed, next } = backedOff(kept, minute * minuteMs);
        kept = next;
        if (tell) accounted += 1 + suppressed;
      }
      expect(accounted + (kept?.suppressed ?? 0)).toBe(gaps.length);
    }),
  );
});
