import { type DayRule, dayOfMonthRule, dayOfWeekRule } from "./cron-day.ts";
import { fieldOf, monthNames, plainField, weekdayNames } from "./cron-field.ts";

/** When a schedule fires, UTC. */
export interface ScheduleExpression {
  /** The first instant strictly after the given one; undefined when there is none any more. */
  nextFireMs(afterMs: number): number | undefined;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const rateUnitsMs: Readonly<Record<string, number>> = { minute: minuteMs, hour: 60 * minuteMs, day: dayMs };
/** The last year that the service accepts. */
const lastYear = 2199;

/**
 * Reads an EventBridge Scheduler expression, `rate(15 minutes)` or `cron(0/15 * * * ? *)`; throws one sentence on anything else.
 *
 * A rate is counted from 1970 on, so that it fires at the same instants after every start.
 */
export function parseScheduleExpression(expression: string): ScheduleExpression {
  const cron = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (cron !== undefined) return parseCron(expression, cron.trim().split(/\s+/));
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) return parseRate(expression, Number(rate[1]), rate[2] ?? "", rate[3] === "s");
  throw new Error(
    `"${expression}" is no schedule: use rate(<number> minutes|hours|days) or cron(<minutes> <hours> <day> <month> <weekday> <year>)`,
  );
}

function parseRate(expression: string, count: number, unit: string, plural: boolean): ScheduleExpression {
  if (count < 1) throw new Error(`"${expression}" never fires: the number must be at least 1`);
  if (plural !== count > 1) throw new Error(`"${expression}" must say ${unit}${count > 1 ? "s" : ""}, as AWS demands`);
  const periodMs = count * (rateUnitsMs[unit] ?? minuteMs);
  return { nextFireMs: (afterMs) => (Math.floor(afterMs / periodMs) + 1) * periodMs };
}

function parseCron(expression: string, fields: readonly string[]): ScheduleExpression {
  const [minuteText, hourText, dayText, monthText, weekdayText, yearText] = fields;
  if (
    fields.length !== 6 ||
    minuteText === undefined ||
    hourText === undefined ||
    dayText === undefined ||
    monthText === undefined ||
    weekdayText === undefined ||
    yearText === undefined
  ) {
    throw new Error(`"${expression}" has ${fields.length} fields; AWS wants six: minutes hours day-of-month month day-of-week year`);
  }
  if ((dayText === "?") === (weekdayText === "?")) {
    throw new Error(`"${expression}" must have "?" in exactly one of day-of-month and day-of-week`);
  }
  const inExpression = <Value>(parse: () => Value): Value => {
    try {
      return parse();
    } catch (error) {
      throw new Error(`"${expression}" is no schedule: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return inExpression(() => {
    const day: DayRule = dayText === "?" ? dayOfWeekRule(weekdayText, weekdayNames) : dayOfMonthRule(dayText);
    return cronSchedule({
      minutes: plainField(fieldOf("minutes", minuteText, 0, 59)),
      hours: plainField(fieldOf("hours", hourText, 0, 23)),
      months: new Set(plainField(fieldOf("month", monthText, 1, 12, monthNames))),
      years: plainField(fieldOf("year", yearText, 1970, lastYear)),
      day,
    });
  });
}

interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: readonly number[];
  readonly day: DayRule;
}

function cronSchedule({ minutes, hours, months, years, day }: Cron): ScheduleExpression {
  /** The first fire of a day at or after a minute of that day. */
  const inDay = (fromMinute: number): number | undefined => {
    for (const hour of hours) {
      for (const minute of minutes) {
        if (hour * 60 + minute >= fromMinute) return hour * 60 + minute;
      }
    }
    return undefined;
  };
  return {
    nextFireMs(afterMs) {
      const fromMs = (Math.floor(afterMs / minuteMs) + 1) * minuteMs;
      const fromDayMs = Math.floor(fromMs / dayMs) * dayMs;
      const fromYear = new Date(fromMs).getUTCFullYear();
      for (const year of years.filter((candidate) => candidate >= fromYear)) {
        for (const month of months) {
          const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
          for (let dayOfMonth = 1; dayOfMonth <= lastDay; dayOfMonth++) {
            const dayStartMs = Date.UTC(year, month - 1, dayOfMonth);
            if (dayStartMs < fromDayMs || !day(year, month, dayOfMonth)) continue;
            const minute = inDay(dayStartMs === fromDayMs ? (fromMs - fromDayMs) / minuteMs : 0);
            if (minute !== undefined) return dayStartMs + minute * minuteMs;
          }
        }
      }
      return undefined;
    },
  };
}
