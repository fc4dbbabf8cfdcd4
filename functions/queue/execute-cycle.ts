import { auditedCycles } from "@winiswin/application/audit/audited-cycles";
import { executeCycle } from "@winiswin/application/execution/execute-cycle";
import { measureCycles } from "@winiswin/application/metrics/cycle-metrics";
import { parseCycleAnalyzed } from "@winiswin/messaging/message-body";
import type { SQSEvent } from "aws-lambda";
import { currentLogger } from "../clock.ts";
import { audit } from "../wiring/audit.ts";
import { orderGateway } from "../wiring/exchange.ts";
import { execution } from "../wiring/execution.ts";
import { countingFailures, currentMetrics, measured } from "../wiring/metrics.ts";
import { once } from "../wiring/once.ts";
import { cycles, decisions, signals } from "../wiring/tables.ts";
import { tradingBegun } from "../wiring/trading-start.ts";
import { eachMessage } from "./batch.ts";

const measuredCycles = once(() => measureCycles(auditedCycles(cycles(), audit()), currentMetrics(), currentLogger()));

export const handler = measured(
  "executeCycle",
  countingFailures((event: SQSEvent) =>
    eachMessage(event, async (body, messageId) => {
      await tradingBegun();
      return executeCycle(parseCycleAnalyzed(body), {
        ...execution(`execute#${messageId}`),
        gateway: orderGateway(),
        cycles: measuredCycles(),
        signals: signals(),
        decisions: decisions(),
      });
    }),
  ),
);
