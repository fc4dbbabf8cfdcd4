import { isOrderOf } from "@winiswin/domain/order";
import type { Position } from "@winiswin/domain/position";
import type { CloseRequest } from "../ports/control-store.ts";
import type { ExchangePosition, ProtectionReport } from "../ports/order-gateway.ts";
import { requestedClose } from "./close-requests.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";

const foreignReason = "the account holds a position that this system did not open";

/** Cancels our conditional orders that belong to nothing: no stored position wants them and nothing is open that they could close. */
export async function sweepOrphans(
  stored: readonly Position[],
  held: readonly ExchangePosition[],
  protections: readonly ProtectionReport[],
  { configuration, gateway, logger }: ExecutionDependencies,
): Promise<void> {
  const symbols = new Set([...stored.map((position) => position.intent.symbol), ...held.map((position) => position.symbol)]);
  for (const orphan of protections.filter((report) => isOrderOf(configuration.bot, report.clientOrderId) && !symbols.has(report.symbol))) {
    logger.warn("orphaned order canceled", { symbol: orphan.symbol, clientOrderId: orphan.clientOrderId });
    await gateway.cancelProtection(orphan.symbol, orphan.clientOrderId);
  }
}

/** Somebody else's position is not touched without a request: it is told once, counts as a slot, and its symbol takes no entries. */
export async function reportForeign(
  stored: readonly Position[],
  held: readonly ExchangePosition[],
  requests: readonly CloseRequest[],
  { clock, control, eventBus }: ExecutionDependencies,
): Promise<void> {
  const ours = new Set(stored.map((position) => position.intent.symbol));
  const frozen = await control.frozenSymbols();
  for (const foreign of held.filter((position) => !ours.has(position.symbol))) {
    if (frozen.has(foreign.symbol) || requestedClose(requests, foreign.symbol) !== undefined) continue;
    await control.freezeSymbol(foreign.symbol, foreignReason, clock.nowMs());
    await eventBus.publish([
      {
        type: "ForeignPositionSeen",
        symbol: foreign.symbol,
        detail: `${foreign.direction} ${foreign.quantity.toFixed()} at ${foreign.entryPrice.toFixed()}`,
      },
    ]);
  }
  for (const [symbol, reason] of frozen) {
    if (reason === foreignReason && !held.some((position) => position.symbol === symbol)) await control.unfreezeSymbol(symbol);
  }
}
