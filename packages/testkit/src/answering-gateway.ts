import type { AccountBalance, ExchangePosition, OrderGateway, ProtectionReport } from "@winiswin/application/ports/order-gateway";
import { decimal, usdt } from "@winiswin/domain/decimal";
import { someBrackets } from "./instruments.ts";

export interface ExchangeAnswers {
  readonly balance?: AccountBalance;
  readonly positions?: readonly ExchangePosition[];
  readonly protections?: readonly ProtectionReport[];
  /** Thrown by every read. */
  readonly failure?: Error;
}

const noBalance: AccountBalance = {
  walletBalance: usdt("0"),
  availableBalance: usdt("0"),
  unrealisedProfit: usdt("0"),
  equity: usdt("0"),
};

/** An exchange that answers questions; it throws on everything that would change something. */
export function answeringGateway(answers: ExchangeAnswers): OrderGateway {
  const answer = async <Value>(value: Value): Promise<Value> => {
    if (answers.failure !== undefined) throw answers.failure;
    return value;
  };
  const refuse = async (): Promise<never> => {
    throw new Error("this exchange only answers questions");
  };
  return {
    balance: () => answer(answers.balance ?? noBalance),
    positions: () => answer(answers.positions ?? []),
    leverageBrackets: () => answer(someBrackets()),
    takerFeeRate: () => answer(decimal("0.0005")),
    requireOneWayMode: () => answer(undefined),
    openProtections: () => answer(answers.protections ?? []),
    openOrders: () => answer([]),
    findOrder: () => answer(undefined),
    findOrderById: () => answer(undefined),
    clearanceFeesSince: () => answer(usdt("0")),
    findProtection: async (symbol, clientOrderId) =>
      answer(answers.protections?.find((order) => order.symbol === symbol && order.clientOrderId === clientOrderId)),
    fillsSince: () => answer([]),
    fundingSince: () => answer(usdt("0")),
    transfersBetween: () => answer([]),
    prepareSymbol: refuse,
    placeEntry: refuse,
    placeProtection: refuse,
    closeAtMarket: refuse,
    cancelProtection: refuse,
  };
}
