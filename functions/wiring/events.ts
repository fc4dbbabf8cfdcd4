import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { measureEvents } from "@winiswin/application/metrics/event-metrics";
import { createEventBus } from "@winiswin/messaging/event-bus";
import { Resource } from "sst";
import { eventSource } from "../../stacks/topology.ts";
import { currentMetrics } from "./metrics.ts";
import { once } from "./once.ts";

export const eventBus = once(() =>
  measureEvents(
    createEventBus({ client: new EventBridgeClient({}), busName: Resource.Events.name, source: eventSource }),
    currentMetrics(),
  ),
);
