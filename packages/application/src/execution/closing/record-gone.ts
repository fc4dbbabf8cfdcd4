import type { Trade } from "@winiswin/domain/trade";
import type { CloseRequest } from "../../ports/control-store.ts";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ProtectionReport } from "../../ports/order-gateway.ts";
import type { AccountLease } from "../account/account-lease.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { closedTradeOf, type FilledPosition } from "./closed-trade.ts";
import { isRidOfOrders, recordClosedTrade } from "./record-closed-trade.ts";

/** Fills show within seconds: what has none for so long will not get any by itself. */
const withoutFillsMs = 600_000;

/**
 * Records a position that is gone. The position that is not shown and the fills that cover it are two looks that agree; without the fills
 * nothing is believed, since when it is missing is kept, and after a while somebody is told.
 */
export async function recordGone(
  position: FilledPosition,
  look: { readonly protections: readonly ProtectionReport[]; readonly requests: readonly CloseRequest[] },
  dependencies: ExecutionDependencies,
): Promise<"closed" | "unchanged"> {
  const { clock, positions } = dependencies;
  if ((await recordClosedTrade(position, look.protections, dependencies)) !== undefined) return "closed";
  const { missingSinceMs } = position;
  if (missingSinceMs === undefined) {
    await positions.update({ ...position, missingSinceMs: clock.nowMs(), version: position.version + 1 });
    return "unchanged";
  }
  if (clock.nowMs() - missingSinceMs < withoutFillsMs) return "unchanged";
  // Its result may be complete and only its orders could not be taken away: that is not to be forgotten.
  if ((await closedTradeOf(position, dependencies)) !== undefined) return "unchanged";
  return giveUpResult(position, missingSinceMs, look, dependencies);
}

/**
 * Takes the reduce-only orders of a vanished position away, because they would cut the next one; its stop ends with the position itself, and
 * would be all that is left should the exchange only not show it.
 *
 * Whoever asks to close exactly this symbol wants it off the books: then it is forgotten without a trade, and told that its result is unknown.
 */
async function giveUpResult(
  position: FilledPosition,
  missingSinceMs: number,
  { protections, requests }: { readonly protections: readonly ProtectionReport[]; readonly requests: readonly CloseRequest[] },
  dependencies: ExecutionDependencies,
): Promise<"closed" | "unchanged"> {
  const { control, positions, eventBus, logger } = dependencies;
  const { positionId, symbol } = position.intent;
  // A close that was asked for before the result was missed meant the position, not its result.
  const request = requests.find((wish) => wish.symbol === symbol && wish.atMs - missingSinceMs >= withoutFillsMs);
  const own = protections.filter((report) => request !== undefined || !report.closePosition);
  const isRid = await isRidOfOrders(position, own, dependencies);
  const since = `since ${new Date(missingSinceMs).toISOString().slice(0, 16)}Z`;
  const seen = `the exchange shows neither the position nor the fills that closed it ${since}`;
  logger.error("position gone without fills", { positionId, missingSinceMs, isForgotten: request !== undefined && isRid });
  if (request === undefined || !isRid) {
    const detail = `${seen}; its row, slot and symbol stay taken until a close of ${symbol} is asked for, which forgets it without a result`;
    await eventBus.publish([{ type: "TroubleSeen", code: "GONE_WITHOUT_FILLS", symbol, detail }]);
    return "unchanged";
  }
  const detail = `${seen}; forgotten without a trade, as asked for by ${request.by}: its result is unknown and missing in all statistics`;
  // Told before it is forgotten: a crash between the two tells it twice rather than never.
  await eventBus.publish([{ type: "TroubleSeen", code: "GONE_WITHOUT_FILLS", symbol, detail }]);
  await control.unfreezeSymbol(symbol);
  return (await positions.remove(position)) ? "closed" : "unchanged";
}

/**
 * Records what was stopped or closed since the guard looked last, so that entries are reviewed with it; returns the trades that are not
 * recorded yet, because a late row may still change them.
 *
 * Nothing is recorded while something may be without its stop: that is gone on with first.
 */
export async function recordBeforeEntries(lease: AccountLease, dependencies: ExecutionDependencies): Promise<readonly Trade[]> {
  const { gateway, positions, configuration, logger } = dependencies;
  const stored = await positions.open(configuration.bot);
  const filled = stored.filter((position) => position.state !== "entering");
  if (filled.length === 0 || stored.some((position) => position.state === "entering" || position.stopConfirmedAtMs === undefined))
    return [];
  const unrecorded: Trade[] = [];
  try {
    const held = await gateway.positions();
    const gone = filled.filter(({ intent }) => !held.some((open) => open.symbol === intent.symbol && open.direction === intent.direction));
    const protections = gone.length === 0 ? [] : await gateway.openProtections();
    for (const position of gone) {
      await lease.renew();
      if ((await recordClosedTrade(position, protections, dependencies)) !== undefined) continue;
      const closed = await closedTradeOf(position, dependencies);
      if (closed !== undefined) unrecorded.push(closed.trade);
    }
  } catch (error) {
    // The guard records it; the review then knows less, as it did before.
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("what closed before the cycle could not be recorded", { reason: error.message });
  }
  return unrecorded;
}
