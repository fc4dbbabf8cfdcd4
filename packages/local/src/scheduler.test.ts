import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { createAcceleratedClock } from "./clock.ts";
import { createTimetable, type DueSchedule, startScheduler } from "./scheduler.ts";

const minuteMs = 60_000;
const timetable = createTimetable({
  schedules: {
    EveryMinute: { expression: "rate(1 minute)", function: "guard" },
    BeforeClose: { expression: "cron(14,29,44,59 * * * ? *)", function: "dispatch", retries: 2, usefulForSeconds: 300 },
  },
  scheduleEvent: (time) => ({ time }),
});

test("what is due at an instant comes in the order of the names, with the time it was due", () => {
  const atMs = Date.UTC(2026, 10, 21, 10, 14);

  expect(timetable.nextDueMs(atMs - 1)).toBe(atMs);
  expect(timetable.dueAt(atMs)).toEqual([
    {
      schedule: "BeforeClose",
      functionName: "dispatch",
      retries: 2,
      usefulForSeconds: 300,
      dueMs: atMs,
      event: { time: "2026-11-21T10:14:00Z" },
    },
    {
      schedule: "EveryMinute",
      functionName: "guard",
      retries: 0,
      usefulForSeconds: 60,
      dueMs: atMs,
      event: { time: "2026-11-21T10:14:00Z" },
    },
  ]);
  expect(timetable.dueAt(atMs + 1)).toEqual([]);
});

/** Time that jumps to where it is set; every pause of the scheduler ends at once. */
async function schedulerAt(startMs: number) {
  let nowMs = startMs;
  const fired: { readonly due: DueSchedule; readonly end: () => void }[] = [];
  const base = createAcceleratedClock({ startMs: 0, realStartMs: 0, speed: 1 }, () => nowMs);
  const clock = { ...base, realMsUntil: () => 1 };
  const scheduler = startScheduler({
    clock,
    timetable,
    run: (due) => new Promise((end) => fired.push({ due, end })),
  });
  /** Long enough for the scheduler to look at the clock several times. */
  const jumpTo = async (atMs: number) => {
    nowMs = atMs;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    await setImmediate();
  };
  return { fired, jumpTo, scheduler };
}

test("after a gap only the last missed time of each schedule is made up for", async () => {
  const startMs = Date.UTC(2026, 10, 21, 10, 0, 30);
  const { fired, jumpTo, scheduler } = await schedulerAt(startMs);

  await jumpTo(Date.UTC(2026, 10, 21, 13, 7, 10));

  expect(fired.map(({ due }) => [due.schedule, new Date(due.dueMs).toISOString().slice(11, 16)]).sort()).toEqual([
    ["BeforeClose", "12:59"],
    ["EveryMinute", "13:07"],
  ]);
  scheduler.stop();
});

test("a run that is due while the one before still runs waits for it, and only the newest waits", async () => {
  const startMs = Date.UTC(2026, 10, 21, 10, 0, 30);
  const { fired, jumpTo, scheduler } = await schedulerAt(startMs);
  const firstMs = Date.UTC(2026, 10, 21, 10, 1);

  await jumpTo(firstMs);
  await jumpTo(firstMs + minuteMs);
  await jumpTo(firstMs + 2 * minuteMs);
  expect(fired).toHaveLength(1);
  fired[0]?.end();
  await jumpTo(firstMs + 2 * minuteMs);

  expect(fired.map(({ due }) => due.dueMs)).toEqual([firstMs, firstMs + 2 * minuteMs]);
  scheduler.stop();
});
