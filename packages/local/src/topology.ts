import * as stacks from "../../../stacks/topology.ts";

export interface FunctionDescription {
  /** `<file>.<export>`, the file relative to the root of the repository and without its ending. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Actions by resource, as IAM will know them; without them everything is allowed. */
  readonly rights?: Readonly<Record<string, readonly string[] | undefined>>;
  readonly reservedConcurrency?: number;
  readonly url?: true;
}

export interface QueueDescription {
  readonly fifo: boolean;
  readonly visibilityTimeoutSeconds: number;
  readonly maximumReceives: number;
  readonly subscriber: { readonly function: string; readonly batchSize: number; readonly maximumConcurrency: number };
}

export interface ScheduleDescription {
  readonly expression: string;
  readonly function: string;
  /** How often a failed run is tried again, 0 when not given. */
  readonly retries?: number;
  /** A try that would begin later than this after its time is dropped; a minute when not given. */
  readonly usefulForSeconds?: number;
}

export type RuleTarget = { readonly queue: string; readonly messageGroupId: string } | { readonly function: string };

export interface RuleDescription {
  readonly detailTypes: readonly string[];
  readonly target: RuleTarget;
}

/** What the embedded cloud runs: the same description that the stacks build on AWS, or a small one in a test. */
export interface Topology {
  readonly tables: Readonly<Record<string, { readonly partitionKey: string; readonly sortKey?: string }>>;
  readonly buckets: readonly string[];
  readonly queues: Readonly<Record<string, QueueDescription>>;
  readonly functions: Readonly<Record<string, FunctionDescription>>;
  readonly schedules: Readonly<Record<string, ScheduleDescription>>;
  readonly rules: Readonly<Record<string, RuleDescription>>;
  readonly secrets: readonly string[];
  readonly busName: string;
  readonly eventSource: string;
  /** What a schedule hands to its function; `dueTime` in ISO with seconds. */
  readonly scheduleEvent: (dueTime: string) => unknown;
}

export const projectTopology: Topology = {
  tables: stacks.tables,
  buckets: Object.keys(stacks.buckets),
  queues: stacks.queues,
  functions: stacks.functions,
  schedules: stacks.schedules,
  rules: stacks.rules,
  secrets: Object.keys(stacks.secrets),
  busName: stacks.bus.name,
  eventSource: stacks.eventSource,
  scheduleEvent: stacks.scheduleEvent,
};

/** The queue that receives what failed too often. */
export const deadLettersOf = (queue: string): string => `${queue}DeadLetters`;

/** A queue's name on the wire: the service demands the suffix. */
export const wireNameOf = (queue: string, fifo: boolean): string => (fifo ? `${queue}.fifo` : queue);

/** Bucket names know no capitals. */
export const bucketNameOf = (bucket: string): string => `winiswin-${bucket.toLowerCase()}`;
