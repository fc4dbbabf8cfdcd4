import { resolve } from "node:path";
import { type ClockOptions, type ExchangeSimulatorOptions, StartFailure, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { z } from "zod";
import { CommandFailure, usageFailure } from "../command-failure.ts";
import type { RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { requireCandleFiles } from "../flags/data-folder.ts";
import { faultPlanIn } from "../flags/fault-plan.ts";
import { isoTime, wholeNumber } from "../flags/flag-value.ts";
import { type Market, marketFlags, marketOf, parseFlags, type Speed, speedOf } from "../flags/market-flags.ts";
import { watchInterruption } from "../interruption.ts";
import { exchangeUrlOf, requireLiveMarket } from "../start/live-market.ts";
import { recordedSpanOf, runSpan } from "../start/recorded-span.ts";

const flagsShape = {
  ...marketFlags,
  port: wholeNumber(0, 65_535, "a port, 0 for a free one"),
  from: isoTime.optional(),
  faults: z.string().min(1, { error: "must name a file" }).optional(),
  json: z.boolean().default(false),
};

/**
 * Runs the simulated exchange alone, for any client that speaks to Binance futures; state is in memory.
 *
 * With `--market binance` it is paper trading: live prices of the real exchange, of which only public data is read, and orders that end here.
 */
export const runExchange: RunCommand = async (given, { terminal, workingFolder, environment }) => {
  if (given.port === undefined)
    throw usageFailure("--port is missing.", "Say where the exchange listens, like --port 4800; --port 0 takes a free one.");
  const flags = parseFlags(flagsShape, given);
  const market = marketOf(flags);
  const speed = speedOf(flags);
  if (speed.kind === "real" && flags.from !== undefined)
    throw usageFailure("--from is given, but --speed real means now.", "Leave --from out, or use --speed 60x or --speed max.");
  const folder = market.kind === "recorded" ? resolve(workingFolder, market.folder) : "";
  if (market.kind === "recorded") await requireCandleFiles(folder);
  if (market.kind === "binance") await requireLiveMarket(exchangeUrlOf(environment));
  const faults = flags.faults === undefined ? undefined : await faultPlanIn(resolve(workingFolder, flags.faults));

  const interruption = watchInterruption(process, () => process.exit(exitCodes.interrupted), Date.now);
  const exchange = await startExchangeSimulator({
    port: flags.port,
    market: marketOptions(market, folder, exchangeUrlOf(environment)),
    clock: clockOf(market, speed, flags.from, folder),
    ...(faults === undefined ? {} : { faults }),
  }).catch((error: unknown) => {
    throw new CommandFailure(
      error instanceof Error ? error.message : String(error),
      "",
      error instanceof StartFailure ? error.exitCode : undefined,
    );
  });
  try {
    const { url, apiKey, apiSecret, clock } = exchange;
    const time = new Date(clock.nowMs()).toISOString();
    if (flags.json) terminal.data(JSON.stringify({ url, apiKey, apiSecret, time }));
    else {
      terminal.data(`url     ${url}`);
      terminal.data(`key     ${apiKey}`);
      terminal.data(`secret  ${apiSecret}`);
    }
    terminal.say(
      `A simulated exchange, no real money; its time is ${time}.${speed.kind === "max" ? ` It moves by POST ${url}/simulator/clock {"nowMs":...}.` : ""} Ctrl-C ends it.`,
    );
    await new Promise<void>((ended) => interruption.signal.addEventListener("abort", () => ended(), { once: true }));
    return exitCodes.interrupted;
  } finally {
    await exchange.stop();
    interruption.release();
  }
};

function marketOptions(market: Market, folder: string, baseUrl: string): ExchangeSimulatorOptions["market"] {
  if (market.kind === "binance") return { kind: "live", baseUrl };
  return market.kind === "recorded" ? { kind: "recorded", folder } : market;
}

function clockOf(market: Market, speed: Speed, fromMs: number | undefined, folder: string): ClockOptions {
  if (speed.kind === "real") return { kind: "real" };
  const startMs = market.kind === "recorded" ? runSpan(recordedSpanOf(folder), { fromMs, toMs: undefined }).fromMs : (fromMs ?? Date.now());
  return speed.kind === "max" ? { kind: "stepped", startMs } : { kind: "accelerated", startMs, speed: speed.factor };
}
