import type { CommandContext } from "@winiswin/application/commands/command";
import type { DeferredCommand } from "@winiswin/application/ports/messages";
import { bill } from "./bill.ts";
import { configuration } from "./configuration.ts";
import { emergencyContext } from "./emergency.ts";
import { marketData, orderGateway } from "./exchange.ts";
import { mode } from "./mode.ts";
import { instruments } from "./objects.ts";
import { confirmations, cycles, decisions, features, positions, signals, trades } from "./tables.ts";

/** What commands read and change, whatever surface asks. */
export const commandContext = (asked: Pick<DeferredCommand, "operator" | "askId">): CommandContext => ({
  ...emergencyContext(asked),
  askId: asked.askId,
  bill,
  confirmations: confirmations(),
  cycles: cycles(),
  decisions: decisions(),
  features: features(),
  signals: signals(),
  positions: positions(),
  trades: trades(),
  instruments: instruments(),
  marketData: marketData(),
  gateway: orderGateway(),
  settings: { bot: configuration().bot, tradingEnabled: configuration().tradingEnabled, mode: mode() },
});
