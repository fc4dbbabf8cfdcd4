import { guardPositions } from "@winiswin/application/execution/guard-positions";
import { watchAccount } from "@winiswin/application/metrics/account-metrics";
import * as z from "zod";
import { orderGateway } from "../wiring/exchange.ts";
import { execution } from "../wiring/execution.ts";
import { countingFailures, currentMetrics, measured } from "../wiring/metrics.ts";

const scheduled = z.object({ time: z.iso.datetime() });

export const handler = measured(
  "guardPositions",
  countingFailures(async (event: unknown): Promise<void> => {
    const gateway = orderGateway();
    // Without an account there is nothing to guard; every minute is too often to complain about it.
    if (gateway === undefined) return;
    const given = execution(`guard#${scheduled.parse(event).time}`);
    const { tell, ...watched } = watchAccount({ ...given, gateway });
    try {
      await guardPositions({ ...given, ...watched });
    } finally {
      tell(currentMetrics());
    }
  }),
);
