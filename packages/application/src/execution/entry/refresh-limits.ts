import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

/**
 * Reads the instruments anew after an order broke one of their limits: what was read at the dispatch no longer holds.
 *
 * The order itself is not tried again, because it was planned and reviewed with the old limits; whoever comes next has the new ones.
 */
export async function refreshLimits(
  symbol: string,
  { marketData, instruments, logger }: Pick<ExecutionDependencies, "marketData" | "instruments" | "logger">,
): Promise<void> {
  try {
    await instruments.save(await marketData.instruments());
    logger.warn("the limits of the instruments were read anew, because an order broke one", { symbol });
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("the limits of the instruments could not be read anew; the next dispatch does it", { symbol, reason: error.message });
  }
}
