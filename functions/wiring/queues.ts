import { SQSClient } from "@aws-sdk/client-sqs";
import { createAnalysisQueue } from "@winiswin/messaging/analysis-queue";
import { Resource } from "sst";
import { currentClock } from "../clock.ts";
import { once } from "./once.ts";

// The endpoint comes from the configuration alone: an emulator's queue address may name a host that does not resolve.
const queues = once(() => new SQSClient({ useQueueUrlAsEndpoint: false }));

export const analysisQueue = once(() =>
  createAnalysisQueue({ client: queues(), queueUrl: Resource.AnalysisQueue.url, clock: currentClock() }),
);
