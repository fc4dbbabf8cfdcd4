import { answerInteraction } from "@winiswin/discord/answer-interaction";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { discordFront } from "../wiring/discord-front.ts";

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { body, isBase64Encoded, headers } = event;
  return { ...(await answerInteraction({ body, isBase64Encoded, headers }, discordFront())) };
}
