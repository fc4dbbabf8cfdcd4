import fc from "fast-check";
import { expect, test } from "vitest";
import { parseScheduleExpression } from "./schedule-expression.ts";

const minuteMs = 60_000;
const at = (iso: string) => Date.parse(iso);
const next = (expression: string, afterIso: string) => {
  const nextMs = parseScheduleExpression(expression).nextFireMs(at(afterIso));
  return nextMs === undefined ? undefined : new Date(nextMs).toISOString().slice(0, 16);
};

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** A field together with the plain statement of which values it means. */
interface Field {
  readonly text: string;
  readonly matches: (value: number) => boolean;
}

const anyField = (low: number, high: number, names: readonly string[] = []): fc.Arbitrary<Field> => {
  const nameOf = (value: number, named: boolean) => (named ? (names[value - low] ?? String(value)) : String(value));
  const value = fc.integer({ min: low, max: high });
  const part = fc.oneof(
    fc
      .tuple(value, fc.boolean())
      .map(([only, named]) => ({ text: nameOf(only, named), matches: (candidate: number) => candidate === only })),
    fc.tuple(value, value, fc.boolean()).map(([one, other, named]) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      return { text: `${nameOf(from, named)}-${nameOf(to, named)}`, matches: (candidate: number) => candidate >= from && candidate <= to };
    }),
    fc.tuple(value, fc.integer({ min: 1, max: 20 })).map(([from, step]) => ({
      text: `${from}/${step}`,
      matches: (candidate: number) => candidate >= from && (candidate - from) % step === 0,
    })),
    fc.integer({ min: 1, max: 20 }).map((step) => ({ text: `*/${step}`, matches: (candidate: number) => (candidate - low) % step === 0 })),
  );
  return fc.oneof(
    fc.constant({ text: "*", matches: () => true }),
    fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({
      text: parts.map((one) => one.text).join(","),
      matches: (candidate: number) => parts.some((one) => one.matches(candidate)),
    })),
  );
};

test("a cron expression fires at the first minute that brute force finds, and at none between", () => {
  const days = fc.oneof(
    anyField(1, 31).map((field) => ({ dayOfMonth: field, weekday: { text: "?", matches: () => true } })),
    anyField(1, 7, weekdays).map((field) => ({ dayOfMonth: { text: "?", matches: () => true }, weekday: field })),
  );
  const start = fc.integer({ min: at("2023-01-01T00:00:00Z"), max: at("2028-12-31T00:00:00Z") });
  fc.assert(
    fc.property(anyField(0, 59), anyField(0, 23), days, anyField(1, 12, months), start, (minute, hour, day, month, afterMs) => {
      const expression = `cron(${minute.text} ${hour.text} ${day.dayOfMonth.text} ${month.text} ${day.weekday.text} *)`;
      const fires = (atMs: number) => {
        const time = new Date(atMs);
        return (
          minute.matches(time.getUTCMinutes()) &&
          hour.matches(time.getUTCHours()) &&
          day.dayOfMonth.matches(time.getUTCDate()) &&
          month.matches(time.getUTCMonth() + 1) &&
          day.weekday.matches(time.getUTCDay() + 1)
        );
      };
      const limitMs = afterMs + 45 * 86_400_000;

      const found = parseScheduleExpression(expression).nextFireMs(afterMs);

      let expected: number | undefined;
      for (let atMs = (Math.floor(afterMs / minuteMs) + 1) * minuteMs; atMs < limitMs; atMs += minuteMs) {
        if (!fires(atMs)) continue;
        expected = atMs;
        break;
      }
      if (expected !== undefined) expect(found).toBe(expected);
      else if (found !== undefined) {
        expect(found).toBeGreaterThanOrEqual(limitMs);
        expect(fires(found)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

test("the schedules of this system fire a minute before each close and each minute", () => {
  const closes = "cron(14,29,44,59 * * * ? *)";
  expect(next(closes, "2026-11-21T10:14:00Z")).toBe("2026-11-21T10:29");
  expect(next(closes, "2026-11-21T10:13:59.999Z")).toBe("2026-11-21T10:14");
  expect(next(closes, "2026-12-31T23:59:00Z")).toBe("2027-01-01T00:14");
  expect(next("rate(1 minute)", "2026-11-21T10:14:00Z")).toBe("2026-11-21T10:15");
});

test("the forms that only AWS has mean what AWS says", () => {
  expect(next("cron(0/15 * * * ? *)", "2026-11-21T10:14:00Z")).toBe("2026-11-21T10:15");
  // Day 2 is Monday, because Sunday is 1.
  expect(next("cron(0 8 ? * 2 *)", "2026-11-21T10:14:00Z")).toBe("2026-11-23T08:00");
  expect(next("cron(0 8 ? * MON-FRI *)", "2026-11-21T10:14:00Z")).toBe("2026-11-23T08:00");
  expect(next("cron(0 0 L * ? *)", "2028-02-01T00:00:00Z")).toBe("2028-02-29T00:00");
  expect(next("cron(0 0 ? * 6L *)", "2026-11-21T00:00:00Z")).toBe("2026-11-27T00:00");
  expect(next("cron(0 0 ? * FRI#3 *)", "2026-11-21T00:00:00Z")).toBe("2026-12-18T00:00");
  expect(next("cron(0 0 1W * ? *)", "2026-07-31T12:00:00Z")).toBe("2026-08-03T00:00");
  expect(next("cron(0 0 15W * ? *)", "2026-11-01T00:00:00Z")).toBe("2026-11-16T00:00");
  expect(next("cron(0 12 29 FEB ? 2030-2040)", "2026-01-01T00:00:00Z")).toBe("2032-02-29T12:00");
  expect(next("cron(0 12 1 1 ? 2020)", "2026-01-01T00:00:00Z")).toBeUndefined();
});

test("rates are counted from 1970, so that a restart does not move them", () => {
  expect(next("rate(15 minutes)", "2026-11-21T10:14:30Z")).toBe("2026-11-21T10:15");
  expect(next("rate(2 hours)", "2026-11-21T10:00:00Z")).toBe("2026-11-21T12:00");
  expect(next("rate(1 day)", "2026-11-21T10:00:00Z")).toBe("2026-11-22T00:00");
});

test.each([
  ["*/15 * * * *", "is no schedule"],
  ["cron(0 8 * * *)", "has 5 fields"],
  ["cron(0 8 * * * *)", '"?" in exactly one'],
  ["cron(0 8 ? * ? *)", '"?" in exactly one'],
  ["cron(60 8 * * ? *)", '"60" is no minutes'],
  ["cron(0 8 ? * 0 *)", '"0" is no day-of-week'],
  ["cron(0 8 ? * FUN *)", '"FUN" is no day-of-week'],
  ["cron(0 8 5-2 * ? *)", "runs backwards"],
  ["cron(0/0 8 * * ? *)", "is no step"],
  ["cron(? 8 * * ? *)", '"?" is no minutes'],
  ["rate(0 minutes)", "never fires"],
  ["rate(1 minutes)", "must say minute"],
  ["rate(5 minute)", "must say minutes"],
  ["at(2026-11-21T10:00:00)", "is no schedule"],
])("%s is refused with one sentence", (expression, sentence) => {
  expect(() => parseScheduleExpression(expression)).toThrow(sentence);
});
