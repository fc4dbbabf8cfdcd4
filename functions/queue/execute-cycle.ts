import { auditedCycles } from "@winiswin/application/audit/audited-cycles";
import { auditedGateway } from "@winiswin/application/audit/audited-gateway";
import { executeCycle } from "@winiswin/application/execution/execute-cycle";
import { rememberingFees } from "@winiswin/application/learning/remember-fees";
import { measureCycles } from "@winiswin/application/metrics/cycle-metrics";
import { parseCycleAnalyzed } from "@winiswin/messaging/message-body";
import type { SQSEvent } from "aws-lambda";
import { currentClock, currentLogger } from "../clock.ts";
import { audit } from "../wiring/audit.ts";
import { orderGateway } from "../wiring/exchange.ts";
import { execution } from "../wiring/execution.ts";
import { countingFailures, currentMetrics, measured } from "../wiring/metrics.ts";
import { once } from "../wiring/once.ts";
import { accountFees, cycles, decisions, signals } from "../wiring/tables.ts";
import { keyRefusal } from "../wiring/trading-start.ts";
import { eachMessage } from "./batch.ts";

const measuredCycles = once(() => measureCycles(auditedCycles(cycles(), audit(), currentLogger()), currentMetrics(), currentLogger()));

const gateway = once(() => {
  const asked = orderGateway();
  if (asked === undefined) return undefined;
  const remembering = rememberingFees(asked, accountFees(), { clock: currentClock(), logger: currentLogger() });
  return auditedGateway(remembering, audit(), currentClock(), currentLogger());
});

export const handler = measured(
  "executeCycle",
  countingFailures((event: SQSEvent) =>
    eachMessage(event, async (body, messageId) => {
      const given = execution(`execute#${messageId}`);
      // Not thrown: what is open is managed whatever the key was found to be.
      const refusal = await keyRefusal();
      return executeCycle(parseCycleAnalyzed(body), {
        ...given,
        configuration: { ...given.configuration, tradingEnabled: given.configuration.tradingEnabled && refusal === undefined },
        gateway: gateway(),
        keyRefusal: refusal,
        cycles: measuredCycles(),
        signals: signals(),
        decisions: decisions(),
      });
    }),
  ),
);
