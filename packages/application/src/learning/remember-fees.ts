import type { AccountFees } from "../ports/account-fees.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { OrderGateway } from "../ports/order-gateway.ts";

/** The same gateway, which leaves what it learns of the account's fee for those who cannot ask; a failure to do so touches no order. */
export function rememberingFees<Gateway extends Pick<OrderGateway, "takerFeeRate">>(
  gateway: Gateway,
  fees: AccountFees,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Gateway {
  let remembered: string | undefined;
  const takerFeeRate: OrderGateway["takerFeeRate"] = async (symbol) => {
    const rate = await gateway.takerFeeRate(symbol);
    if (rate.toFixed() === remembered) return rate;
    try {
      await fees.remember(rate, clock.nowMs());
      remembered = rate.toFixed();
    } catch (error) {
      logger.warn("the account's fee could not be remembered", { reason: error instanceof Error ? error.message : String(error) });
    }
    return rate;
  };
  return { ...gateway, takerFeeRate };
}
