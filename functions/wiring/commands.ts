import type { CommandContext } from "@winiswin/application/commands/command";
import { modeOf } from "@winiswin/application/commands/mode";
import type { DeferredAnswering } from "@winiswin/discord/answer-deferred";
import { currentClock, currentLogger } from "../clock.ts";
import { configuration } from "./configuration.ts";
import { discordApi } from "./discord-delivery.ts";
import { orderGateway } from "./exchange.ts";
import { control, cycles, decisions, positions, signals, trades } from "./tables.ts";

/** What commands read, whatever surface asks. */
export const commandContext = (): CommandContext => ({
  clock: currentClock(),
  cycles: cycles(),
  decisions: decisions(),
  signals: signals(),
  positions: positions(),
  trades: trades(),
  control: control(),
  gateway: orderGateway(),
  settings: { bot: configuration().bot, tradingEnabled: configuration().tradingEnabled, mode: modeOf(configuration()) },
});

/** The way of a deferral back through the function URL to Discord, with a margin; the command runs meanwhile. */
const settleMs = 500;

export const deferredAnswering = (): DeferredAnswering => ({
  context: commandContext(),
  discord: discordApi(),
  logger: currentLogger(),
  settled: () => new Promise((resolve) => setTimeout(resolve, settleMs)),
});
