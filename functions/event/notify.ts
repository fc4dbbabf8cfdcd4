import { parseDomainEvent } from "@winiswin/discord/parse-event";
import type { EventBridgeEvent } from "aws-lambda";
import { notifier } from "../wiring/discord-delivery.ts";

export const handler = (event: EventBridgeEvent<string, unknown>): Promise<void> => notifier().notify(parseDomainEvent(event.detail));
