import { firstRevision, type Position, stopOf } from "@winiswin/domain/position";
import { takeAccountLease } from "./account-lease.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { intendProtection } from "./protection.ts";

/** What may be open on the exchange and was never confirmed to have its stop. */
const mayBeNaked = (position: Position): boolean =>
  position.state === "entering" ? position.sentAtMs !== undefined : position.state === "open" && position.stopConfirmedAtMs === undefined;

/**
 * Places the first stop of what may be naked when the exchange could not be looked at: it closes whatever is open and needs no quantity, the
 * exchange refuses it where nothing is open, and takes only one.
 */
export async function protectUnseen(dependencies: ExecutionDependencies): Promise<void> {
  const { clock, control, gateway, orders, positions, configuration, logger } = dependencies;
  const naked = (await positions.open(configuration.bot)).filter(mayBeNaked);
  if (naked.length === 0) return;
  const lease = await takeAccountLease(control, clock, configuration.bot, dependencies.holder);
  if (lease === undefined) return;
  try {
    for (const position of (await positions.open(configuration.bot)).filter(mayBeNaked)) {
      await lease.renew();
      const stop = stopOf(position.intent);
      await intendProtection(position.intent, stop, firstRevision, dependencies);
      const outcome = await gateway.placeProtection(stop);
      const detail = outcome.outcome === "accepted" ? "placed unseen" : outcome.reason;
      const { positionId } = position.intent;
      await orders.recordOutcome(
        { positionId, clientOrderId: stop.clientOrderId },
        { atMs: clock.nowMs(), outcome: outcome.outcome, detail },
      );
      logger.warn("stop placed unseen", { positionId, outcome: outcome.outcome, detail });
      if (outcome.outcome !== "accepted" || position.state !== "open") continue;
      await positions.update({ ...position, stopConfirmedAtMs: clock.nowMs(), version: position.version + 1 });
    }
  } finally {
    await lease.release();
  }
}
