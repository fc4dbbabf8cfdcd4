import { guardPositions } from "@winiswin/application/execution/guard-positions";
import type { Context } from "aws-lambda";
import { orderGateway } from "../wiring/exchange.ts";
import { execution } from "../wiring/execution.ts";

export const handler = async (_event: unknown, context: Context): Promise<void> => {
  const gateway = orderGateway();
  // Without an account there is nothing to guard; every minute is too often to complain about it.
  if (gateway !== undefined) await guardPositions({ ...execution(`guard#${context.awsRequestId}`), gateway });
};
