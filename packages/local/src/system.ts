import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { closeTimeOfCycle, cycleTimeframe } from "@winiswin/domain/cycle";
import { openTimeOf } from "@winiswin/domain/timeframe";
import type { BoundAccount } from "./account-binding.ts";
import { countRequests } from "./activity.ts";
import { invokeAsynchronously } from "./asynchronous-invocation.ts";
import { createAuthorization, type Refusal } from "./authorization.ts";
import { startBus } from "./bus.ts";
import { nameCallers } from "./caller.ts";
import { createRealClock, type EmbeddedClock } from "./clock.ts";
import { discordKeysIn } from "./discord-keys.ts";
import { spawnEmulators } from "./emulator-process.ts";
import { type Emulators, startEmulators } from "./emulators.ts";
import { startEventSourceMapping } from "./event-source-mapping.ts";
import { type ExchangeProcess, spawnExchange } from "./exchange-process.ts";
import { type FakeDiscord, startFakeDiscord } from "./fake-discord.ts";
import type { QueueCounts } from "./fauxqs-server.ts";
import { startFunctionUrl } from "./function-url.ts";
import { giveClockToFunctions, giveLoggerToFunctions, giveMetricsToFunctions } from "./hosted-functions.ts";
import { createLambda, type Lambda } from "./lambda.ts";
import { foreignAwsNames, handlerEnvironment } from "./links.ts";
import type { Listening } from "./listen.ts";
import { createMessageFailures } from "./message-failures.ts";
import { letTimePass } from "./passing-time.ts";
import { portsFrom, requireFreePorts } from "./ports.ts";
import { progressOfEvent, progressOfInvocation } from "./progress.ts";
import { Pulse } from "./pulse.ts";
import { createTimetable, type DueSchedule } from "./scheduler.ts";
import { StartError } from "./start-error.ts";
import { type StateFolder, takeStateFolder, writeWhole } from "./state-folder.ts";
import type { QueueMapping } from "./stepped-run.ts";
import type { EndReason, MarketOptions, Progress, SystemOptions, SystemUrls } from "./system-options.ts";
import { clockLike, exchangeClockFor, lastExecutedIn, markExecuted, retryAfterSeconds } from "./time.ts";
import { projectTopology, type Topology, wireNameOf } from "./topology.ts";
import type { Usage } from "./usage.ts";

export interface System {
  readonly urls: SystemUrls;
  readonly clock: EmbeddedClock;
  readonly apiKeys: { readonly apiKey: string; readonly apiSecret: string };
  /** Resolves when the wanted end is reached, something essential died, or `stop` was called; it stops nothing by itself. */
  readonly finished: Promise<EndReason>;
  /** Messages by queue name on the wire, dead-letter queues included. */
  queueCounts(): Promise<Readonly<Record<string, QueueCounts>>>;
  /** What AWS would bill for tables, objects and queues, counted since the start. */
  usage(): Promise<readonly Usage[]>;
  /** What arrived at the local stand-in of Discord. */
  readonly discord: FakeDiscord;
  /** Ends everything in order; what is being worked on may finish, what sleeps comes back at the next start. */
  stop(): Promise<void>;
}

const repositoryRoot = fileURLToPath(new URL("../../../", import.meta.url));
const oldestNodeMajor = 24;
const runtimeName = "runtime.json";
/** How long a killed run may take to let go of its ports. */
const takeOverPatienceMs = 5_000;
/** How long work in progress may take at the end. */
const stopPatienceMs = 10_000;

/** Something that was started and must be stopped, the newest first. */
type Stop = () => Promise<void> | void;

/** Starts the whole system; throws StartError with one sentence when it cannot, and leaves nothing running then. */
export async function startSystem(options: SystemOptions): Promise<System> {
  requireNode();
  const { market } = options;
  const folder = takeStateFolder(options.stateFolder, {
    fresh: options.fresh ?? false,
    startedAtMs: Date.now(),
    account: accountOf(market),
    newKey: market.kind === "external" && market.newKey,
  });
  const stops: Stop[] = [() => folder.release()];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    return await compose(options, folder, stops, stopAll);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The simulated exchange has one account; what an external one has is only known to who names it. */
const accountOf = (market: MarketOptions): BoundAccount | undefined =>
  market.kind === "external" ? market.account : { kind: "simulated" };

/** The programs are TypeScript that Node runs directly. */
function requireNode(): void {
  if (Number(process.versions.node.split(".")[0]) >= oldestNodeMajor) return;
  throw new StartError(
    `Node ${process.versions.node} is too old for the embedded system, it needs ${oldestNodeMajor}: start it with npm start or npx winiswin, which bring their own.`,
  );
}

async function compose(options: SystemOptions, folder: StateFolder, stops: Stop[], stopAll: () => Promise<void>): Promise<System> {
  const topology = options.topology ?? projectTopology;
  const { stateFolder } = options;
  const tell = options.onProgress ?? (() => undefined);
  const withUrl = Object.entries(topology.functions).flatMap(([name, description]) => (description.url ? [name] : []));
  const ports = portsFrom(options.basePort, withUrl);
  await requireFreePorts(ports, folder.tookOver ? takeOverPatienceMs : 0);

  const end = Promise.withResolvers<EndReason>();
  const fail = (detail: string) => end.resolve({ reason: "failed", detail });
  const pulse = new Pulse();
  const discordKeys = discordKeysIn(stateFolder);

  const refused = ({ functionName, sentence }: Refusal) =>
    tell({ kind: "failed", where: `the rights of ${functionName}`, reason: sentence });
  const emulatorOptions = { stateFolder, dynamodbPort: ports.dynamodb, queuesPort: ports.queues };
  const [emulators, exchange] = await startBoth(
    options.emulatorsInProcess === true
      ? startEmulators(topology, emulatorOptions, refused)
      : spawnEmulators(topology, emulatorOptions, (reason) => fail(reason), refused),
    startExchange(options, ports.exchange, fail),
    stops,
  );
  folder.recordParts();
  const clock = exchange === undefined ? createRealClock() : await clockLike(exchange, stateFolder);
  const discord = await startFakeDiscord({
    port: ports.discord,
    nowMs: () => clock.nowMs(),
    onMessage: (message) => tell({ kind: "discord", message }),
  });
  stops.push(() => discord.stop());

  const cycles = new Set<string>();
  // Known over restarts, so that a run that was over is over at once when it is started again.
  let lastExecutedMs = lastExecutedIn(stateFolder) ?? Number.NEGATIVE_INFINITY;
  const tellAll = (progress: readonly Progress[]) => {
    for (const one of progress) {
      tell(one);
      if (one.kind !== "executed") continue;
      cycles.add(one.cycleId);
      lastExecutedMs = Math.max(lastExecutedMs, closeTimeOfCycle(one.cycleId));
      markExecuted(stateFolder, lastExecutedMs);
      if (clock.kind !== "stepped" && reachedEnd()) end.resolve({ reason: "to" });
      if (clock.kind !== "stepped" && reachedCycles()) end.resolve({ reason: "cycles" });
    }
  };
  const lastCloseMs = options.toMs === undefined ? Number.POSITIVE_INFINITY : openTimeOf(cycleTimeframe, options.toMs);
  const reachedEnd = () => lastExecutedMs >= lastCloseMs;
  const reachedCycles = () => options.cycles !== undefined && cycles.size >= options.cycles;

  const touch = queueTouches(pulse);
  stops.push(countRequests((host) => host === new URL(emulators.queuesUrl).host && touch.mark()));
  const undisturbed = createLambda({
    root: options.root ?? repositoryRoot,
    functions: topology.functions,
    sleepIsFree: clock.kind === "stepped",
    onInvocation: (invocation) => {
      options.onInvocation?.(invocation);
      tellAll(progressOfInvocation(invocation));
    },
    onChange: pulse.beat,
  });
  const lambda = disturbedLambda(undisturbed, options.aroundInvocation);
  const bus = await startBus({
    port: ports.events,
    topology,
    authorization: createAuthorization(topology, refused),
    clock,
    queuesEndpoint: emulators.queuesUrl,
    queueUrls: emulators.queueUrls,
    invoke: lambda.invoke,
    onEvent: (event) => tellAll(progressOfEvent(event)),
    onChange: touch.mark,
    onLost: (functionName, event, reason) => tell({ kind: "failed", where: `${functionName} for ${event["detail-type"]}`, reason }),
  });
  stops.push(() => bus.stop());
  const services = new Set([emulators.dynamodbUrl, emulators.queuesUrl, bus.url].map((url) => new URL(url).host));
  stops.push(nameCallers((host) => services.has(host)));

  const functionUrls = new Map<string, Listening>();
  for (const functionName of withUrl) {
    const port = ports.functions[functionName] ?? 0;
    const listening = await startFunctionUrl({ functionName, port, invoke: lambda.invoke, nowMs: () => clock.nowMs() });
    functionUrls.set(functionName, listening);
    stops.push(() => listening.stop());
  }

  const external = options.market.kind === "external" ? options.market : undefined;
  const keys = { apiKey: exchange?.apiKey ?? external?.apiKey ?? "", apiSecret: exchange?.apiSecret ?? external?.apiSecret ?? "" };
  const urls: SystemUrls = {
    exchange: exchange?.url ?? external?.url ?? "",
    dynamodb: emulators.dynamodbUrl,
    queues: emulators.queuesUrl,
    events: bus.url,
    discord: discord.url,
    functions: Object.fromEntries([...functionUrls].map(([name, { url }]) => [name, url])),
  };
  setEnvironment({
    ...handlerEnvironment(topology, {
      dynamodbUrl: urls.dynamodb,
      queuesUrl: urls.queues,
      eventsUrl: urls.events,
      queueUrls: emulators.queueUrls,
      functionUrls: urls.functions,
      secrets: {
        BinanceApiKey: keys.apiKey,
        BinanceApiSecret: keys.apiSecret,
        DiscordPublicKey: discordKeys.publicKey,
        DiscordApplicationId: "1",
        DiscordWebhookUrl: discord.webhookUrl,
        ...options.secrets,
      },
    }),
    BINANCE_BASE_URL: urls.exchange,
    DISCORD_API_URL: discord.apiUrl,
    ...options.environment,
  });
  await (options.useClock ?? giveClockToFunctions)(clock);
  let ended = false;
  await giveMetricsToFunctions((values, properties = {}) => {
    if (!ended) options.onMetrics?.(values, properties);
  });
  const { onLog } = options;
  const failures = createMessageFailures();
  if (onLog !== undefined) {
    await giveLoggerToFunctions((level, message, fields) => {
      failures.heard(message, fields);
      if (!ended) onLog(level, message, fields);
    });
  }
  for (const functionName of Object.keys(topology.functions)) await lambda.load(functionName);

  await options.beforeWork?.();
  const account = accountOf(options.market);
  if (account !== undefined) folder.bindTo(account);
  stops.push(async () => {
    // Whatever it meets, the rest must end.
    await options.afterWork?.().catch((error: unknown) => tell({ kind: "failed", where: "the look at the end", reason: String(error) }));
  });

  const mappings = startMappings(topology, emulators, lambda, clock, touch.mark, failures.reasonOf, tell);
  stops.push(() => {
    for (const { mapping } of mappings) mapping.close();
  });
  stops.push(async () => {
    await untilQuiet(() => lambda.standsStill() && bus.delivering() === 0 && !mappings.some(({ mapping }) => mapping.settling()), pulse);
    lambda.abandon();
    ended = true;
  });
  stops.push(async () => {
    await Promise.all(mappings.map(({ mapping }) => mapping.stopPolling()));
  });

  const timetable = createTimetable(topology);
  const run = async (due: DueSchedule) => {
    await invokeAsynchronously(due, lambda.invoke, clock);
  };
  const time = letTimePass({
    options,
    clock,
    timetable,
    lambda,
    bus,
    mappings,
    emulators,
    pulse,
    queuesTouched: touch.happened,
    exchange,
    run,
    reachedCycles,
    reachedEnd,
    tell,
  });
  stops.push(time.stop);
  void time.ended.then(end.resolve, (error: unknown) => fail(error instanceof Error ? error.message : String(error)));

  writeRuntime(stateFolder, urls, clock);
  stops.push(() => rmSync(join(stateFolder, runtimeName), { force: true }));
  return {
    urls,
    clock,
    apiKeys: keys,
    finished: end.promise,
    queueCounts: () => emulators.queueCounts(),
    usage: () => emulators.usage(),
    discord,
    async stop() {
      end.resolve({ reason: "stopped" });
      await stopAll();
    },
  };
}

async function startExchange(options: SystemOptions, port: number, fail: (detail: string) => void): Promise<ExchangeProcess | undefined> {
  if (options.market.kind === "external") return undefined;
  return spawnExchange(
    {
      port,
      market: options.market,
      clock: exchangeClockFor(options, Date.now()),
      stateFile: join(options.stateFolder, "exchange.jsonl"),
      ...options.exchange,
    },
    fail,
  );
}

/** Both take a moment, so they start side by side; when one fails the other is stopped. */
async function startBoth(
  emulators: Promise<Emulators>,
  exchange: Promise<ExchangeProcess | undefined>,
  stops: Stop[],
): Promise<readonly [Emulators, ExchangeProcess | undefined]> {
  const [emulated, exchanged] = await Promise.allSettled([emulators, exchange]);
  if (emulated.status === "fulfilled") stops.push(() => emulated.value.stop());
  if (exchanged.status === "fulfilled") stops.push(() => exchanged.value?.stop());
  if (emulated.status === "rejected") throw emulated.reason;
  if (exchanged.status === "rejected") throw exchanged.reason;
  return [emulated.value, exchanged.value];
}

function setEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const name of foreignAwsNames) delete process.env[name];
  Object.assign(process.env, environment);
}

const disturbedLambda = (lambda: Lambda, around: SystemOptions["aroundInvocation"]): Lambda =>
  around === undefined
    ? lambda
    : { ...lambda, invoke: (functionName, event) => around(functionName, event, () => lambda.invoke(functionName, event)) };

/** Remembers that a queue may have changed; the first question is answered with yes, because a stored queue may hold messages. */
function queueTouches(pulse: Pulse): { readonly mark: () => void; readonly happened: () => boolean } {
  let touched = true;
  return {
    mark() {
      touched = true;
      pulse.beat();
    },
    happened() {
      const answer = touched;
      touched = false;
      return answer;
    },
  };
}

function startMappings(
  topology: Topology,
  emulators: Emulators,
  lambda: Lambda,
  clock: EmbeddedClock,
  onChange: () => void,
  reasonOf: (messageId: string) => string | undefined,
  tell: (progress: Progress) => void,
): readonly QueueMapping[] {
  return Object.entries(topology.queues).map(([queue, description]) => ({
    wireName: wireNameOf(queue, description.fifo),
    fifo: description.fifo,
    mapping: startEventSourceMapping({
      queue,
      description,
      queueUrl: emulators.queueUrls[queue] ?? "",
      endpoint: emulators.queuesUrl,
      invoke: lambda.invoke,
      retryAfterSeconds: retryAfterSeconds(clock, description.visibilityTimeoutSeconds),
      timeoutPassed:
        clock.kind === "stepped" ? () => clock.sleepUntil(clock.nowMs() + description.visibilityTimeoutSeconds * 1000) : undefined,
      onChange,
      reasonOf,
      onFailure: (name, messageIds, reason) => tell({ kind: "failed", where: `${name} (${messageIds.length} messages)`, reason }),
    }),
  }));
}

/** Waits until nothing runs but what sleeps, and everything is settled; not for ever. */
async function untilQuiet(isQuiet: () => boolean, pulse: Pulse): Promise<void> {
  const deadline = performance.now() + stopPatienceMs;
  while (!isQuiet() && performance.now() < deadline) await pulse.next(50);
}

/** Where the running system is, for commands of other processes. */
function writeRuntime(stateFolder: string, urls: SystemUrls, clock: EmbeddedClock): void {
  const runtime = { pid: process.pid, clock: { kind: clock.kind, speed: clock.speed }, urls };
  writeWhole(join(stateFolder, runtimeName), `${JSON.stringify(runtime, undefined, 2)}\n`);
}
