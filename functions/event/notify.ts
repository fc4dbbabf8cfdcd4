import { parseDomainEvent } from "@winiswin/discord/parse-event";
import type { EventBridgeEvent } from "aws-lambda";
import { measured } from "../wiring/metrics.ts";
import { notifier } from "../wiring/notification.ts";

export const handler = measured("notify", async (event: EventBridgeEvent<string, unknown>) =>
  notifier().notify(parseDomainEvent(event.detail)),
);
