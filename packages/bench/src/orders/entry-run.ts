// The order path in a process of its own, because the handlers of one process keep the clients of their first system.
import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { createAuthorization } from "@winiswin/local/authorization";
import { startBus } from "@winiswin/local/bus";
import { spawnEmulators } from "@winiswin/local/emulator-process";
import { spawnExchange } from "@winiswin/local/exchange-process";
import { foreignAwsNames, handlerEnvironment } from "@winiswin/local/links";
import { projectTopology } from "@winiswin/local/topology";
import type { SQSRecord } from "aws-lambda";
import { analyzedEvent, storeSignal } from "./stored-signal.ts";
import { type Passage, passageOf, type WireRequest, watchWire } from "./wire.ts";

export interface EntryRun {
  readonly signalToEntry: Passage;
  readonly fillToStop: Passage;
}

export interface EntryRuns {
  readonly runs: readonly EntryRun[];
  /** Of what was executed and what rests, so that a faster wrong order shows. */
  readonly hash: string;
}

const startMs = Date.UTC(2026, 0, 5, 12);
const candleMs = 900_000;
const symbols = 40;
const [, , latencyMs = "50", warmUps = "3", measured = "20"] = process.argv;

const lost = (reason: string): never => {
  throw new Error(reason);
};
const stateFolder = mkdtempSync(join(tmpdir(), "winiswin-orders-"));
// Nothing but what the run does itself happens in it.
const topology = { ...projectTopology, schedules: {}, rules: {} };
const [emulators, exchange] = await Promise.all([
  spawnEmulators(topology, { stateFolder, dynamodbPort: 0, queuesPort: 0 }, lost),
  spawnExchange(
    {
      port: 0,
      market: { kind: "generated", symbols, seed: "bench" },
      clock: { kind: "stepped", startMs },
      stateFile: join(stateFolder, "exchange.jsonl"),
      latencyMs: Number(latencyMs),
      weightLimitPerMinute: 1_000_000,
      startingBalance: "100000",
    },
    lost,
  ),
]);
// The exchange's clock stands still within a run, so the handlers' does too.
let nowMs = startMs;
const clock = { nowMs: () => nowMs, sleepUntil: async () => undefined, realMsUntil: () => 0 };
const bus = await startBus({
  port: 0,
  topology,
  authorization: createAuthorization(topology),
  clock,
  queuesEndpoint: emulators.queuesUrl,
  queueUrls: emulators.queueUrls,
  invoke: async () => lost("nothing is invoked"),
  onEvent: () => undefined,
  onChange: () => undefined,
  onLost: (_function, _event, reason) => lost(reason),
});
for (const name of foreignAwsNames) delete process.env[name];
Object.assign(
  process.env,
  handlerEnvironment(topology, {
    dynamodbUrl: emulators.dynamodbUrl,
    queuesUrl: emulators.queuesUrl,
    eventsUrl: bus.url,
    queueUrls: emulators.queueUrls,
    functionUrls: {},
    secrets: { BinanceApiKey: exchange.apiKey, BinanceApiSecret: exchange.apiSecret },
  }),
  {
    BINANCE_BASE_URL: exchange.url,
    ENABLE_TRADING: "true",
    WINISWIN_CONFIG: fileURLToPath(new URL("../../orders.yaml", import.meta.url)),
  },
);
const wire = watchWire();
const complaints: string[] = [];
const [{ useClock, useLogger }, { useMetrics }] = await Promise.all([
  import("@winiswin/functions/clock"),
  import("@winiswin/functions/wiring/metrics"),
]);
const complain = (message: string, fields: object = {}) => void complaints.push(`${message} ${JSON.stringify(fields)}`);
useClock(clock);
useLogger({ info: () => undefined, warn: complain, error: complain });
useMetrics({ record: () => undefined });
const [{ handler }, { orderGateway, marketData }, { cycles, positions }] = await Promise.all([
  import("@winiswin/functions/queue/execute-cycle"),
  import("@winiswin/functions/wiring/exchange"),
  import("@winiswin/functions/wiring/tables"),
]);
const gateway = orderGateway() ?? lost("the exchange gave no keys");
const hosts = { exchange: new URL(exchange.url).host, database: new URL(emulators.dynamodbUrl).host };
const hash = createHash("sha256");

const listed = (await marketData().instruments()).filter(({ status }) => status === "TRADING").map(({ symbol }) => symbol);
const runs: EntryRun[] = [];
const count = Number(warmUps) + Number(measured);
for (let index = 0; index < count; index++) {
  const run = await enterOnce(index, listed[index % symbols] ?? lost("there are too few symbols"));
  if (index >= Number(warmUps)) runs.push(run);
}
const result: EntryRuns = { runs, hash: hash.digest("hex") };
await bus.stop();
await Promise.all([exchange.stop(), emulators.stop()]);
await rm(stateFolder, { recursive: true, force: true });
process.send?.(result, () => process.exit());

async function enterOnce(index: number, symbol: string): Promise<EntryRun> {
  const closeTimeMs = startMs + (index + 1) * candleMs;
  const cycleId = cycleIdOf(closeTimeMs);
  nowMs = closeTimeMs + 3_000;
  await exchange.advanceTo(nowMs);
  await storeSignal(cycleId, symbol, nowMs);
  wire.requests.length = 0;
  const begunMs = performance.now();
  const answer = await handler({ Records: [messageOf(`bench-${index}`, JSON.stringify({ detail: analyzedEvent(cycleId) }))] });
  const [entry, stop] = [sent("POST /fapi/v1/order"), sent("POST /fapi/v1/algoOrder")];
  if (entry?.answeredAtMs === undefined || stop === undefined || answer.batchItemFailures.length > 0)
    return lost(`${symbol} was not entered: ${JSON.stringify((await cycles().find(cycleId))?.decisions)} ${complaints.join("; ")}`);
  const run = {
    signalToEntry: passageOf(wire.requests, begunMs, entry.sentAtMs, hosts),
    fillToStop: passageOf(wire.requests, entry.answeredAtMs, stop.sentAtMs, hosts),
  };
  await leave(index, symbol);
  return run;
}

function sent(what: string): WireRequest | undefined {
  return wire.requests.find((request) => request.what === what);
}

/** Notes what was ordered and takes it away, so that every run begins with an empty account. */
async function leave(index: number, symbol: string): Promise<void> {
  const [[held], resting, stored] = await Promise.all([gateway.positions(), gateway.openProtections(), positions().open("main")]);
  if (held === undefined || !resting.some(({ leg }) => leg === "stopLoss")) return lost(`${symbol} is not held with its stop`);
  hash.update(
    JSON.stringify([
      [held.symbol, held.direction, held.quantity.toFixed(), held.entryPrice.toFixed()],
      resting.map(({ leg, triggerPrice, quantity }) => [leg, triggerPrice.toFixed(), quantity?.toFixed()]).sort(),
    ]),
  );
  await gateway.closeAtMarket({ clientOrderId: `bench-close-${index}`, symbol, direction: held.direction, quantity: held.quantity });
  for (const { clientOrderId } of resting) await gateway.cancelProtection(symbol, clientOrderId);
  for (const position of stored) await positions().remove(position);
}

function messageOf(messageId: string, body: string): SQSRecord {
  return {
    messageId,
    body,
    receiptHandle: "",
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: "0", SenderId: "", ApproximateFirstReceiveTimestamp: "0" },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "",
    awsRegion: "",
  };
}
