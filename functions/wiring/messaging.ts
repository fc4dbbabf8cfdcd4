import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createAnalysisQueue, createCommandQueue, createEventBus } from "@winiswin/messaging";
import { Resource } from "sst";
import { eventSource } from "../../stacks/topology.ts";
import { currentClock } from "../clock.ts";
import { once } from "./once.ts";

// The endpoint comes from the configuration alone: an emulator's queue address may name a host that does not resolve.
const queues = once(() => new SQSClient({ useQueueUrlAsEndpoint: false }));

export const analysisQueue = once(() =>
  createAnalysisQueue({ client: queues(), queueUrl: Resource.AnalysisQueue.url, clock: currentClock() }),
);
export const commandQueue = once(() => createCommandQueue({ client: queues(), queueUrl: Resource.CommandQueue.url }));
export const eventBus = once(() =>
  createEventBus({ client: new EventBridgeClient({}), busName: Resource.Events.name, source: eventSource }),
);
