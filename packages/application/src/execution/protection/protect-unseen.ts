import { firstRevision, type Position, stopOf } from "@winiswin/domain/position";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { PlaceOutcome } from "../../ports/order-gateway.ts";
import { takeAccountLease } from "../account/account-lease.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { intendProtection } from "./protection.ts";

/** What may be open on the exchange and was never confirmed to have its stop. */
export const mayBeNaked = (position: Position): boolean =>
  position.state === "entering" ? position.sentAtMs !== undefined : position.state === "open" && position.stopConfirmedAtMs === undefined;

/**
 * Places the first stop without looking: it closes whatever is open and needs no quantity, the exchange refuses it where nothing is open, and
 * takes only one.
 */
export async function placeFirstStopUnseen(
  { intent }: Position,
  dependencies: Pick<ExecutionDependencies, "clock" | "gateway" | "orders" | "logger">,
): Promise<PlaceOutcome["outcome"]> {
  const { clock, gateway, orders, logger } = dependencies;
  const { positionId } = intent;
  const stop = stopOf(intent);
  await intendProtection(intent, stop, firstRevision, dependencies);
  const outcome = await placedOrAway(() => gateway.placeProtection(stop));
  const detail = outcome.outcome === "accepted" ? "placed unseen" : outcome.reason;
  await orders.recordOutcome({ positionId, clientOrderId: stop.clientOrderId }, { atMs: clock.nowMs(), outcome: outcome.outcome, detail });
  logger.warn("stop placed unseen", { positionId, outcome: outcome.outcome, detail });
  return outcome.outcome;
}

/** A look behind an answer may fail; whatever it was, it was no confirmation. */
async function placedOrAway(place: () => Promise<PlaceOutcome>): Promise<PlaceOutcome> {
  try {
    return await place();
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return { outcome: "unknown", reason: error.message };
  }
}

/** Places the first stop of everything that may be naked, when the exchange could not be looked at. */
export async function protectUnseen(dependencies: ExecutionDependencies): Promise<void> {
  const { clock, control, positions, configuration } = dependencies;
  const naked = (await positions.open(configuration.bot)).filter(mayBeNaked);
  if (naked.length === 0) return;
  const lease = await takeAccountLease(control, clock, configuration.bot, dependencies.holder);
  if (lease === undefined) return;
  try {
    for (const position of (await positions.open(configuration.bot)).filter(mayBeNaked)) {
      await lease.renew();
      const outcome = await placeFirstStopUnseen(position, dependencies);
      if (outcome !== "accepted" || position.state !== "open") continue;
      await positions.update({ ...position, stopConfirmedAtMs: clock.nowMs(), version: position.version + 1 });
    }
  } finally {
    await lease.release();
  }
}
