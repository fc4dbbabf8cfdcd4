import type { Logger } from "@winiswin/application/ports/logger";
import { type CycleId, closeTimeOfCycle } from "@winiswin/domain/cycle";
import { decimal, price, quantity, usdt } from "@winiswin/domain/decimal";
import * as z from "zod";

const secondsPerDay = 86_400;

/** The time-to-live attribute: epoch seconds, `days` after the instant. */
export const expiresAt = (atMs: number, days: number): number => Math.floor(atMs / 1000) + days * secondsPerDay;

/** An instant as people read it, written beside its epoch milliseconds. */
export const isoTime = (atMs: number): string => new Date(atMs).toISOString();

export const priceText = z.string().transform((text) => price(text));
export const quantityText = z.string().transform((text) => quantity(text));
export const decimalText = z.string().transform((text) => decimal(text));
export const usdtText = z.string().transform((text) => usdt(text));

export const cycleIdText = z.string().transform((text): CycleId => {
  closeTimeOfCycle(text);
  return text as CycleId;
});

export const directionText = z.enum(["long", "short"]);

/** An attribute that is missing when the domain says undefined. */
export const absentOr = <Schema extends z.ZodType>(schema: Schema) =>
  schema.optional().transform((value): z.output<Schema> | undefined => value);

/** What can be read; each of the others is told to the log, because nothing that cannot be read is skipped silently. */
export function readableOf<Item, Read>(items: readonly Item[], read: (item: Item) => Read, logger: Pick<Logger, "error">): readonly Read[] {
  return items.flatMap((item) => {
    try {
      return [read(item)];
    } catch (error) {
      logger.error("a stored row cannot be read", { reason: error instanceof Error ? error.message : String(error) });
      return [];
    }
  });
}

/** Parses a stored row; throws with the table and key, because a row that cannot be read is never skipped silently. */
export function parseItem<Schema extends z.ZodType>(schema: Schema, item: unknown, where: string): z.output<Schema> {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new Error(`${where} cannot be read: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}
