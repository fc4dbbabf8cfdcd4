import { parseDomainEvent } from "@winiswin/discord/parse-event";
import type { EventBridgeEvent } from "aws-lambda";
import { notifier } from "../wiring/discord-delivery.ts";
import { measured } from "../wiring/metrics.ts";

export const handler = measured("notify", async (event: EventBridgeEvent<string, unknown>) =>
  notifier().notify(parseDomainEvent(event.detail)),
);
