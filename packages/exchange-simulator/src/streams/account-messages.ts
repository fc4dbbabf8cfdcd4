import { decimal } from "@winiswin/domain/decimal";
import { breakEvenPrice } from "../http/position-views.ts";
import { wireInteger } from "../http/route.ts";
import type { AccountEvent, PositionUpdate } from "../matching/account-event.ts";
import { becomesLimit } from "../matching/conditional.ts";
import type { ExchangeState } from "../matching/exchange-state.ts";
import { entryPriceOf } from "../matching/position.ts";
import type { AlgoOrderRecord, OrderRecord, TradeRecord } from "../matching/records.ts";

type OrderEvent = Extract<AccountEvent, { readonly kind: "order" }>;
type AccountChange = Extract<AccountEvent, { readonly kind: "account" }>;

const zero = decimal("0");

/** What the private stream says of an event, in the words of the exchange; nothing of the passing of time. */
export function accountMessages(event: AccountEvent, state: ExchangeState, nowMs: number): readonly object[] {
  switch (event.kind) {
    case "order":
      return event.trade === undefined
        ? [orderUpdate(event, nowMs)]
        : [tradeLite(event.order, event.trade, nowMs), orderUpdate(event, nowMs)];
    case "algoOrder":
      return [{ e: "ALGO_UPDATE", T: event.timeMs, E: nowMs, o: algoFields(event.algo, state) }];
    case "account":
      return [accountUpdate(event, state, nowMs)];
    case "marginCall":
      return [
        {
          e: "MARGIN_CALL",
          E: nowMs,
          cw: event.crossWalletBalance,
          p: event.positions.map((update) => ({
            s: update.position.symbol,
            ps: "BOTH",
            pa: update.position.quantity,
            mt: update.marginType,
            iw: update.position.isolatedWallet,
            mp: update.markPrice,
            up: update.unrealizedPnl,
            mm: update.maintenanceMargin,
          })),
        },
      ];
    case "leverage":
      return [{ e: "ACCOUNT_CONFIG_UPDATE", E: nowMs, T: event.timeMs, ac: { s: event.symbol, l: event.leverage } }];
    case "time":
      return [];
  }
}

const averagePrice = (order: OrderRecord): string => {
  const executed = decimal(order.executedQuantity);
  return executed.eq(zero) ? "0" : decimal(order.cumulativeQuote).div(executed).round(8, 1).toFixed();
};

function orderUpdate({ timeMs, execution, order, trade }: OrderEvent, nowMs: number): object {
  const o = {
    s: order.symbol,
    c: order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: order.quantity,
    p: order.price,
    ap: averagePrice(order),
    sp: order.origin?.triggerPrice ?? "0",
    x: execution,
    X: order.status,
    i: wireInteger(order.orderId),
    l: trade?.quantity ?? "0",
    z: order.executedQuantity,
    L: trade?.price ?? "0",
    ...(trade === undefined ? {} : { n: trade.commission, N: "USDT" }),
    T: timeMs,
    t: trade?.id ?? 0,
    b: "0",
    a: "0",
    m: trade?.maker ?? false,
    R: order.reduceOnly,
    wt: order.origin?.workingType ?? "CONTRACT_PRICE",
    ot: order.origin?.type ?? order.type,
    ps: "BOTH",
    cp: order.closePosition,
    rp: trade?.realizedPnl ?? "0",
    pP: order.origin?.priceProtect ?? false,
    ...(order.origin?.trail && { AP: order.origin.trail.activatePrice, cr: order.origin.trail.callbackRate }),
    si: 0,
    ss: 0,
    V: order.selfTradePrevention ?? "EXPIRE_MAKER",
    pm: order.priceMatch ?? "NONE",
    gtd: order.goodTillMs ?? 0,
    er: String(order.expiryReason ?? 0),
  };
  return { e: "ORDER_TRADE_UPDATE", T: timeMs, E: nowMs, o };
}

const tradeLite = (order: OrderRecord, trade: TradeRecord, nowMs: number): object => ({
  e: "TRADE_LITE",
  E: nowMs,
  T: trade.timeMs,
  s: order.symbol,
  q: order.quantity,
  p: order.price,
  m: trade.maker,
  c: order.clientOrderId,
  S: order.side,
  L: trade.price,
  l: trade.quantity,
  t: trade.id,
  i: wireInteger(order.orderId),
});

function algoFields(algo: AlgoOrderRecord, state: ExchangeState): object {
  const actual = state.orders.get(algo.actualOrderId);
  return {
    caid: algo.clientAlgoId,
    aid: wireInteger(algo.algoId),
    at: "CONDITIONAL",
    o: algo.type,
    s: algo.symbol,
    S: algo.side,
    ps: "BOTH",
    f: algo.timeInForce,
    q: algo.quantity,
    X: algo.status,
    ai: algo.actualOrderId,
    ...actualFields(algo, actual),
    tp: algo.triggerPrice,
    p: algo.price ?? "0",
    V: algo.selfTradePrevention ?? "EXPIRE_MAKER",
    wt: algo.workingType,
    pm: algo.priceMatch ?? "NONE",
    cp: algo.closePosition,
    pP: algo.priceProtect,
    R: algo.reduceOnly,
    tt: algo.triggerTimeMs,
    gtd: algo.goodTillMs ?? 0,
    ...(algo.reason === "" ? {} : { rm: algo.reason }),
  };
}

/** Told from TRIGGERED on, which comes a moment before the order itself. */
function actualFields(algo: AlgoOrderRecord, actual: OrderRecord | undefined): object {
  if (algo.actualOrderId === "") return {};
  return {
    ap: actual === undefined ? "0" : averagePrice(actual),
    aq: actual?.executedQuantity ?? "0",
    act: becomesLimit(algo.type) ? "LIMIT" : "MARKET",
  };
}

function accountUpdate(event: AccountChange, state: ExchangeState, nowMs: number): object {
  return {
    e: "ACCOUNT_UPDATE",
    E: nowMs,
    T: event.timeMs,
    a: {
      m: event.reason,
      B: [{ a: "USDT", wb: event.walletBalance, cw: event.crossWalletBalance, bc: event.balanceChange }],
      P: event.positions.map((update) => positionFields(update, state)),
    },
  };
}

const positionFields = ({ position, marginType, unrealizedPnl }: PositionUpdate, state: ExchangeState): object => ({
  s: position.symbol,
  pa: position.quantity,
  ep: entryPriceOf(position).toFixed(),
  bep: breakEvenPrice(position).toFixed(),
  cr: state.realizedOf(position.symbol),
  up: unrealizedPnl,
  mt: marginType === "ISOLATED" ? "isolated" : "cross",
  iw: position.isolatedWallet,
  ps: "BOTH",
});
