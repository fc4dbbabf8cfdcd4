import { auditedGateway } from "@winiswin/application/audit/audited-gateway";
import { guardPositions } from "@winiswin/application/execution/guard-positions";
import { watchAccount } from "@winiswin/application/metrics/account-metrics";
import * as z from "zod";
import { currentClock, currentLogger } from "../clock.ts";
import { audit } from "../wiring/audit.ts";
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
    const audited = auditedGateway(gateway, audit(), currentClock(), currentLogger());
    const { tell, ...watched } = watchAccount({ ...given, gateway: audited });
    try {
      await guardPositions({ ...given, ...watched });
    } finally {
      tell(currentMetrics());
    }
  }),
);
