import { decimal } from "@winiswin/domain/decimal";
import * as z from "zod";

/** A value as a file of settings or a JSON document holds it. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** How a value is written in a file: a bare number, a bare word or a list of words. */
export type SettingForm = "number" | "word" | "words";

/** One thing that can be set; its texts from the file and from the environment are parsed by the same schema. */
export interface Setting<Value> {
  /** Section and key in the file; undefined for what only the environment may say. */
  readonly path: readonly [section: string, key: string] | undefined;
  /** The environment variable that wins over the file. */
  readonly variable: string | undefined;
  readonly form: SettingForm;
  readonly schema: z.ZodType<Value, string>;
  readonly default: string;
}

const decimalForm = /^\d{1,9}(\.\d{1,8})?$/;

export const truth = z.enum(["true", "false"], { error: "must be true or false" }).transform((text) => text === "true");

export const wordOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: `must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}` });

/** A text that is no text at all (a list where a number belongs) is refused with the same words. */
const textThat = (holds: (text: string) => boolean, error: string) => z.string({ error }).refine(holds, { error });

const decimalText = (low: string, high: string, unit: string) =>
  textThat(
    (text) => decimalForm.test(text) && decimal(text).gte(decimal(low)) && decimal(text).lte(decimal(high)),
    `must be a decimal number from ${low} to ${high} with at most 8 decimals (${unit})`,
  );

export const decimalBetween = (low: string, high: string, unit: string) => decimalText(low, high, unit).transform((text) => decimal(text));

/** For what is looked at and never becomes money. */
export const numberBetween = (low: number, high: number, unit: string) =>
  decimalText(String(low), String(high), unit).transform((text) => Number(text));

const isWholeBetween = (text: string, low: number, high: number): boolean =>
  /^\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high;

export const wholeBetween = (low: number, high: number, unit: string) =>
  textThat((text) => isWholeBetween(text, low, high), `must be a whole number from ${low} to ${high} (${unit})`).transform(Number);

export const wholeOrAuto = (low: number, high: number, unit: string) =>
  textThat(
    (text) => text === "auto" || isWholeBetween(text, low, high),
    `must be auto or a whole number from ${low} to ${high} (${unit})`,
  ).transform((text) => (text === "auto" ? undefined : Number(text)));

export const httpAddress = z.url({ protocol: /^https?$/, error: "must be an http or https address" });

export const modelName = textThat((text) => /^[\w.:/@-]{1,100}$/.test(text), "must be the name of a model, without spaces");

/** Perpetuals are named in letters of any script. */
const symbolForm = /^[\p{Lu}\p{Lo}\p{N}_]{1,40}$/u;

const symbolsOf = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(/[\s,]+/)
      .map((symbol) => symbol.toUpperCase())
      .filter((symbol) => symbol !== ""),
  ),
];

/** Symbols in either case, separated by commas or spaces, each counted once. */
export const symbolList = textThat(
  (text) => symbolsOf(text).every((symbol) => symbolForm.test(symbol)),
  "must be symbols like BTCUSDT and ETHUSDT",
).transform(symbolsOf);

/** The text of what stands in a file, as the environment would say it; undefined when it is no such value at all. */
export function textOf(found: unknown, form: SettingForm): string | undefined {
  if (form === "words") return Array.isArray(found) && found.every(isWord) ? found.join(",") : undefined;
  if (typeof found === "number") return Number.isFinite(found) ? decimal(String(found)).toFixed() : String(found);
  return typeof found === "string" || typeof found === "boolean" ? String(found) : undefined;
}

const isWord = (item: unknown): item is string => typeof item === "string" && !item.includes(",");

/** The value as a file would hold it; what this gives, `textOf` takes. */
export function plainOf(text: string, form: SettingForm): Plain {
  if (form === "words") return symbolList.parse(text);
  return form === "number" && text !== "auto" ? Number(text) : text;
}
