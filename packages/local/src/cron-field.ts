export const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"] as const;
/** AWS counts Sunday as 1. */
export const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;

export interface CronField {
  readonly name: string;
  readonly text: string;
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[];
}

export const fieldOf = (name: string, text: string, low: number, high: number, names: readonly string[] = []): CronField => ({
  name,
  text,
  low,
  high,
  names,
});

/** The values of a field of numbers or names, ranges, lists and steps, ascending; throws on anything else. */
export function plainField(field: CronField): readonly number[] {
  const values = new Set(field.text.split(",").flatMap((part) => valuesOf(field, part)));
  return [...values].sort((first, second) => first - second);
}

/** One number or name of the field; throws when it is neither or out of range. */
export function numberIn({ name, low, high, names }: CronField, text: string): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named === -1 ? Number(text) : named + low;
  if ((named === -1 && !/^\d+$/.test(text)) || value < low || value > high) {
    throw new Error(`"${text}" is no ${name} (${low} to ${high}${names.length > 0 ? ` or ${names[0]} to ${names.at(-1)}` : ""})`);
  }
  return value;
}

function valuesOf(field: CronField, part: string): readonly number[] {
  const [base = "", stepText, ...rest] = part.split("/");
  if (rest.length > 0) throw new Error(`"${part}" in the field ${field.name} has two steps`);
  const [from, to] = rangeOf(field, base, stepText !== undefined);
  if (stepText !== undefined && !/^[1-9]\d*$/.test(stepText)) throw new Error(`"${stepText}" in the field ${field.name} is no step`);
  const step = stepText === undefined ? 1 : Number(stepText);
  if (from > to) throw new Error(`"${part}" in the field ${field.name} runs backwards`);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** A single number with a step means "from there to the end". */
function rangeOf(field: CronField, base: string, stepped: boolean): readonly [number, number] {
  if (base === "*") return [field.low, field.high];
  const [first = "", last, ...rest] = base.split("-");
  if (rest.length > 0) throw new Error(`"${base}" in the field ${field.name} is no range`);
  const from = numberIn(field, first);
  return [from, last === undefined ? (stepped ? field.high : from) : numberIn(field, last)];
}
