import { guardPositions } from "@winiswin/application/execution/guard-positions";
import { orderGateway } from "../wiring/exchange.ts";
import { execution } from "../wiring/execution.ts";

export const handler = async (): Promise<void> => {
  const gateway = orderGateway();
  // Without an account there is nothing to guard; every minute is too often to complain about it.
  if (gateway !== undefined) await guardPositions({ ...execution(), gateway });
};
