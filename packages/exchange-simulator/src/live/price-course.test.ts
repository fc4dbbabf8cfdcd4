import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Course, coursesOf, type LiveMinute, minuteCuts, priceAt, touchOf } from "./price-course.ts";

const minuteMs = 60_000;
const minute = (index: number, open: number, high: number, low: number, close: number): LiveMinute => ({
  openMs: index * minuteMs,
  open,
  high,
  low,
  close,
});

describe("what is known of a minute that is still open", () => {
  const seen = minute(10, 100, 105, 95, 101);

  test("is not its old high and low, which were there before", () => {
    const [course] = coursesOf(seen, [minute(10, 100, 105, 95, 102)], [10.5 * minuteMs, 10.6 * minuteMs]);
    expect(touchOf(course!, "atOrAbove", 104, 0)).toBeUndefined();
    expect(touchOf(course!, "atOrBelow", 96, 0)).toBeUndefined();
    expect(touchOf(course!, "atOrAbove", 101.5, 0)?.price).toBe(101.5);
  });

  test("is a new high, also when the price came back from it", () => {
    const [course] = coursesOf(seen, [minute(10, 100, 107, 95, 101)], [10.5 * minuteMs, 10.6 * minuteMs]);
    expect(touchOf(course!, "atOrAbove", 106, 0)).toMatchObject({ price: 106 });
    expect(touchOf(course!, "atOrBelow", 96, 0)).toBeUndefined();
  });

  test("goes on in whole minutes, each in its own span; a jump over the level is paid at the price found there", () => {
    const minutes = [minute(10, 100, 105, 95, 103), minute(11, 103, 104, 102, 103), minute(12, 90, 92, 89, 91)];
    const cuts = minuteCuts(10.5 * minuteMs, 12.5 * minuteMs);
    const courses = coursesOf(seen, minutes, cuts);
    expect(cuts).toEqual([10.5, 11, 12, 12.5].map((at) => at * minuteMs));
    expect(courses.map((course) => touchOf(course, "atOrBelow", 94, 0))).toEqual([
      undefined,
      undefined,
      { timeMs: 12 * minuteMs, price: 90 },
    ]);
  });

  test("stands still where the exchange shows nothing, and a minute shown early or late is taken by the nearest span", () => {
    const [still] = coursesOf(seen, [], [10.5 * minuteMs, 10.6 * minuteMs]);
    expect(still!.strokes).toEqual([[101, 101]]);
    const early = coursesOf(seen, [seen, minute(11, 102, 108, 102, 107)], [10.9 * minuteMs, 10.99 * minuteMs]);
    expect(touchOf(early[0]!, "atOrAbove", 106, 0)?.price).toBe(106);
    const late = coursesOf(seen, [minute(10, 100, 105, 95, 99), minute(11, 99, 99, 97, 98)], [11 * minuteMs, 11.1 * minuteMs]);
    expect(touchOf(late[0]!, "atOrBelow", 97.5, 0)?.price).toBe(97.5);
  });
});

describe("a course", () => {
  const course: fc.Arbitrary<Course> = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 })), { minLength: 1, maxLength: 6 })
    .chain((strokes) =>
      fc
        .record({ fromMs: fc.integer({ min: 0, max: 1e6 }), lengthMs: fc.integer({ min: 0, max: 60_000 }) })
        .map(({ fromMs, lengthMs }) => ({ fromMs, untilMs: fromMs + lengthMs, strokes })),
    );

  test("reaches a level exactly when one of its strokes does, inside its time, never at a better price than the level", () => {
    fc.assert(
      fc.property(course, fc.integer({ min: 1, max: 200 }), fc.boolean(), (given, level, above) => {
        const crossing = above ? "atOrAbove" : "atOrBelow";
        const touch = touchOf(given, crossing, level, given.fromMs);
        const reaches = given.strokes.some((stroke) => stroke.some((price) => (above ? price >= level : price <= level)));
        expect(touch !== undefined).toBe(reaches);
        if (touch === undefined) return;
        expect(touch.timeMs).toBeGreaterThanOrEqual(given.fromMs);
        expect(touch.timeMs).toBeLessThanOrEqual(given.untilMs);
        expect(above ? touch.price >= level : touch.price <= level).toBe(true);
      }),
    );
  });

  test("has a price at every instant, between the lowest and the highest of its strokes", () => {
    fc.assert(
      fc.property(course, fc.integer({ min: -1_000, max: 1_100_000 }), (given, timeMs) => {
        const price = priceAt(given, timeMs);
        expect(price).toBeGreaterThanOrEqual(Math.min(...given.strokes.flat()) - 1e-9);
        expect(price).toBeLessThanOrEqual(Math.max(...given.strokes.flat()) + 1e-9);
      }),
    );
  });
});
