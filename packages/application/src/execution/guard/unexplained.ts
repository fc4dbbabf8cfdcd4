import { exitSideOf, isOrderOf } from "@winiswin/domain/order";
import type { Position } from "@winiswin/domain/position";
import type { CloseRequest } from "../../ports/control-store.ts";
import type { ExchangePosition, ProtectionReport } from "../../ports/order-gateway.ts";
import type { UnreadablePosition } from "../../ports/position-store.ts";
import type { AccountLease } from "../account/account-lease.ts";
import { haltSharedAccount } from "../account/shared-account.ts";
import { requestedClose } from "../closing/close-requests.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { announceUnprotected } from "../protection/open-position.ts";

const foreignReason = "the account holds a position that this system did not open";

/**
 * Cancels our conditional orders that belong to nothing: no stored position wants any on that side of the symbol, whoever holds something there.
 *
 * Positions and orders were read under the lease and in this order, so an order of the executor has its row among the given ones; rows are
 * read once more all the same, because what is cancelled here may be a stop. Of a position whose row is there the protection itself takes away
 * what it does not want. What a given up entry may still need stays as long as its symbol is held.
 *
 * A stop that closes what is held stays, whoever holds it: without a row here it is the stop of another system on this account, or of a row
 * that was lost, and entries stop until somebody has looked.
 */
export async function sweepOrphans(
  { stored, held, protections, unreadable }: SeenByGuard,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<void> {
  const { configuration, gateway, positions, logger } = dependencies;
  const { bot } = configuration;
  const candidates = protections.filter((report) => isOrderOf(bot, report.clientOrderId) && !isExplained(report, stored, unreadable));
  if (candidates.length === 0) return;
  const [storedNow, abandoned] = await Promise.all([positions.open(bot), positions.abandoned(bot)]);
  const mayShow = abandoned.filter(({ intent }) => held.some(({ symbol }) => symbol === intent.symbol));
  for (const orphan of candidates.filter((report) => !isExplained(report, [...storedNow, ...mayShow], unreadable))) {
    if (orphan.closePosition && held.some(({ symbol, direction }) => symbol === orphan.symbol && exitSideOf(direction) === orphan.side)) {
      const reason = `the stop ${orphan.clientOrderId} of this program protects a position in ${orphan.symbol} of which the tables know nothing: another system trades this account, or its row was lost`;
      await haltSharedAccount(reason, dependencies);
      continue;
    }
    await lease.renew();
    const outcome = await gateway.cancelProtection(orphan.symbol, orphan.clientOrderId, "no position wants it");
    logger.warn("orphaned order canceled", { symbol: orphan.symbol, clientOrderId: orphan.clientOrderId, outcome: outcome.outcome });
  }
}

/** What one run of the guard read. */
export interface SeenByGuard {
  readonly stored: readonly Position[];
  readonly held: readonly ExchangePosition[];
  readonly protections: readonly ProtectionReport[];
  readonly unreadable: readonly UnreadablePosition[];
}

const isExplained = (
  { symbol, side }: ProtectionReport,
  rows: readonly Pick<Position, "intent">[],
  unreadable: readonly UnreadablePosition[],
): boolean =>
  unreadable.some((row) => row.symbol === symbol) ||
  rows.some(({ intent }) => intent.symbol === symbol && exitSideOf(intent.direction) === side);

/** What a row stands for that cannot be read: nobody watches it but its orders on the exchange, until somebody mends the row or closes it. */
export async function tellUnreadable(unreadable: readonly UnreadablePosition[], dependencies: ExecutionDependencies): Promise<void> {
  for (const { positionId, symbol, reason } of unreadable)
    await announceUnprotected({ intent: { positionId, symbol } }, `its row cannot be read: ${reason}`, dependencies);
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
