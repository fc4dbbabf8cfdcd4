import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { AccountFigures } from "../matching/account-health.ts";
import { bracketsOf } from "../matching/leverage-bracket.ts";
import { entryPriceOf, flatPosition } from "../matching/position.ts";
import { maxNotionalText } from "../matching/symbol-settings.ts";
import { amount, breakEvenPrice, listed, positionFigures, positionRisk } from "./position-views.ts";
import type { RouteContext, Routes } from "./route.ts";

/** Profit that is not taken yet cannot be withdrawn. */
function withdrawable({ availableBalance, crossWalletBalance }: AccountFigures): DecimalValue {
  const least = availableBalance.lt(crossWalletBalance) ? availableBalance : crossWalletBalance;
  return least.gt(decimal("0")) ? least : decimal("0");
}

function account({ exchange, nowMs }: RouteContext): string {
  const figures = exchange.figures(nowMs);
  const initial = figures.positionInitialMargin.plus(figures.openOrderInitialMargin);
  const marginBalance = figures.walletBalance.plus(figures.unrealizedPnl);
  const shared = {
    positionInitialMargin: amount(figures.positionInitialMargin),
    openOrderInitialMargin: amount(figures.openOrderInitialMargin),
    crossWalletBalance: amount(figures.crossWalletBalance),
    crossUnPnl: amount(figures.crossUnrealizedPnl),
    availableBalance: amount(figures.availableBalance),
    maxWithdrawAmount: amount(withdrawable(figures)),
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
      maxWithdrawAmount: amount(withdrawable(figures)),
      marginAvailable: true,
      updateTime: nowMs,
    },
  ]);
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

/** As the second version answered, which some clients still read: every contract, with its leverage and margin type. */
function accountV2(context: RouteContext): string {
  const { exchange, nowMs } = context;
  const held = new Map(listed(exchange).map((position) => [position.symbol, position]));
  const total = JSON.parse(account(context));
  return JSON.stringify({
    feeTier: 0,
    feeBurn: exchange.state.account.feeBurn ?? false,
    canTrade: true,
    canDeposit: true,
    canWithdraw: false,
    updateTime: 0,
    multiAssetsMargin: false,
    tradeGroupId: -1,
    ...total,
    assets: total.assets.map((asset: object) => ({ ...asset, marginAvailable: true })),
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

/** The account as it stands. */
export const accountRoutes: Routes = {
  "GET /fapi/v3/account": { access: "signed", weight: 5, answer: account },
  "GET /fapi/v2/account": { access: "signed", weight: 5, answer: accountV2 },
  "GET /fapi/v3/balance": { access: "signed", weight: 5, answer: balance },
  "GET /fapi/v2/balance": { access: "signed", weight: 5, answer: balance },
  "GET /fapi/v3/positionRisk": { access: "signed", weight: 5, answer: positionRiskV3 },
  "GET /fapi/v2/positionRisk": { access: "signed", weight: 5, answer: positionRiskV2 },
  "GET /fapi/v1/leverageBracket": { access: "signed", weight: 1, answer: leverageBracket },
};
