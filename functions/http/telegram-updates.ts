import { answerUpdate } from "@winiswin/telegram/answer-update";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { measured } from "../wiring/metrics.ts";
import { telegramFront } from "../wiring/telegram-front.ts";

export const handler = measured(
  "telegramUpdates",
  async ({ body, isBase64Encoded, headers }: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => ({
    ...(await answerUpdate({ body, isBase64Encoded, headers }, telegramFront())),
  }),
);
