import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { createEventBus } from "@winiswin/messaging/event-bus";
import { Resource } from "sst";
import { eventSource } from "../../stacks/topology.ts";
import { once } from "./once.ts";

export const eventBus = once(() =>
  createEventBus({ client: new EventBridgeClient({}), busName: Resource.Events.name, source: eventSource }),
);
