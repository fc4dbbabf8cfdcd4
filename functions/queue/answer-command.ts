import { answerDeferred } from "@winiswin/discord/answer-deferred";
import { parseCommandBody } from "@winiswin/messaging/message-body";
import type { SQSEvent } from "aws-lambda";
import { deferredAnswering } from "../wiring/commands.ts";
import { measured } from "../wiring/metrics.ts";
import { eachMessage } from "./batch.ts";

export const handler = measured("answerCommand", (event: SQSEvent) =>
  eachMessage(event, (body) => answerDeferred(parseCommandBody(body), deferredAnswering())),
);
