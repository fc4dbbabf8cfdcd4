import { executeCycle } from "@winiswin/application/execution/execute-cycle";
import { parseCycleAnalyzed } from "@winiswin/messaging/message-body";
import type { SQSEvent } from "aws-lambda";
import { marketData, orderGateway } from "../wiring/exchange.ts";
import { execution } from "../wiring/execution.ts";
import { instruments } from "../wiring/objects.ts";
import { cycles, decisions, signals } from "../wiring/tables.ts";
import { eachMessage } from "./batch.ts";

export const handler = (event: SQSEvent) =>
  eachMessage(event, (body, messageId) =>
    executeCycle(parseCycleAnalyzed(body), {
      ...execution(`execute#${messageId}`),
      gateway: orderGateway(),
      marketData: marketData(),
      cycles: cycles(),
      signals: signals(),
      decisions: decisions(),
      instruments: instruments(),
    }),
  );
