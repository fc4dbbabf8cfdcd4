import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { initialMarginOf, maintenanceMarginOf, openOrderMargin } from "../matching/account-health.ts";
import type { Exchange } from "../matching/exchange.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import { makerFeeRate, takerFeeRate } from "../matching/execution.ts";
import { bracketsOf } from "../matching/leverage-bracket.ts";
import { liquidationPrice } from "../matching/liquidation-price.ts";
import { entryPriceOf, flatPosition, roundUsdt, unrealizedPnl } from "../matching/position.ts";
import type { PositionRecord } from "../matching/records.ts";
import { changeLeverage, changeMarginType, maxNotionalText } from "../matching/symbol-settings.ts";
import { inWindow } from "./order-routes.ts";
import type { RouteContext, Routes } from "./route.ts";

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

function symbolConfig({ exchange, parameters }: RouteContext): string {
  const symbol = parameters.text("symbol")?.toUpperCase();
  const symbols =
    symbol === undefined ? exchange.market.feed.instruments.map((instrument) => instrument.symbol) : [exchange.instrument(symbol).symbol];
  return JSON.stringify(
    symbols.map((name) => {
      const { leverage, marginType } = exchange.state.settingOf(name);
      return { symbol: name, marginType, isAutoAddMargin: false, leverage, maxNotionalValue: maxNotionalText(exchange, name) };
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
  const incomeType = parameters.text("incomeType")?.toUpperCase();
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

const accepted = JSON.stringify({ code: 200, msg: "success" });

/** The account, its settings and its history. */
export const accountRoutes: Routes = {
  "GET /fapi/v3/account": { access: "signed", weight: 5, answer: account },
  "GET /fapi/v3/balance": { access: "signed", weight: 5, answer: balance },
  "GET /fapi/v2/balance": { access: "signed", weight: 5, answer: balance },
  "GET /fapi/v3/positionRisk": { access: "signed", weight: 5, answer: positionRiskV3 },
  "GET /fapi/v2/positionRisk": { access: "signed", weight: 5, answer: positionRiskV2 },
  "GET /fapi/v1/symbolConfig": { access: "signed", weight: 5, answer: symbolConfig },
  "GET /fapi/v1/accountConfig": {
    access: "signed",
    weight: 5,
    answer: () =>
      JSON.stringify({
        feeTier: 0,
        canTrade: true,
        canDeposit: true,
        canWithdraw: false,
        dualSidePosition: false,
        updateTime: 0,
        multiAssetsMargin: false,
        tradeGroupId: -1,
      }),
  },
  "GET /fapi/v1/leverageBracket": { access: "signed", weight: 1, answer: leverageBracket },
  "GET /fapi/v1/positionSide/dual": { access: "signed", weight: 30, answer: () => JSON.stringify({ dualSidePosition: false }) },
  "POST /fapi/v1/positionSide/dual": {
    access: "signed",
    weight: 1,
    answer: ({ parameters }) => {
      parameters.mandatory("dualSidePosition");
      // Hedge mode is not offered: a wish for it is refused, a wish for one-way mode changes nothing.
      if (parameters.flag("dualSidePosition")) throw refusals.positionModeUnavailable();
      throw refusals.positionModeUnchanged();
    },
  },
  "GET /fapi/v1/multiAssetsMargin": { access: "signed", weight: 30, answer: () => JSON.stringify({ multiAssetsMargin: false }) },
  "POST /fapi/v1/leverage": {
    access: "signed",
    weight: 1,
    answer: ({ exchange, parameters, nowMs }) => {
      const { symbol } = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
      const leverage = changeLeverage(exchange, symbol, parameters.mandatory("leverage"), nowMs);
      return JSON.stringify({ leverage, maxNotionalValue: maxNotionalText(exchange, symbol), symbol });
    },
  },
  "POST /fapi/v1/marginType": {
    access: "signed",
    weight: 1,
    answer: ({ exchange, parameters }) => {
      const { symbol } = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
      parameters.mandatory("marginType");
      changeMarginType(exchange, symbol, parameters.choice("marginType", ["ISOLATED", "CROSSED"], "CROSSED"));
      return accepted;
    },
  },
  "GET /fapi/v1/commissionRate": {
    access: "signed",
    weight: 20,
    answer: ({ exchange, parameters }) => {
      const { symbol } = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
      return JSON.stringify({
        symbol,
        makerCommissionRate: makerFeeRate.toFixed(6),
        takerCommissionRate: takerFeeRate.toFixed(6),
        rpiCommissionRate: makerFeeRate.toFixed(6),
      });
    },
  },
  "GET /fapi/v1/income": { access: "signed", weight: 30, answer: income },
};
