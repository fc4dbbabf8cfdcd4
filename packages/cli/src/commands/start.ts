import { type EndReason, type MarketOptions, StartError, type System, type SystemOptions, startSystem } from "@winiswin/local";
import { openBooks } from "@winiswin/local/books";
import { keyedAccountOf } from "../account/account-keys.ts";
import { prepareAccountStart } from "../account/account-start.ts";
import { requireAnswerable } from "../account/confirm-start.ts";
import { CommandFailure } from "../command-failure.ts";
import { findConfigurationFile } from "../configuration-file.ts";
import type { CommandContext, RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { requireCandleFiles } from "../flags/data-folder.ts";
import { parseStartFlags, type StartOptions } from "../flags/start-flags.ts";
import { watchInterruption } from "../interruption.ts";
import { alarmLine, createAlarmBell } from "../run/alarm-line.ts";
import { heldText, statesOf } from "../run/held-text.ts";
import { closedText } from "../run/render-cycle.ts";
import { runDocument } from "../run/run-document.ts";
import { createRunView, endLine, type RunView } from "../run/run-view.ts";
import { shownTradesIn } from "../run/shown-trades.ts";
import { createWatchedRun, type WatchedRun } from "../run/watched-run.ts";
import { handlerEnvironment } from "../start/handler-environment.ts";
import { exchangeUrlOf, requireLiveMarket } from "../start/live-market.ts";
import { type LogFile, openLogFile } from "../start/log-file.ts";
import { marketSpan } from "../start/market-span.ts";
import { continuingLine, openingLine, simulatedTimeLine, tradingLine } from "../start/opening-lines.ts";
import { requireDeletable, requireWritable } from "../start/state-folder.ts";
import type { Terminal } from "../terminal.ts";

const tickMs = 250;

/** Runs the whole system on this machine until the wished end, or until it is stopped. */
export const runStart: RunCommand = async (given, context) => {
  const { terminal, environment } = context;
  const options = parseStartFlags(given, context);
  if (options.market.kind === "recorded") await requireCandleFiles(options.market.folder);
  requireWritable(options.stateFolder);
  if (options.fresh) requireDeletable(options.stateFolder);
  if (options.account === "live") requireAnswerable(terminal, options.yes);
  const { variables, tradingEnabled, configuration, namedSymbols } = handlerEnvironment(
    options,
    environment,
    findConfigurationFile(context),
  );
  const span = marketSpan(options, namedSymbols, Date.now());
  const keyed = options.account === "paper" ? undefined : keyedAccountOf(options.account, environment);
  if (options.market.kind === "binance" && keyed === undefined) await requireLiveMarket(exchangeUrlOf(environment));
  const commandFor = (command: string) =>
    `npx winiswin discord "${command}"${options.stateFolder === context.defaultStateFolder ? "" : ` --state ${options.stateFolder}`}`;
  for (const line of [openingLine(options, span.recordedSymbols), ...span.remarks]) terminal.say(line);

  const wish = { configuration, isYesGiven: options.yes, isNewKeyGiven: options.newKey, commandFor };
  const accountStart = keyed === undefined ? undefined : await prepareAccountStart({ ...wish, account: keyed }, terminal);

  const watched = createWatchedRun();
  const logs: { file?: LogFile; ring?: (line: string) => void } = {};
  const settings: SystemOptions = {
    market: marketOptions(options, environment),
    ...accountStart,
    // Faster than real, time holds while work is done: at 60x a deadline of a minute would be a second.
    speed: options.speed.kind === "real" ? 1 : "max",
    ...(options.speed.kind === "accelerated" ? { pace: options.speed.factor } : {}),
    stateFolder: options.stateFolder,
    fresh: options.fresh,
    ...(span.fromMs === undefined ? {} : { fromMs: span.fromMs }),
    ...(span.toMs === undefined ? {} : { toMs: span.toMs }),
    ...(options.cycles === undefined ? {} : { cycles: options.cycles }),
    ...(options.basePort === undefined ? {} : { basePort: options.basePort }),
    environment: variables,
    secrets: {
      ...(isGiven(environment.DISCORD_WEBHOOK_URL) ? { DiscordWebhookUrl: environment.DISCORD_WEBHOOK_URL } : {}),
      ...(isGiven(environment.NEWS_MODEL_API_KEY) ? { NewsModelApiKey: environment.NEWS_MODEL_API_KEY } : {}),
    },
    onProgress: watched.onProgress,
    onMetrics: watched.onMetrics,
    onLog: (level, message, fields) => {
      logs.file?.write(level, message, fields);
      const line = alarmLine(message, fields);
      if (line !== undefined) logs.ring?.(line);
    },
  };
  const interruption = watchInterruption(process, () => process.exit(exitCodes.interrupted), Date.now);
  try {
    const system = await started(settings, interruption.signal);
    logs.file = openLogFile(options.stateFolder, environment.LOG_LEVEL, () => system.clock.nowMs());
    logs.ring = createAlarmBell(
      (line) => terminal.say(line),
      () => system.clock.nowMs(),
    );
    try {
      return await follow(system, watched, { ...options, tradingEnabled, commandFor }, span, interruption.signal, terminal, logs.file);
    } finally {
      await system.stop();
      await logs.file.close();
    }
  } finally {
    interruption.release();
  }
};

/** Interrupted before everything is up, there is nothing to finish: the processes it started end with this one. */
async function started(settings: SystemOptions, stopped: AbortSignal): Promise<System> {
  const leave = () => process.exit(exitCodes.interrupted);
  stopped.addEventListener("abort", leave, { once: true });
  try {
    const system = await startSystem(settings);
    stopped.removeEventListener("abort", leave);
    return system;
  } catch (error) {
    if (error instanceof StartError) throw new CommandFailure(error.message, "", error.exitCode);
    throw error;
  }
}

async function follow(
  system: System,
  watched: WatchedRun,
  options: StartOptions & { readonly tradingEnabled: boolean; readonly commandFor: (command: string) => string },
  span: { readonly fromMs: number | undefined; readonly toMs: number | undefined },
  stopped: AbortSignal,
  terminal: Terminal,
  log: LogFile,
): Promise<number> {
  const { clock } = system;
  const books = await openBooks();
  const startedAtMs = clock.nowMs();
  const money = tradingLine(options, options.tradingEnabled);
  if (money !== undefined) terminal.say(money);
  const timeLine = simulatedTimeLine(options, startedAtMs);
  if (timeLine !== undefined) terminal.say(timeLine);
  const [stored, open] = await Promise.all([books.cycles.latest(4, startedAtMs + 1), books.positions.open("main")]);
  const last = stored.find((cycle) => cycle.status === "executed");
  if (last !== undefined)
    terminal.say(continuingLine(last.cycleId, heldText(statesOf(open), undefined), startedAtMs, options.account === "paper"));
  const missed = await watched.closedBefore({ books, shown: shownTradesIn(options.stateFolder) });
  if (missed.length > 0) terminal.say("Closed at the end of the last run, not shown then:");
  for (const trade of missed) terminal.say(`  ${closedText(trade)}`);
  if (last !== undefined && options.fromMs !== undefined && options.fromMs < startedAtMs)
    terminal.say("--from is left aside, because the stored state goes on where it was; --fresh starts over.");
  const wasOver = span.toMs !== undefined && span.toMs <= startedAtMs;
  if (wasOver) terminal.say("The stored state is at or past the end of this run already: nothing is left to do (--fresh starts over).");
  terminal.say(terminal.colours.dim(`Ask it from another terminal: ${options.commandFor("/status")}. Log: ${log.path}`));

  const factor = options.speed.kind === "max" ? undefined : options.speed.kind === "real" ? 1 : options.speed.factor;
  const view = createRunView({ terminal, clock, factor, fromMs: startedAtMs, toMs: span.toMs, states: statesOf(open) });
  await watched.watch({ books, view, isHurried: options.speed.kind === "max" });
  const ticking = setInterval(() => view.tick(), tickMs);
  const reason = await Promise.race([system.finished, whenAborted(stopped)]);
  clearInterval(ticking);
  view.end();
  return concluded(reason, wasOver, watched, options, view, terminal, log);
}

async function concluded(
  end: EndReason,
  wasOver: boolean,
  watched: WatchedRun,
  options: StartOptions,
  view: RunView,
  terminal: Terminal,
  log: LogFile,
): Promise<number> {
  if (end.reason === "failed")
    throw new CommandFailure(`The run ended: ${end.detail}.`, `Start it again, it goes on where it was. The log: ${log.path}`);
  if (end.reason === "stopped")
    terminal.say("Stopping: what is being worked on is finished first, the rest goes on at the next start. Ctrl-C again leaves at once.");
  const result = await watched.result();
  view.end();
  if (options.json) terminal.data(JSON.stringify(runDocument(result)));
  for (const trade of result.closed) terminal.say(`  ${closedText(trade)}`);
  terminal.say(endLine(result.cycles.length, result.trades.length, result.equity?.toFixed()));
  if (end.reason === "stopped") return exitCodes.interrupted;
  if (result.cycles.length === 0 && !wasOver)
    throw new CommandFailure("The run came to its end and not one cycle was executed.", `What went wrong stands in the log: ${log.path}`);
  return exitCodes.ok;
}

const whenAborted = (signal: AbortSignal): Promise<EndReason> =>
  new Promise((resolve) => {
    const stop = () => resolve({ reason: "stopped" });
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });

function marketOptions({ market }: StartOptions, environment: CommandContext["environment"]): MarketOptions {
  // On paper only public data is read at the real exchange, by the simulator: no key and no order ever leaves for it from here.
  return market.kind === "binance" ? { kind: "live", baseUrl: exchangeUrlOf(environment) } : market;
}

const isGiven = (text: string | undefined): text is string => text !== undefined && text !== "";
