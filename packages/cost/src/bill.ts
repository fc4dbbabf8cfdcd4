import { callsOf, functionUses, type MeasuredCall, type Measurements } from "./measured.ts";
import { type PriceName, prices } from "./prices.ts";

export interface DeployedFunction {
  readonly name: string;
  readonly memoryMb: number;
}

/** What is deployed, as the stacks describe it. */
export interface Deployment {
  readonly functions: readonly DeployedFunction[];
  readonly fifoQueues: readonly string[];
  readonly queues: readonly string[];
  readonly metrics: number;
  readonly alarms: number;
  readonly dashboards: number;
  /** The fixed outgoing address with its small instance. */
  readonly fixedAddress: boolean;
}

export interface BillLine {
  readonly service: string;
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  readonly unitUsd: number;
  readonly usd: number;
  /** With what every account has free each month. */
  readonly usdAfterFree: number;
}

export interface Bill {
  readonly symbols: number;
  readonly lines: readonly BillLine[];
  readonly usd: number;
  readonly usdAfterFree: number;
}

const cyclesAMonth = 96 * 30;
const hoursAMonth = 730;
/** Lambda gives a whole processor at this size and a part of it below. */
const wholeProcessorMb = 1_769;
/** From Frankfurt to the matching engine in Tokyo and back. */
const exchangeRoundTripMs = 250;
/** An event source keeps five long polls of twenty seconds open, whether messages come or not. */
const pollsAMonth = (5 * 30 * 86_400) / 20;
/** A start, an end and a report line of Lambda, and on average as much of ours. */
const logBytesPerInvocation = 1_000;
/** Cycles for 90 days, signals, decisions and snapshots as they are kept; measured in the tables of a run. */
const storedDays = 90;
const gigabyte = 1e9;

/** The month's bill at list prices, line by line. */
export function billOf(measured: Measurements, deployment: Deployment, symbols: number): Bill {
  const uses = functionUses(measured, symbols);
  const perMonth = (wanted: (call: MeasuredCall) => boolean, of: (call: MeasuredCall) => number) =>
    callsOf(measured, symbols, wanted, of) * cyclesAMonth;
  const requests = ({ requests: count }: MeasuredCall) => count;
  const units = ({ capacityUnits }: MeasuredCall) => capacityUnits;
  const ofTables = (actions: readonly string[]) => (call: MeasuredCall) => call.service === "dynamodb" && actions.includes(call.action);
  const writes = perMonth(ofTables(["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]), units);
  const invocations = deployment.functions.map(({ name }) => (uses[name]?.invocations ?? 0) * cyclesAMonth);
  const allInvocations = invocations.reduce((sum, count) => sum + count, 0);
  const objects = (actions: readonly string[]) => (call: MeasuredCall) => call.service === "s3" && actions.includes(call.action);
  const queueCalls = (isFifo: boolean) => (call: MeasuredCall) =>
    call.service === "sqs" && deployment.fifoQueues.includes(call.resource) === isFifo && call.action !== "ReceiveMessage";
  const events = perMonth(
    (call) => call.service === "sqs" && call.resource === "ExecutionQueue" && call.action === "SendMessage",
    requests,
  );
  const storedGigabytes = (perMonth(ofTables(["PutItem", "BatchWriteItem"]), ({ sentBytes }) => sentBytes) * (storedDays / 30)) / gigabyte;
  const snapshotGigabytes = callsOf(measured, symbols, objects(["PutObject"]), ({ sentBytes }) => sentBytes) / gigabyte;
  const logGigabytes = (allInvocations * logBytesPerInvocation) / gigabyte;

  const drafts: [service: string, item: string, price: PriceName, quantity: number][] = [
    ["Lambda", "requests", "lambdaRequest", allInvocations],
    ...deployment.functions.map(({ name, memoryMb }, index): [string, string, PriceName, number] => [
      "Lambda",
      `${name}, ${memoryMb} MB, ${Math.round(durationMs(uses[name], memoryMb))} ms`,
      "lambdaGigabyteSecond",
      ((invocations[index] ?? 0) * durationMs(uses[name], memoryMb) * memoryMb) / 1_000 / 1_024,
    ]),
    ["DynamoDB", "writes", "tableWrite", writes],
    ["DynamoDB", "reads", "tableRead", perMonth(ofTables(["GetItem", "Query", "Scan", "BatchGetItem"]), units)],
    ["DynamoDB", "storage", "tableStorage", storedGigabytes],
    ["DynamoDB", "point-in-time recovery", "tableBackup", storedGigabytes],
    ["SQS", "messages", "queueRequest", perMonth(queueCalls(false), requests)],
    ["SQS", "messages of FIFO queues", "fifoQueueRequest", perMonth(queueCalls(true), requests)],
    ["SQS", "waiting for messages", "queueRequest", (deployment.queues.length - deployment.fifoQueues.length) * pollsAMonth],
    ["SQS", "waiting for messages, FIFO", "fifoQueueRequest", deployment.fifoQueues.length * pollsAMonth],
    // Each cycle's own two, and what the executor and the guard say beside them.
    ["EventBridge", "events", "busEvent", events * 5],
    ["EventBridge", "schedules", "scheduledInvocation", cyclesAMonth * 16],
    ["S3", "writes", "objectWrite", perMonth(objects(["PutObject"]), requests)],
    ["S3", "reads", "objectRead", perMonth(objects(["GetObject"]), requests)],
    ["S3", "storage", "objectStorage", snapshotGigabytes],
    ["CloudWatch", "logs taken in", "logIngestion", logGigabytes],
    ["CloudWatch", "logs kept a month", "logStorage", logGigabytes],
    ["CloudWatch", "metrics", "metric", deployment.metrics],
    ["CloudWatch", "dashboard", "dashboard", deployment.dashboards],
    ["CloudWatch", "alarms", "alarm", deployment.alarms],
    ["X-Ray", "traces", "trace", allInvocations],
    // Questions are some hundred bytes; the answers come in, which is free.
    ["Data transfer", "out to the exchange and to Discord", "dataOut", (cyclesAMonth * (symbols + 100) * 700) / gigabyte],
    ...(deployment.fixedAddress ? fixedAddress : []),
  ];
  const lines = withAllowances(drafts);
  const sum = (of: (line: BillLine) => number) => cents(lines.reduce((total, line) => total + of(line), 0));
  return { symbols, lines, usd: sum(({ usd }) => usd), usdAfterFree: sum(({ usdAfterFree }) => usdAfterFree) };
}

const fixedAddress: [string, string, PriceName, number][] = [
  ["Fixed address", "instance that forwards", "natInstanceHour", hoursAMonth],
  ["Fixed address", "public address", "publicAddressHour", hoursAMonth],
  ["Fixed address", "its disk", "diskStorage", 8],
];

/** What waits, waits as long on any size; what computes takes longer on a part of a processor. */
function durationMs(use: { cpuMs: number; waitMs: number; roundTrips: number } | undefined, memoryMb: number): number {
  if (use === undefined) return 0;
  return use.waitMs + use.roundTrips * exchangeRoundTripMs + use.cpuMs * Math.max(1, wholeProcessorMb / memoryMb);
}

/** Lines of the same price share its free allowance, the first ones first. */
function withAllowances(drafts: readonly [string, string, PriceName, number][]): readonly BillLine[] {
  const left = new Map<PriceName, number>();
  return drafts.map(([service, item, name, quantity]) => {
    const { usd, unit, freeAMonth } = prices[name];
    const free = Math.min(quantity, left.get(name) ?? freeAMonth);
    left.set(name, (left.get(name) ?? freeAMonth) - free);
    return { service, item, quantity, unit, unitUsd: usd, usd: quantity * usd, usdAfterFree: (quantity - free) * usd };
  });
}

const cents = (usd: number): number => Math.round(usd * 100) / 100;
