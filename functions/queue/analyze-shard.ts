import { analyzeShard } from "@winiswin/application/analysis/analyze-shard";
import { closeCycleAtDeadline } from "@winiswin/application/analysis/complete-cycle";
import { parseAnalysisBody } from "@winiswin/messaging/message-body";
import type { SQSEvent } from "aws-lambda";
import { currentClock, currentLogger } from "../clock.ts";
import { configuration } from "../wiring/configuration.ts";
import { engines } from "../wiring/engines.ts";
import { eventBus } from "../wiring/events.ts";
import { marketData } from "../wiring/exchange.ts";
import { learning } from "../wiring/learning.ts";
import { currentMetrics, measured } from "../wiring/metrics.ts";
import { engineStore } from "../wiring/objects.ts";
import { cycles, positions, signals } from "../wiring/tables.ts";
import { eachMessage } from "./batch.ts";

export const handler = measured("analyzeShard", (event: SQSEvent) =>
  eachMessage(event, async (body) => {
    const { message } = parseAnalysisBody(body);
    const completion = { clock: currentClock(), logger: currentLogger(), cycles: cycles(), signals: signals(), eventBus: eventBus() };
    if (message.kind === "cycleDeadline") return closeCycleAtDeadline(message.cycleId, completion);
    const learned = learning();
    await analyzeShard(message, {
      ...completion,
      marketData: marketData(),
      engineStore: engineStore(),
      engines: engines(),
      held: { positions: positions(), bot: configuration().bot },
      ...(learned === undefined ? {} : { learning: learned }),
      stopwatchMs: () => performance.now(),
    });
    const weight = marketData().usedWeight();
    if (weight !== undefined) currentMetrics().record({ RequestWeight: weight });
  }),
);
