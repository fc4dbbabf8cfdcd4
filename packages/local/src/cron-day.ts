import { fieldOf, numberIn, plainField } from "./cron-field.ts";

/** Whether a schedule fires on a day; month 1 to 12. */
export type DayRule = (year: number, month: number, dayOfMonth: number) => boolean;

const lastDayOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** 1 is Sunday. */
const weekdayOf = (year: number, month: number, day: number): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** Day-of-month: numbers, ranges, lists, steps, `L` for the last day, `15W` for the weekday nearest to the 15th. */
export function dayOfMonthRule(text: string): DayRule {
  const field = fieldOf("day-of-month", text, 1, 31);
  if (text === "L") return (year, month, day) => day === lastDayOf(year, month);
  const nearest = /^(\d+)W$/.exec(text)?.[1];
  if (nearest !== undefined) {
    const wanted = numberIn(field, nearest);
    return (year, month, day) => day === nearestWeekday(year, month, wanted);
  }
  const days = new Set(plainField(field));
  return (_year, _month, day) => days.has(day);
}

/** Day-of-week: numbers from 1 = Sunday or names, ranges, lists, `L` or `7L` for the last of its kind in the month, `6#3` for the third Friday. */
export function dayOfWeekRule(text: string, names: readonly string[]): DayRule {
  const field = fieldOf("day-of-week", text, 1, 7, names);
  if (text === "L") return (year, month, day) => weekdayOf(year, month, day) === 7;
  const last = /^(\w+)L$/.exec(text)?.[1];
  if (last !== undefined) {
    const weekday = numberIn(field, last);
    return (year, month, day) => weekdayOf(year, month, day) === weekday && day > lastDayOf(year, month) - 7;
  }
  const [kind, occurrence, ...rest] = text.split("#");
  if (kind !== undefined && occurrence !== undefined) {
    const weekday = numberIn(field, kind);
    const count = numberIn(fieldOf("occurrence in the month", occurrence, 1, 5), occurrence);
    if (rest.length > 0) throw new Error(`"${text}" in the field day-of-week has two "#"`);
    return (year, month, day) => weekdayOf(year, month, day) === weekday && Math.ceil(day / 7) === count;
  }
  const weekdays = new Set(plainField(field));
  return (year, month, day) => weekdays.has(weekdayOf(year, month, day));
}

/** Monday to Friday, never in another month; a month without the day has none. */
function nearestWeekday(year: number, month: number, wanted: number): number | undefined {
  const last = lastDayOf(year, month);
  if (wanted > last) return undefined;
  const weekday = weekdayOf(year, month, wanted);
  if (weekday === 7) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 1) return wanted === last ? wanted - 2 : wanted + 1;
  return wanted;
}
