import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { initialMarginOf, maintenanceMarginOf, openOrderMargin } from "../matching/account-health.ts";
import type { Exchange } from "../matching/exchange.ts";
import { bracketsOf } from "../matching/leverage-bracket.ts";
import { liquidationPrice } from "../matching/liquidation-price.ts";
import { entryPriceOf, flatPosition, roundUsdt, unrealizedPnl } from "../matching/position.ts";
import type { PositionRecord } from "../matching/records.ts";
import { maxNotionalText } from "../matching/symbol-settings.ts";
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

const zero = decimal("0");
const amount = (value: DecimalValue): string => value.toFixed(8);

interface PositionFigures {
  readonly mark: DecimalValue;
  readonly pnl: DecimalValue;
  readonly notional: DecimalValue;
  readonly initialMargin: DecimalValue;
  readonly orderMargin: DecimalValue;
  readonly maintenanceMargin: DecimalValue;
  readonly isolatedMargin: DecimalValue;
}

function positionFigures(exchange: Exchange, position: PositionRecord, nowMs: number): PositionFigures {
  const instrument = exchange.instrument(position.symbol);
  const mark = exchange.market.markPrice(instrument, nowMs);
  const pnl = unrealizedPnl(position, mark);
  const isolated = exchange.state.settingOf(position.symbol).marginType === "ISOLATED";
  return {
    mark,
    pnl,
    notional: roundUsdt(decimal(position.quantity).times(mark)),
    initialMargin: initialMarginOf(exchange.state, position, mark),
    orderMargin: openOrderMargin(exchange.state, position.symbol),
    maintenanceMargin: maintenanceMarginOf(instrument, position, mark),
    isolatedMargin: isolated ? decimal(position.isolatedWallet).plus(pnl) : zero,
  };
}

/** Symbols with a position or a plain order that may open one, in order. */
function listed(exchange: Exchange): readonly PositionRecord[] {
  const symbols = new Set(exchange.state.positions.keys());
  for (const order of exchange.state.openOrders.values()) symbols.add(order.symbol);
  return [...symbols].sort().map((symbol) => exchange.state.positions.get(symbol) ?? flatPosition(symbol));
}

function account({ exchange, nowMs }: RouteContext): string {
  const figures = exchange.figures(nowMs);
  const initial = figures.positionInitialMargin.plus(figures.openOrderInitialMargin);
  const marginBalance = figures.walletBalance.plus(figures.unrealizedPnl);
  const withdraw = figures.availableBalance.lt(figures.crossWalletBalance) ? figures.availableBalance : figures.crossWalletBalance;
  const shared = {
    positionInitialMargin: amount(figures.positionInitialMargin),
    openOrderInitialMargin: amount(figures.openOrderInitialMargin),
    crossWalletBalance: amount(figures.crossWalletBalance),
    crossUnPnl: amount(figures.crossUnrealizedPnl),
    availableBalance: amount(figures.availableBalance),
    maxWithdrawAmount: amount(withdraw),
  };
  return JSON.stringify({
    totalInitialMargin: amount(initial),
    totalMaintMargin: amount(figures.maintenanceMargin),
    totalWalletBalance: amount(figures.walletBalance),
    totalUnrealizedProfit: amount(figures.unrealizedPnl),
    totalMarginBalance: amount(marginBalance),
    totalPositionInitialMargin: shared.positionInitialMargin,
    totalOpenOrderInitialMargin: shared.openOrderInitialMargin,
    totalCrossWalletBalance: shared.crossWalletBalance,
    totalCrossUnPnl: shared.crossUnPnl,
    availableBalance: shared.availableBalance,
    maxWithdrawAmount: shared.maxWithdrawAmount,
    assets: [
      {
        asset: "USDT",
        walletBalance: amount(figures.walletBalance),
        unrealizedProfit: amount(figures.unrealizedPnl),
        marginBalance: amount(marginBalance),
        maintMargin: amount(figures.maintenanceMargin),
        initialMargin: amount(initial),
        ...shared,
        updateTime: nowMs,
      },
    ],
    positions: listed(exchange).map((position) => {
      const own = positionFigures(exchange, position, nowMs);
      return {
        symbol: position.symbol,
        positionSide: "BOTH",
        positionAmt: position.quantity,
        unrealizedProfit: amount(own.pnl),
        isolatedMargin: amount(own.isolatedMargin),
        notional: amount(own.notional),
        isolatedWallet: amount(decimal(position.isolatedWallet)),
        initialMargin: amount(own.initialMargin.plus(own.orderMargin)),
        maintMargin: amount(own.maintenanceMargin),
        updateTime: position.updateTimeMs,
      };
    }),
  });
}

function balance({ exchange, nowMs }: RouteContext): string {
  const figures = exchange.figures(nowMs);
  return JSON.stringify([
    {
      accountAlias: "SimulatorAlias",
      asset: "USDT",
      balance: amount(figures.walletBalance),
      crossWalletBalance: amount(figures.crossWalletBalance),
      crossUnPnl: amount(figures.crossUnrealizedPnl),
      availableBalance: amount(figures.availableBalance),
      maxWithdrawAmount: amount(figures.availableBalance),
      marginAvailable: true,
      updateTime: nowMs,
    },
  ]);
}

/** Entry price moved by the fees already paid and the one that closing will cost. */
function breakEvenPrice(position: PositionRecord): DecimalValue {
  const quantity = decimal(position.quantity);
  if (quantity.eq(zero)) return zero;
  const fees = decimal(position.fees);
  const cost = decimal(position.entryCost);
  const worth = quantity.gt(zero) ? cost.plus(fees) : cost.minus(fees);
  return worth.div(quantity.abs()).round(12, 1);
}

function positionRisk({ exchange, nowMs }: RouteContext, position: PositionRecord): object {
  const own = positionFigures(exchange, position, nowMs);
  return {
    symbol: position.symbol,
    positionSide: "BOTH",
    positionAmt: position.quantity,
    entryPrice: entryPriceOf(position).toFixed(),
    breakEvenPrice: breakEvenPrice(position).toFixed(),
    markPrice: amount(own.mark),
    unRealizedProfit: amount(own.pnl),
    liquidationPrice: liquidationPrice(exchange, position, nowMs),
    isolatedMargin: amount(own.isolatedMargin),
    notional: amount(own.notional),
    marginAsset: "USDT",
    isolatedWallet: amount(decimal(position.isolatedWallet)),
    initialMargin: amount(own.initialMargin.plus(own.orderMargin)),
    maintMargin: amount(own.maintenanceMargin),
    positionInitialMargin: amount(own.initialMargin),
    openOrderInitialMargin: amount(own.orderMargin),
    adl: 1,
    bidNotional: "0",
    askNotional: "0",
    updateTime: position.updateTimeMs,
  };
}

function positionRiskV3(context: RouteContext): string {
  const symbol = context.parameters.text("symbol")?.toUpperCase();
  if (symbol !== undefined) context.exchange.instrument(symbol);
  const positions = listed(context.exchange).filter((position) => symbol === undefined || position.symbol === symbol);
  return JSON.stringify(positions.map((position) => positionRisk(context, position)));
}

function positionRiskV2(context: RouteContext): string {
  const { exchange } = context;
  const symbol = context.parameters.text("symbol")?.toUpperCase();
  const symbols =
    symbol === undefined ? exchange.market.feed.instruments.map((instrument) => instrument.symbol) : [exchange.instrument(symbol).symbol];
  return JSON.stringify(
    symbols.map((name) => {
      const setting = exchange.state.settingOf(name);
      return {
        ...positionRisk(context, exchange.state.positions.get(name) ?? flatPosition(name)),
        leverage: String(setting.leverage),
        marginType: setting.marginType === "ISOLATED" ? "isolated" : "cross",
        isAutoAddMargin: "false",
        maxNotionalValue: maxNotionalText(exchange, name),
      };
    }),
  );
}

function leverageBracket({ exchange, parameters }: RouteContext): string {
  const symbol = parameters.text("symbol")?.toUpperCase();
  const instruments = symbol === undefined ? exchange.market.feed.instruments : [exchange.instrument(symbol)];
  return JSON.stringify(
    instruments.map((instrument) => ({ symbol: instrument.symbol, notionalCoef: 1, brackets: bracketsOf(instrument) })),
  );
}

function income(context: RouteContext): string {
  const { exchange, parameters } = context;
  const symbol = parameters.text("symbol")?.toUpperCase();
  const incomeType = parameters.text("incomeType") === undefined ? undefined : parameters.choice("incomeType", incomeTypes, "TRANSFER");
  const incomes = exchange.state.incomes.filter(
    (entry) => (symbol === undefined || entry.symbol === symbol) && (incomeType === undefined || entry.incomeType === incomeType),
  );
  return JSON.stringify(
    inWindow(context, incomes, (entry) => entry.timeMs, 100).map((entry) => ({
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

/** As the second version answered, which some clients still read: every contract, with its leverage and margin type. */
function accountV2(context: RouteContext): string {
  const { exchange, nowMs } = context;
  const held = new Map(listed(exchange).map((position) => [position.symbol, position]));
  const total = JSON.parse(account(context));
  return JSON.stringify({
    feeTier: 0,
    feeBurn: false,
    canTrade: true,
    canDeposit: true,
    canWithdraw: false,
    updateTime: 0,
    multiAssetsMargin: false,
    tradeGroupId: -1,
    ...total,
    positions: exchange.market.feed.instruments.map(({ symbol }) => {
      const position = held.get(symbol) ?? flatPosition(symbol);
      const own = positionFigures(exchange, position, nowMs);
      const { leverage, marginType } = exchange.state.settingOf(symbol);
      return {
        symbol,
        initialMargin: amount(own.initialMargin.plus(own.orderMargin)),
        maintMargin: amount(own.maintenanceMargin),
        unrealizedProfit: amount(own.pnl),
        positionInitialMargin: amount(own.initialMargin),
        openOrderInitialMargin: amount(own.orderMargin),
        leverage: String(leverage),
        isolated: marginType === "ISOLATED",
        entryPrice: entryPriceOf(position).toFixed(),
        breakEvenPrice: breakEvenPrice(position).toFixed(),
        maxNotional: maxNotionalText(exchange, symbol),
        positionSide: "BOTH",
        positionAmt: position.quantity,
        notional: amount(own.notional),
        isolatedWallet: amount(decimal(position.isolatedWallet)),
        bidNotional: "0",
        askNotional: "0",
        updateTime: position.updateTimeMs,
      };
    }),
  });
}

/** Orders with which the exchange itself closed positions. */
function forceOrders(context: RouteContext): string {
  const { exchange, parameters } = context;
  const symbol = parameters.text("symbol")?.toUpperCase();
  const type = parameters.choice("autoCloseType", ["LIQUIDATION", "ADL"], "LIQUIDATION");
  const prefix = type === "LIQUIDATION" ? "autoclose-" : "adl_autoclose";
  const orders = [...exchange.state.orders.values()].filter(
    (order) => order.clientOrderId.startsWith(prefix) && (symbol === undefined || order.symbol === symbol),
  );
  return JSON.stringify(inWindow(context, orders, (order) => order.timeMs, 50).map(orderView));
}

/** Nobody is ever deleveraged here: always the quietest of five lights. */
function adlQuantile({ exchange, parameters }: RouteContext): string {
  const symbol = parameters.text("symbol")?.toUpperCase();
  const held = [...exchange.state.positions.keys()].filter((name) => symbol === undefined || name === symbol);
  return JSON.stringify(held.map((name) => ({ symbol: name, adlQuantile: { LONG: 0, SHORT: 0, BOTH: 0 } })));
}

/** The account and its history. */
export const accountRoutes: Routes = {
  "GET /fapi/v3/account": { access: "signed", weight: 5, answer: account },
  "GET /fapi/v2/account": { access: "signed", weight: 5, answer: accountV2 },
  "GET /fapi/v3/balance": { access: "signed", weight: 5, answer: balance },
  "GET /fapi/v2/balance": { access: "signed", weight: 5, answer: balance },
  "GET /fapi/v3/positionRisk": { access: "signed", weight: 5, answer: positionRiskV3 },
  "GET /fapi/v2/positionRisk": { access: "signed", weight: 5, answer: positionRiskV2 },
  "GET /fapi/v1/leverageBracket": { access: "signed", weight: 1, answer: leverageBracket },
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
