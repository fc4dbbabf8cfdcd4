import { dayMs } from "../market/candle-columns.ts";

const hourMs = 3_600_000;

interface Session {
  readonly startTime: number;
  readonly endTime: number;
  readonly type: string;
}

/** What a kind of day consists of: from the hour on, in UTC, until the next one. */
type DayPlan = readonly (readonly [fromHour: number, type: string])[];

const closed: DayPlan = [[0, "NO_TRADING"]];
const always: DayPlan = [[0, "REGULAR"]];
const hours = (from: number, until: number): DayPlan => [
  [0, "NO_TRADING"],
  [from, "REGULAR"],
  [until, "NO_TRADING"],
];

const americanDay: DayPlan = [
  [0, "AFTER_MARKET"],
  [1, "OVERNIGHT"],
  [9, "PRE_MARKET"],
  [14.5, "REGULAR"],
  [21, "AFTER_MARKET"],
];

/** By the day of the week, Sunday first. */
const week = (workday: DayPlan, friday = workday, sunday: DayPlan = closed): readonly DayPlan[] => [
  sunday,
  workday,
  workday,
  workday,
  workday,
  friday,
  closed,
];

const roundTheClock = week(
  always,
  [
    [0, "REGULAR"],
    [22, "NO_TRADING"],
  ],
  [
    [0, "NO_TRADING"],
    [22, "REGULAR"],
  ],
);

const markets: Readonly<Record<string, readonly DayPlan[]>> = {
  EQUITY: week(americanDay),
  COMMODITY: roundTheClock,
  KR_EQUITY: week(hours(0, 6.5)),
  HK_EQUITY: week(hours(1.5, 8)),
  CN_EQUITY: week(hours(1.5, 7)),
  FX: roundTheClock,
};

/**
 * Sessions of the markets behind perpetuals of stocks, a week back and a week ahead of the day before.
 *
 * Usual hours of winter: no holidays, no daylight saving time, no breaks at noon. The perpetuals themselves trade at all times.
 */
export function tradingSchedule(nowMs: number): object {
  const yesterday = Math.floor(nowMs / dayMs) - 1;
  return {
    updateTime: nowMs,
    marketSchedules: Object.fromEntries(
      Object.entries(markets).map(([name, plans]) => [name, { sessions: sessionsOf(plans, yesterday - 7, yesterday + 7) }]),
    ),
  };
}

function sessionsOf(plans: readonly DayPlan[], firstDay: number, lastDay: number): readonly Session[] {
  const sessions: Session[] = [];
  for (let day = firstDay; day <= lastDay; day++) {
    // 1970 began on a Thursday.
    const plan = plans[(day + 4) % 7]!;
    for (const [index, [fromHour, type]] of plan.entries()) {
      const startTime = day * dayMs + fromHour * hourMs;
      const endTime = day * dayMs + (plan[index + 1]?.[0] ?? 24) * hourMs;
      const last = sessions.at(-1);
      if (last?.type === type && last.endTime === startTime) sessions[sessions.length - 1] = { ...last, endTime };
      else sessions.push({ startTime, endTime, type });
    }
  }
  return sessions;
}
