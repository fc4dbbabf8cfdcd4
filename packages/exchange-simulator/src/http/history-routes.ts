import { orderView } from "./order-views.ts";
import type { RouteContext, Routes } from "./route.ts";
import { inWindow } from "./time-window.ts";

const incomeTypes = [
  "TRANSFER",
  "WELCOME_BONUS",
  "REALIZED_PNL",
  "FUNDING_FEE",
  "SPECIAL_FUNDING_FEE",
  "COMMISSION",
  "INSURANCE_CLEAR",
  "REFERRAL_KICKBACK",
  "COMMISSION_REBATE",
  "API_REBATE",
  "CONTEST_REWARD",
  "CROSS_COLLATERAL_TRANSFER",
  "OPTIONS_PREMIUM_FEE",
  "OPTIONS_SETTLE_PROFIT",
  "INTERNAL_TRANSFER",
  "AUTO_EXCHANGE",
  "DELIVERED_SETTELMENT",
  "COIN_SWAP_DEPOSIT",
  "COIN_SWAP_WITHDRAW",
  "POSITION_LIMIT_INCREASE_FEE",
  "STRATEGY_UMFUTURES_TRANSFER",
  "FEE_RETURN",
  "BFUSD_REWARD",
] as const;

function income(context: RouteContext): string {
  const { exchange, parameters } = context;
  const symbol = parameters.text("symbol")?.toUpperCase();
  const incomeType = parameters.text("incomeType") === undefined ? undefined : parameters.choice("incomeType", incomeTypes, "TRANSFER");
  const incomes = exchange.state.incomes.filter(
    (entry) => (symbol === undefined || entry.symbol === symbol) && (incomeType === undefined || entry.incomeType === incomeType),
  );
  const rules = { standardLimit: 100, longestDays: undefined };
  return JSON.stringify(
    inWindow(context, incomes, (entry) => entry.timeMs, rules).map((entry) => ({
      symbol: entry.symbol,
      incomeType: entry.incomeType,
      income: entry.income,
      asset: "USDT",
      info: entry.incomeType,
      time: entry.timeMs,
      tranId: entry.tranId,
      tradeId: entry.tradeId,
    })),
  );
}

/** Orders with which the exchange itself closed positions. */
function forceOrders(context: RouteContext): string {
  const { exchange, parameters } = context;
  const symbol = parameters.text("symbol")?.toUpperCase();
  const isAny = parameters.text("autoCloseType") === undefined;
  const type = parameters.choice("autoCloseType", ["LIQUIDATION", "ADL"], "LIQUIDATION");
  const prefixes = [...(isAny || type === "LIQUIDATION" ? ["autoclose-"] : []), ...(isAny || type === "ADL" ? ["adl_autoclose"] : [])];
  const orders = [...exchange.state.orders.values()].filter(
    (order) => prefixes.some((prefix) => order.clientOrderId.startsWith(prefix)) && (symbol === undefined || order.symbol === symbol),
  );
  const rules = { standardLimit: 50, largestLimit: 100 };
  return JSON.stringify(inWindow(context, orders, (order) => order.timeMs, rules).map(orderView));
}

/** Nobody is ever deleveraged here: always the quietest of five lights. */
function adlQuantile({ exchange, parameters }: RouteContext): string {
  const symbol = parameters.text("symbol")?.toUpperCase();
  const held = [...exchange.state.positions.keys()].filter((name) => symbol === undefined || name === symbol);
  return JSON.stringify(held.map((name) => ({ symbol: name, adlQuantile: { LONG: 0, SHORT: 0, BOTH: 0 } })));
}

/** What happened to the account, and what the exchange thinks of it. */
export const historyRoutes: Routes = {
  "GET /fapi/v1/income": { access: "signed", weight: 30, answer: income },
  "GET /fapi/v1/forceOrders": {
    access: "signed",
    weight: (parameters) => (parameters.text("symbol") === undefined ? 50 : 20),
    answer: forceOrders,
  },
  "GET /fapi/v1/adlQuantile": { access: "signed", weight: 5, answer: adlQuantile },
  "GET /fapi/v1/apiTradingStatus": {
    access: "signed",
    weight: (parameters) => (parameters.text("symbol") === undefined ? 10 : 1),
    // The quantitative rules bite at thousands of orders in ten minutes: nothing is ever locked here.
    answer: ({ nowMs }) => JSON.stringify({ indicators: {}, updateTime: nowMs }),
  },
};
