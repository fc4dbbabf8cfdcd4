import type { BusEvent } from "@winiswin/local/bus";
import { z } from "zod";

/** Something that happened to an open position between two reports. */
export type PositionChange =
  | {
      readonly change: "partTaken";
      readonly symbol: string;
      readonly direction: string;
      readonly quantity: string;
      readonly price: string;
      readonly remaining: string;
    }
  | { readonly change: "stopMoved"; readonly symbol: string; readonly direction: string; readonly to: string; readonly detail: string };

const about = { symbol: z.string(), direction: z.string() };
const partTaken = z.object({ ...about, quantity: z.string(), price: z.string(), remaining: z.string() });
const stopMoved = z.object({ ...about, to: z.string(), detail: z.string() });

/** Undefined for an event that tells of something else. */
export function positionChangeIn({ "detail-type": type, detail }: BusEvent): PositionChange | undefined {
  const taken = type === "PartlyClosed" ? partTaken.safeParse(detail) : undefined;
  if (taken?.success === true) return { change: "partTaken", ...taken.data };
  const moved = type === "StopMoved" ? stopMoved.safeParse(detail) : undefined;
  return moved?.success === true ? { change: "stopMoved", ...moved.data } : undefined;
}

export const changeText = (change: PositionChange): string =>
  change.change === "partTaken"
    ? `◆ ${change.symbol} ${change.direction} target taken: ${change.quantity} at ${change.price}, ${change.remaining} still open`
    : `◆ ${change.symbol} ${change.direction} stop moved to ${change.to}: ${change.detail}`;
