import type { EquityMarks } from "@winiswin/domain/risk/equity-marks";
import {
  type AccountLook,
  ambiguousTransfer,
  type EquityHistory,
  markLooks,
  type Transfer,
  transferFogMs,
  transfersSinceMs,
  withLook,
} from "@winiswin/domain/risk/equity-marks-history";
import { sleepFor } from "../../ports/clock.ts";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

type Dependencies = Pick<ExecutionDependencies, "clock" | "gateway" | "logger">;

/** A look at the account that no known transfer makes ambiguous, and the transfers since the settled marks. */
export interface Sight {
  readonly look: AccountLook;
  readonly transfers: readonly Transfer[];
}

const attempts = 3;
/** Most transfers that are told late are told by then. */
const secondQuestionMs = 5_000;

/**
 * Reads the balance, then the transfers, in this order: a transfer that changed the balance is there to be told when they are asked for.
 *
 * Undefined when the exchange did not answer, or when a transfer lay too near each time. Before marks that `isAlarming` are handed out the
 * transfers are asked for once more: nothing is lost by it, since whoever would enter waits here for the answer.
 */
export async function lookAtAccount(
  history: EquityHistory,
  isAlarming: (marks: EquityMarks) => boolean,
  dependencies: Dependencies,
): Promise<Sight | undefined> {
  const { clock, logger } = dependencies;
  try {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const sight = await sightOf(history, isAlarming, dependencies);
      const nearest = ambiguousTransfer(sight.look, sight.transfers);
      if (nearest === undefined) return sight;
      logger.info("a transfer lies too near the look at the account", { attempt, transfer: nearest.id });
      // Never long: a clock that is far off would have it wait for minutes.
      const clearMs = Math.min(nearest.timeMs + transferFogMs + 1, clock.nowMs() + 2 * transferFogMs);
      if (attempt < attempts) await clock.sleepUntil(clearMs);
    }
    logger.warn("the account could not be looked at", { reason: `transfers lay too near each of ${attempts} looks` });
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("the account could not be looked at", { reason: error.message });
  }
  return undefined;
}

async function sightOf(history: EquityHistory, isAlarming: (marks: EquityMarks) => boolean, dependencies: Dependencies): Promise<Sight> {
  const { clock, gateway, logger } = dependencies;
  const sinceMs = transfersSinceMs(history);
  const askedAtMs = clock.nowMs();
  const { equity } = await gateway.balance();
  const look = { equity, askedAtMs, answeredAtMs: clock.nowMs(), resetsPeak: false };
  const ask = async () => (sinceMs === undefined ? [] : gateway.transfersBetween(sinceMs, look.answeredAtMs + transferFogMs));
  const transfers = await ask();
  const newest = markLooks(withLook(history, look, transfers)).at(-1);
  if (newest?.marks === undefined || newest.isLeftOut || !isAlarming(newest.marks)) return { look, transfers };
  try {
    await sleepFor(clock, secondQuestionMs);
    return { look, transfers: [...transfers, ...(await ask())] };
  } catch (error) {
    // A crash overloads an exchange: what is known now must be enough.
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("the transfers could not be asked for once more", { reason: error.message });
    return { look, transfers };
  }
}
