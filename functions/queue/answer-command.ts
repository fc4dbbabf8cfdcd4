import { answerEmergency, brokenAnswer } from "@winiswin/application/commands/answer-emergency";
import type { View } from "@winiswin/application/commands/view";
import type { DeferredCommand } from "@winiswin/application/ports/messages";
import { parseCommandBody } from "@winiswin/messaging/message-body";
import type { SQSEvent } from "aws-lambda";
import { currentClock, currentLogger } from "../clock.ts";
import { deliver } from "../wiring/answer-delivery.ts";
import { emergencyContext } from "../wiring/emergency.ts";
import { measured } from "../wiring/metrics.ts";
import { eachMessage } from "./batch.ts";

export const handler = measured("answerCommand", (event: SQSEvent) =>
  eachMessage(event, (body) => {
    const asked = parseCommandBody(body);
    return deliver(asked, answerEmergency(asked, emergencyContext(asked)) ?? answerOther(asked));
  }),
);

/** Everything but stopping is loaded when it is asked for, so that no broken part of it keeps anybody from stopping. */
async function answerOther(asked: DeferredCommand): Promise<View | undefined> {
  try {
    const [{ answerQuestion }, { commandContext }] = await Promise.all([
      import("@winiswin/application/commands/answer-question"),
      import("../wiring/commands.ts"),
    ]);
    return await answerQuestion(asked, commandContext(asked));
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    currentLogger().error("question not answered", { reason: message, stack });
    return brokenAnswer(currentClock().nowMs());
  }
}
