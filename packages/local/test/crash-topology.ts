import type { Topology } from "../src/topology.ts";

/** A queue whose handler writes a row per message, and a table beside it. */
export const crashTopology: Topology = {
  tables: { Handled: { partitionKey: "id" }, Written: { partitionKey: "id" } },
  buckets: [],
  queues: {
    Work: {
      fifo: false,
      visibilityTimeoutSeconds: 60,
      maximumReceives: 10,
      subscriber: { function: "worker", batchSize: 5, maximumConcurrency: 4 },
    },
  },
  functions: { worker: { handler: "crash-handler.handler", timeoutSeconds: 30, memoryMb: 128 } },
  schedules: {},
  rules: {},
  secrets: [],
  busName: "Events",
  eventSource: "test",
  scheduleEvent: () => ({}),
};
