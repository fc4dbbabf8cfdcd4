import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { decimal, price, quantity, usdt } from "@winiswin/domain/decimal";
import * as z from "zod";

// The exchange writes some zeros as "0E-8"; everything we send is plain.
const decimalText = z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, "is not a decimal");

/** For looking at only. */
export const wireNumber = decimalText.transform(Number);
export const wireDecimal = decimalText.transform(decimal);
export const wirePrice = decimalText.transform(price);
/** Unsigned: the sign of a position's amount says the direction and is read apart. */
export const wireQuantity = decimalText.transform(quantity);
export const wireUsdt = decimalText.transform(usdt);

/** An id as text; ids beyond 2^53 arrive as text already. */
export const wireId = z.union([z.string().min(1), z.int().nonnegative()]).transform(String);

/** The answer in its documented shape, or an ExchangeError (fatal) that names the field. */
export function parseAnswer<Schema extends z.ZodType>(endpoint: string, schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? "the answer" : issue.path.join(".");
  throw new ExchangeError(
    "fatal",
    `${endpoint}: the exchange's answer has another shape than documented (${path}: ${issue?.message ?? "?"})`,
  );
}
