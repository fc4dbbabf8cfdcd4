import { dayMs } from "../market/candle-columns.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import { makerFeeRate, takerFeeRate } from "../matching/execution.ts";
import { changePositionMargin } from "../matching/position-margin.ts";
import { changeLeverage, changeMarginType, maxNotionalText } from "../matching/symbol-settings.ts";
import { mandatoryInteger, requireOneWay } from "./order-request.ts";
import { RateLimit } from "./rate-limit.ts";
import type { RouteContext, Routes } from "./route.ts";
import { inWindow } from "./time-window.ts";

const accepted = JSON.stringify({ code: 200, msg: "success" });

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

function positionMargin({ exchange, parameters, nowMs }: RouteContext): string {
  const { symbol } = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
  requireOneWay(parameters);
  const amount = parameters.mandatoryDecimal("amount");
  const type = mandatoryInteger(parameters, "type");
  if (type !== 1 && type !== 2) throw refusals.invalidParameter("type");
  changePositionMargin(exchange, symbol, type, amount, nowMs);
  const msg = type === 1 ? "Successfully modify position margin." : "Successfully reduce position margin.";
  return JSON.stringify({ amount: Number(amount.toFixed()), code: 200, msg, type });
}

function marginHistory(context: RouteContext): string {
  const { symbol } = context.exchange.instrument(context.parameters.mandatory("symbol").toUpperCase());
  const type = context.parameters.integer("type");
  const changes = context.exchange.state.marginChanges.filter(
    (change) => change.symbol === symbol && (type === undefined || change.type === type),
  );
  return JSON.stringify(
    inWindow(context, changes, (change) => change.timeMs, { standardLimit: 500, longestDays: 30, reachMs: 30 * dayMs }).map((change) => ({
      symbol,
      type: change.type,
      deltaType: "USER_ADJUST",
      amount: change.amount,
      asset: "USDT",
      time: change.timeMs,
      positionSide: "BOTH",
    })),
  );
}

const orderLimits = JSON.stringify([
  { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: RateLimit.ordersPerTenSeconds },
  { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: RateLimit.ordersPerMinute },
]);

/** How the account is set up, and what may be changed of it. */
export const settingRoutes: Routes = {
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
  "GET /fapi/v1/rateLimit/order": { access: "signed", weight: 1, answer: () => orderLimits },
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
  "POST /fapi/v1/multiAssetsMargin": {
    access: "signed",
    weight: 1,
    answer: ({ parameters }) => {
      parameters.mandatory("multiAssetsMargin");
      if (parameters.flag("multiAssetsMargin")) throw refusals.multiAssetsUnavailable();
      throw refusals.multiAssetsUnchanged();
    },
  },
  "GET /fapi/v1/feeBurn": {
    access: "signed",
    weight: 30,
    answer: ({ exchange }) => JSON.stringify({ feeBurn: exchange.state.account.feeBurn ?? false }),
  },
  "POST /fapi/v1/feeBurn": {
    access: "signed",
    weight: 1,
    answer: ({ exchange, parameters }) => {
      parameters.mandatory("feeBurn");
      const { account } = exchange.state;
      exchange.state.record({ kind: "account", record: { ...account, feeBurn: parameters.flag("feeBurn") } });
      return accepted;
    },
  },
  "POST /fapi/v1/stock/contract": {
    access: "signed",
    weight: 50,
    answer: ({ exchange }) => {
      exchange.state.record({ kind: "account", record: { ...exchange.state.account, signedTradFi: true } });
      return accepted;
    },
  },
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
    answer: ({ exchange, parameters, nowMs }) => {
      const { symbol } = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
      parameters.mandatory("marginType");
      changeMarginType(exchange, symbol, parameters.choice("marginType", ["ISOLATED", "CROSSED"], "CROSSED"), nowMs);
      return accepted;
    },
  },
  "POST /fapi/v1/positionMargin": { access: "signed", weight: 1, answer: positionMargin },
  "GET /fapi/v1/positionMargin/history": { access: "signed", weight: 1, answer: marginHistory },
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
};
