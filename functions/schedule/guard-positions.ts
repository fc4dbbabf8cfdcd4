import { guardPositions } from "@winiswin/application/execution/guard-positions";
import * as z from "zod";
import { orderGateway } from "../wiring/exchange.ts";
import { execution } from "../wiring/execution.ts";

const scheduled = z.object({ time: z.iso.datetime() });

export const handler = async (event: unknown): Promise<void> => {
  const gateway = orderGateway();
  // Without an account there is nothing to guard; every minute is too often to complain about it.
  if (gateway !== undefined) await guardPositions({ ...execution(`guard#${scheduled.parse(event).time}`), gateway });
};
