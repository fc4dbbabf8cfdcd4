export { createAnalysisQueue } from "./analysis-queue.ts";
export { type CallQueueService, createCommandQueue } from "./command-queue.ts";
export { createEventBus } from "./event-bus.ts";
export { type DelayedAnalysisMessage, parseAnalysisBody, parseCommandBody, parseCycleAnalyzed } from "./message-body.ts";
