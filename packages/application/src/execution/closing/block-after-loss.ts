import { durationMs } from "@winiswin/domain/timeframe";
import type { Trade } from "@winiswin/domain/trade";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

/**
 * Keeps the strategy of a losing trade out of its symbol for some candles; the ranking asks for it before it chooses.
 *
 * Everything comes from the trade, so doing it again changes nothing.
 */
export async function blockAfterLoss(
  trade: Pick<Trade, "symbol" | "strategy" | "netProfit" | "rMultiple" | "closedAtMs">,
  { control, configuration, logger }: Pick<ExecutionDependencies, "control" | "configuration" | "logger">,
): Promise<void> {
  const { symbol, strategy, closedAtMs } = trade;
  const candles = configuration.ranking.blockAfterLossCandles;
  if (candles === 0 || !trade.netProfit.lt("0")) return;
  const untilMs = (Math.floor(closedAtMs / durationMs("15m")) + 1 + candles) * durationMs("15m");
  const reason =
    `${strategy} lost ${Math.abs(trade.rMultiple).toFixed(2)} R on ${symbol} at ${new Date(closedAtMs).toISOString().slice(0, 16)}Z ` +
    `and leaves it alone for ${candles} candles`;
  await control.blockSymbol({ symbol, strategy, reason, by: "winiswin", atMs: closedAtMs, untilMs });
  logger.info("symbol blocked after a loss", { symbol, strategy, untilMs });
}
