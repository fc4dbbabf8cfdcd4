import { answerInteraction } from "@winiswin/discord/answer-interaction";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { discordFront } from "../wiring/discord-front.ts";
import { measured } from "../wiring/metrics.ts";

export const handler = measured(
  "discordInteractions",
  async ({ body, isBase64Encoded, headers }: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => ({
    ...(await answerInteraction({ body, isBase64Encoded, headers }, discordFront())),
  }),
);
