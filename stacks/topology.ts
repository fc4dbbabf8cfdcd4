/**
 * What exists and what wakes what, described once: the stacks build it on AWS and the embedded runtime runs it on one machine.
 *
 * Plain data that imports nothing but plain data beside it, so that both can read it.
 */
import type { BucketName, bus, SecretName, TableName } from "./resources.ts";

export * from "./resources.ts";

/** A link gives a function the name, address or value of a resource (`Resource.Cycles.name`); what it may do there its rights say. */
export type LinkName = TableName | BucketName | QueueName | SecretName | typeof bus.name;

export type QueueName = keyof typeof queues;
export type ScheduleName = keyof typeof schedules;
export type RuleName = keyof typeof rules;

export interface QueueDescription {
  readonly fifo: boolean;
  /** At least six times the function's time-out would be AWS's advice for batches; one message a batch needs it once, with a margin. */
  readonly visibilityTimeoutSeconds: number;
  /** Receives before a message goes to the dead-letter queue. */
  readonly maximumReceives: number;
  readonly subscriber: { readonly function: FunctionName; readonly batchSize: number; readonly maximumConcurrency: number };
}

/** Each has a dead-letter queue of its own (`<name>DeadLetters`) and reports failures message by message. */
export const queues = {
  // Short, so that a shard whose function died is worked on again before the cycle's deadline.
  AnalysisQueue: {
    fifo: false,
    visibilityTimeoutSeconds: 30,
    maximumReceives: 3,
    subscriber: { function: "analyzeShard", batchSize: 1, maximumConcurrency: 24 },
  },
  // A second delivery must come while the candle is young enough to be traded (three minutes).
  ExecutionQueue: {
    fifo: true,
    visibilityTimeoutSeconds: 70,
    maximumReceives: 5,
    subscriber: { function: "executeCycle", batchSize: 1, maximumConcurrency: 2 },
  },
  // FIFO for its deduplication alone: a question that comes again within five minutes is not answered again.
  CommandQueue: {
    fifo: true,
    visibilityTimeoutSeconds: 60,
    maximumReceives: 3,
    subscriber: { function: "answerCommand", batchSize: 1, maximumConcurrency: 5 },
  },
  // In order, and for about two hours: an outage of Discord or Telegram delays what people are told and loses none of it.
  NotificationQueue: {
    fifo: true,
    visibilityTimeoutSeconds: 120,
    maximumReceives: 60,
    subscriber: { function: "notify", batchSize: 10, maximumConcurrency: 2 },
  },
} as const satisfies Record<string, QueueDescription>;

/** Name of the queue that receives what failed too often. */
export const deadLettersOf = <Name extends QueueName>(queue: Name) => `${queue}DeadLetters` as const;

type TableAction = "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "Query" | "Scan" | "BatchGetItem" | "BatchWriteItem";

type RowAction = Exclude<TableAction, "Scan" | "BatchGetItem" | "BatchWriteItem">;

/**
 * What a function may do, by resource and by the names that IAM has for it. Rows are named with their partition keys (`Control/halt`), objects
 * with theirs (`Snapshots/engines/*`); without `ListBucket` on the bucket S3 answers 403 instead of 404 for an object that is not there.
 */
export type Rights = { readonly [Table in TableName]?: readonly TableAction[] } & {
  readonly [Rows in `${TableName}/${string}`]?: readonly RowAction[];
} & {
  readonly [Bucket in BucketName]?: readonly "ListBucket"[];
} & { readonly [Objects in `${BucketName}/${string}`]?: readonly ("GetObject" | "PutObject" | "DeleteObject")[] } & {
  readonly [Queue in QueueName]?: readonly "SendMessage"[];
} & { readonly [Bus in typeof bus.name]?: readonly "PutEvents"[] } & {
  /** To telephone numbers, which have no name in IAM. */
  readonly textMessages?: readonly "Publish"[];
};

/** What Lambda does with the queue for its subscriber, in the name of that function. */
export const consumerActions = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes"] as const;

/** Keeps for fourteen days what an asynchronous invocation, a schedule or a rule gave up on; an alarm rings as soon as it holds something. */
export const failedInvocations = { name: "FailedInvocations" } as const;

export interface FunctionDescription {
  readonly handler: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Nothing else is allowed: IAM refuses it on AWS, and the embedded runtime refuses it with a sentence that names the line to add. */
  readonly rights: Rights;
  readonly secrets?: readonly SecretName[];
  /**
   * On AWS in production: always room for so many runs, and never more. At least the maximum concurrency of the queue it reads, or the
   * poller takes messages that are then throttled towards the dead letters; a FIFO group still runs one at a time.
   */
  readonly reservedConcurrency?: number;
  /** Libraries with machine code, which no bundle holds: they are installed beside it for the processor of the function. */
  readonly nativeLibraries?: readonly string[];
  /** A public function URL, for Discord and Telegram. */
  readonly url?: true;
  /** Sends its requests from the one fixed address, where the deployment asks for one: these are the functions that hold the exchange keys. */
  readonly fixedAddress?: true;
}

export type FunctionName =
  | "dispatchCycle"
  | "analyzeShard"
  | "executeCycle"
  | "guardPositions"
  | "notify"
  | "discordInteractions"
  | "telegramUpdates"
  | "watchSystem"
  | "answerCommand";

const exchangeKeys = ["BinanceApiKey", "BinanceApiSecret"] as const;

/** Whoever asks the exchange counts its request weight together with the others, and heeds a ban that another met. */
const sharedWeight = { "Control/exchangeBudget#*": ["GetItem", "UpdateItem"] } as const satisfies Rights;

/** Rows are added and read, and never changed. */
const auditRights = { Audit: ["GetItem", "PutItem", "Query"] } as const satisfies Rights;

/** What the executor and the guard have in common. */
const tradingRights = {
  Positions: ["GetItem", "PutItem", "DeleteItem", "Query"],
  Orders: ["PutItem", "UpdateItem", "Query"],
  Trades: ["PutItem", "Query"],
  Control: ["GetItem", "PutItem", "UpdateItem"],
  ...auditRights,
  Events: ["PutEvents"],
  Snapshots: ["ListBucket"],
  // Also written: the limits of the instruments are read anew when an order breaks one.
  "Snapshots/instruments.json": ["GetObject", "PutObject"],
} as const satisfies Rights;

/** The handlers; the path is `<file>.<export>` as Lambda wants it. */
export const functions = {
  dispatchCycle: {
    handler: "functions/schedule/dispatch-cycle.handler",
    description: "One minute before a close: creates the cycle and queues one message per shard",
    timeoutSeconds: 60,
    memoryMb: 512,
    rights: {
      Cycles: ["GetItem", "PutItem", "UpdateItem"],
      ...sharedWeight,
      "Control/news": ["GetItem", "PutItem"],
      "Snapshots/instruments.json": ["PutObject"],
      "Snapshots/symbols.json": ["PutObject"],
      AnalysisQueue: ["SendMessage"],
    },
    secrets: ["NewsModelApiKey"],
  },
  analyzeShard: {
    handler: "functions/queue/analyze-shard.handler",
    description: "Folds the new candle of each symbol of a shard and writes the signals",
    timeoutSeconds: 25,
    // Building the engines of 65 symbols anew took 163 MB; the rest is for the share of a processor that comes with it.
    memoryMb: 512,
    rights: {
      Cycles: ["GetItem", "UpdateItem"],
      ...sharedWeight,
      "Control/accountFees": ["GetItem"],
      Signals: ["PutItem", "Query"],
      Positions: ["Query"],
      Features: ["PutItem", "UpdateItem", "DeleteItem", "Query"],
      Snapshots: ["ListBucket"],
      "Snapshots/engines/*": ["GetObject", "PutObject"],
      Events: ["PutEvents"],
    },
  },
  executeCycle: {
    handler: "functions/queue/execute-cycle.handler",
    description: "Ranks the signals of a cycle, sizes and reviews the best and places protected entries",
    timeoutSeconds: 60,
    memoryMb: 512,
    reservedConcurrency: 2,
    fixedAddress: true,
    rights: {
      Cycles: ["GetItem", "UpdateItem"],
      Signals: ["Query"],
      Decisions: ["GetItem", "PutItem", "BatchWriteItem"],
      ...tradingRights,
    },
    secrets: exchangeKeys,
  },
  guardPositions: {
    handler: "functions/schedule/guard-positions.handler",
    description: "Every minute: reconciles with the exchange, protects what is open, records what closed",
    timeoutSeconds: 55,
    memoryMb: 512,
    reservedConcurrency: 1,
    fixedAddress: true,
    rights: tradingRights,
    secrets: exchangeKeys,
  },
  notify: {
    handler: "functions/event/notify.handler",
    description: "Tells people what happened, by the log, Discord, Telegram and text messages",
    timeoutSeconds: 60,
    memoryMb: 256,
    rights: {
      "Control/repetition#*": ["GetItem", "PutItem"],
      "Control/notified#*": ["GetItem", "PutItem"],
      "Control/textMessages#*": ["UpdateItem"],
      textMessages: ["Publish"],
    },
    secrets: ["DiscordWebhookUrl", "TelegramBotToken", "SmsPhoneNumbers"],
  },
  watchSystem: {
    handler: "functions/schedule/watch-system.handler",
    description: "Every quarter of an hour: are cycles finished; every six hours and every day: how did it go",
    timeoutSeconds: 30,
    memoryMb: 256,
    rights: { Cycles: ["Query"], Trades: ["Query"], Positions: ["Query"], "Control/halt": ["GetItem"], Events: ["PutEvents"] },
  },
  telegramUpdates: {
    handler: "functions/http/telegram-updates.handler",
    description: "Verifies an update of Telegram and queues the question in it",
    timeoutSeconds: 10,
    memoryMb: 256,
    rights: { CommandQueue: ["SendMessage"] },
    secrets: ["TelegramWebhookSecret"],
    url: true,
  },
  discordInteractions: {
    handler: "functions/http/discord-interactions.handler",
    description: "Verifies a Discord interaction and answers at once or defers",
    timeoutSeconds: 10,
    memoryMb: 512,
    rights: { CommandQueue: ["SendMessage"], "Snapshots/symbols.json": ["GetObject"] },
    secrets: ["DiscordPublicKey", "DiscordApplicationId"],
    url: true,
  },
  answerCommand: {
    handler: "functions/queue/answer-command.handler",
    description: "Answers a deferred slash command by editing the first answer",
    timeoutSeconds: 30,
    memoryMb: 512,
    rights: {
      Cycles: ["GetItem", "Query"],
      Signals: ["Query"],
      Decisions: ["GetItem", "Query"],
      Features: ["Query"],
      Positions: ["Query"],
      Trades: ["Query"],
      Control: ["GetItem", "PutItem", "UpdateItem", "DeleteItem"],
      ...auditRights,
      Snapshots: ["ListBucket"],
      "Snapshots/instruments.json": ["GetObject"],
      Events: ["PutEvents"],
    },
    nativeLibraries: ["@resvg/resvg-js"],
    secrets: [...exchangeKeys, "TelegramBotToken"],
    fixedAddress: true,
  },
} as const satisfies Record<FunctionName, FunctionDescription>;

export interface ScheduleDescription {
  readonly expression: string;
  readonly function: FunctionName;
  /** How often a failed run is tried again, after one minute and then after two. */
  readonly retries: number;
  /** A run that could not begin within this time is dropped. */
  readonly usefulForSeconds: number;
}

/** EventBridge Scheduler expressions in UTC. The schedule fires one minute early, because its precision is a minute; the messages wait for the close. */
export const schedules = {
  EveryCandleClose: { expression: "cron(14,29,44,59 * * * ? *)", function: "dispatchCycle", retries: 2, usefulForSeconds: 300 },
  // Between two closes, so that the cycle before has had its time.
  EveryQuarterHour: { expression: "cron(5,20,35,50 * * * ? *)", function: "watchSystem", retries: 1, usefulForSeconds: 600 },
  EveryMinute: { expression: "rate(1 minute)", function: "guardPositions", retries: 0, usefulForSeconds: 60 },
} as const satisfies Record<string, ScheduleDescription>;

/** What a schedule gives its function: the minute it was due, in ISO, whenever the function really runs. */
export const scheduleEvent = (dueTime: string) => ({ time: dueTime });

export interface RuleDescription {
  readonly detailTypes: readonly string[];
  readonly target:
    | { readonly queue: "ExecutionQueue" | "NotificationQueue"; readonly messageGroupId: string }
    | { readonly function: FunctionName };
}

/** Rules on the bus: what matches by source and detail type goes to the target, the whole event as its body. */
export const rules = {
  /** One group for all, so that cycles are executed one after the other. */
  CyclesToExecution: { detailTypes: ["CycleAnalyzed"], target: { queue: "ExecutionQueue", messageGroupId: "cycles" } },
  /** A close that a person asked for begins at once; the minute's run would begin it at the latest. */
  CloseRequestsToGuard: { detailTypes: ["CloseRequested"], target: { function: "guardPositions" } },
  EventsToPeople: {
    detailTypes: [
      "CycleExecuted",
      "PositionOpened",
      "PositionClosed",
      "EntryAbandoned",
      "ProtectionRepaired",
      "ProtectionPending",
      "PositionUnprotected",
      "ForeignPositionSeen",
      "TroubleSeen",
      "SymbolFrozen",
      "EntriesHalted",
      "CloseRequested",
      "CloseCompleted",
      "PartlyClosed",
      "StopMoved",
      "OperatorActed",
      "SystemSilent",
      "SummaryMade",
    ],
    target: { queue: "NotificationQueue", messageGroupId: "people" },
  },
} as const satisfies Record<string, RuleDescription>;

/** The fall from the highest equity at which a person is called; the protections of the configuration act before. */
export const drawdownAlarmPercent = 10;

/** Told of every alarm. */
export const alarmTarget = "notify" satisfies FunctionName;

/** How EventBridge makes an event of ours of CloudWatch's: it puts quotes around what it inserts by itself. */
export const alarmTranslation = {
  inputPaths: { id: "$.id", name: "$.detail.alarmName", state: "$.detail.state.value", reason: "$.detail.state.reason", at: "$.time" },
  inputTemplate:
    '{"id":<id>,"source":"winiswin","detail-type":"AlarmChanged","time":<at>,"detail":{"type":"AlarmChanged","alarm":<name>,"state":<state>,"reason":<reason>}}',
} as const;

/** The resources whose names or values a function is given: those it has rights on, and its secrets. */
export function linksOf({ rights, secrets: known = [] }: FunctionDescription): readonly LinkName[] {
  const named = Object.keys(rights).filter((resource) => resource !== "textMessages");
  const names = named.map((resource) => resource.split("/")[0] as LinkName);
  return [...new Set([...names, ...known])];
}

/** What invokes without waiting for the answer: how often it tries again and for how long it is worth it; undefined for what a caller or a queue waits for. */
export function asynchronousInvocation(name: FunctionName): { readonly retries: number; readonly usefulForSeconds: number } | undefined {
  const schedule = Object.values<ScheduleDescription>(schedules).find((candidate) => candidate.function === name);
  if (schedule !== undefined) return schedule;
  const targets = Object.values<RuleDescription>(rules).map(({ target }) => target);
  const isTarget = name === alarmTarget || targets.some((target) => "function" in target && target.function === name);
  return isTarget ? { retries: 2, usefulForSeconds: 6 * 3_600 } : undefined;
}
