import { sleepFor } from "../../ports/clock.ts";
import type { ProtectionReport } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

const attempts = 3;
const pauseMs = 500;

/** Cancels conditional orders and makes sure of it; false when one of them may still rest, which the guard then finds. */
export async function areGone(reports: readonly ProtectionReport[], dependencies: ExecutionDependencies): Promise<boolean> {
  let areAllGone = true;
  for (const report of reports) areAllGone = (await isGone(report, dependencies)) && areAllGone;
  return areAllGone;
}

/** A cancellation may be sent again: what is gone cannot be cancelled twice. */
async function isGone({ symbol, clientOrderId }: ProtectionReport, { clock, gateway, logger }: ExecutionDependencies): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await gateway.cancelProtection(symbol, clientOrderId);
    if (outcome.outcome === "accepted") return true;
    if (attempt === attempts) {
      logger.warn("an order may still rest although it was canceled", { symbol, clientOrderId, reason: outcome.reason });
      return false;
    }
    await sleepFor(clock, pauseMs);
  }
}
