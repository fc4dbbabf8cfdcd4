import { z } from "zod";

/** A whole number as it is typed. */
export const wholeNumber = (low: number, high: number, unit: string) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= low && Number(text) <= high, {
      error: `must be a whole number from ${low} to ${high} (${unit})`,
    })
    .transform(Number);

const isoForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** UTC milliseconds of a day or of an instant with its zone: a time without one would mean another instant on every machine. */
export const isoTime = z
  .string()
  .refine((text) => isoForm.test(text) && !Number.isNaN(Date.parse(text)) && staysTheSameDay(text), {
    error: "must be a time in ISO form with its zone, like 2024-03-01T00:00:00Z, or a day, like 2024-03-01",
  })
  .transform((text) => Date.parse(text));

/** Date.parse takes February 30 for March 1. */
const staysTheSameDay = (text: string): boolean => {
  const day = text.slice(0, 10);
  const parsed = Date.parse(day);
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(day);
};
