import { decimal, toText } from "@winiswin/domain/decimal";
import { modeOf } from "../../commands/mode.ts";
import type { Configuration } from "../../configuration.ts";
import type { ReadKeyRights } from "../../ports/key-rights.ts";
import type { Logger } from "../../ports/logger.ts";
import type { OrderGateway } from "../../ports/order-gateway.ts";
import { reviewKey } from "./review-key.ts";

export interface BeginTradingDependencies {
  readonly gateway: Pick<OrderGateway, "balance">;
  readonly readKeyRights: ReadKeyRights;
  readonly configuration: Configuration;
  readonly logger: Logger;
}

/**
 * Before the first order of a process on an account of the exchange: makes sure that the key can do no more than trade, and says what is
 * about to happen with how much money.
 *
 * Throws Error with one sentence when real money must not be traded with this key. Paper trading and signals need none of it.
 */
export async function beginTrading({ gateway, readKeyRights, configuration, logger }: BeginTradingDependencies): Promise<void> {
  const mode = modeOf(configuration);
  if (mode !== "live" && mode !== "demo") return;
  if (mode === "live") {
    const verdict = reviewKey(await readKeyRights());
    if (verdict.verdict === "refused") throw new Error(`no order is placed with real money: ${verdict.reason}`);
    for (const remark of verdict.remarks) logger.warn(remark);
  }
  const { equity } = await gateway.balance();
  const { riskPerTradePercent, maximumPositions, exchangeBaseUrl } = configuration;
  const risk = equity.times(riskPerTradePercent).div(decimal("100"));
  const { host } = new URL(exchangeBaseUrl);
  logger.info(`${mode === "live" ? "LIVE: orders with real money" : "DEMO: orders with play money"} go to ${host}`, {
    mode,
    equity: `${toText(equity)} USDT`,
    riskPerTrade: `${toText(riskPerTradePercent)} % of equity, now ${risk.toFixed(2)} USDT`,
    riskAtOnce: `${maximumPositions} positions, now ${risk.times(decimal(String(maximumPositions))).toFixed(2)} USDT`,
    symbols: symbolsText(configuration),
  });
}

function symbolsText({ symbolMode, staticSymbols, maximumSymbols }: Configuration): string {
  return symbolMode === "static" ? staticSymbols.join(", ") : `${symbolMode}, at most ${maximumSymbols}`;
}
