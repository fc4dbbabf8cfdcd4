import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import fc from "fast-check";
import { GeneratedMarket } from "../src/market/generated-market.ts";
import { unitsToText } from "../src/market/instrument.ts";
import { placeAlgoOrder } from "../src/matching/algo-entry.ts";
import { Exchange } from "../src/matching/exchange.ts";
import { ExchangeRefusal } from "../src/matching/exchange-refusal.ts";
import { Market } from "../src/matching/market.ts";
import { amendOrder } from "../src/matching/order-amend.ts";
import { placeOrder } from "../src/matching/order-entry.ts";
import { changePositionMargin } from "../src/matching/position-margin.ts";
import type { AlgoType, TimeInForce } from "../src/matching/records.ts";
import { changeLeverage, changeMarginType } from "../src/matching/symbol-settings.ts";

export const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);
const symbols = ["BTCUSDT", "SOLUSDT"] as const;

const plainActions = [
  "market",
  "market",
  "market",
  "market",
  "market",
  "reduce",
  "limit",
  "limit",
  "post",
  "ioc",
  "fok",
  "gtd",
  "reduceLimit",
] as const;
const conditionalActions = [
  "stop",
  "stop",
  "stop",
  "target",
  "target",
  "target",
  "stopLimit",
  "stopLimit",
  "targetLimit",
  "trail",
  "entryStop",
  "reduceStop",
] as const;
const otherActions = [
  "amend",
  "cancel",
  "cancelAlgo",
  "leverage",
  "isolate",
  "isolate",
  "margin",
  "margin",
  "margin",
  "countdown",
  "wait",
] as const;

export interface Step {
  readonly waitSeconds: number;
  readonly symbol: (typeof symbols)[number];
  readonly side: "BUY" | "SELL";
  readonly action: (typeof plainActions | typeof conditionalActions | typeof otherActions)[number];
  /** Share of 12,000 USDT of notional and of 5 % of distance of prices, in thousandths. */
  readonly size: number;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  // Half of the steps follow at once, so that orders meet others that still rest.
  waitSeconds: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 80_000 })),
  symbol: fc.constantFrom(...symbols),
  side: fc.constantFrom("BUY", "SELL"),
  action: fc.constantFrom(...plainActions, ...conditionalActions, ...otherActions),
  size: fc.integer({ min: 1, max: 1_000 }),
});

export const anySteps = fc.array(anyStep, { minLength: 1, maxLength: 50, size: "max" });

/** Times what the sizes say: an account of 500 USDT trades in the lowest brackets only, one of 200,000 in the higher ones, too. */
export type Wealth = 1 | 400;

export function openExchange(wealth: Wealth = 1): Exchange {
  const exchange = new Exchange(new Market(new GeneratedMarket("money", 20, startMs)));
  exchange.open(decimal(String(500 * wealth)), startMs);
  changeMarginType(exchange, "SOLUSDT", "ISOLATED", startMs);
  return exchange;
}

interface Surroundings {
  readonly exchange: Exchange;
  readonly step: Step;
  readonly nowMs: number;
  readonly quantity: DecimalValue;
  /** A price that is this share of the last one, on the tick. */
  readonly priceAt: (share: number) => DecimalValue;
  readonly away: number;
  readonly wealth: Wealth;
}

/** Does one step; what the exchange refuses changes nothing. */
export function act(exchange: Exchange, step: Step, nowMs: number, wealth: Wealth = 1): void {
  const instrument = exchange.instrument(step.symbol);
  const last = exchange.market.path.lastTicks(instrument, nowMs);
  const steps = Math.round((12 * step.size * wealth) / (last * instrument.tickValue) / Number(instrument.stepSize));
  const surroundings: Surroundings = {
    exchange,
    step,
    nowMs,
    quantity: decimal(unitsToText(steps, instrument.stepDecimals)),
    priceAt: (share) => decimal(unitsToText(Math.round(last * share), instrument.tickDecimals)),
    away: step.size / 20_000,
    wealth,
  };
  try {
    if ((plainActions as readonly string[]).includes(step.action)) actPlain(surroundings);
    else if ((conditionalActions as readonly string[]).includes(step.action)) actConditional(surroundings);
    else actOtherwise(surroundings);
  } catch (error) {
    if (!(error instanceof ExchangeRefusal)) throw error;
  }
}

function actPlain({ exchange, step, nowMs, quantity, priceAt, away }: Surroundings): void {
  const { symbol, side, action } = step;
  const base = { symbol, side, clientOrderId: `id${step.size % 7}`, quantity } as const;
  if (action === "market" || action === "reduce") {
    placeOrder(exchange, { ...base, type: "MARKET", reduceOnly: action === "reduce" }, nowMs);
    return;
  }
  const timesInForce: Readonly<Record<string, TimeInForce>> = { post: "GTX", ioc: "IOC", fok: "FOK", gtd: "GTD" };
  const crosses = action === "ioc" || action === "fok";
  const distance = crosses ? -away / 10 : away;
  placeOrder(
    exchange,
    {
      ...base,
      type: "LIMIT",
      reduceOnly: action === "reduceLimit",
      timeInForce: timesInForce[action] ?? "GTC",
      price: priceAt(side === "BUY" ? 1 - distance : 1 + distance),
      ...(action === "gtd" && { goodTillMs: nowMs + 700_000 + step.size * 1_000 }),
    },
    nowMs,
  );
}

function actConditional({ exchange, step, nowMs, quantity, priceAt, away }: Surroundings): void {
  const { symbol, action } = step;
  const held = Number(exchange.state.positions.get(symbol)?.quantity ?? "0");
  const opens = action === "entryStop";
  // Protection usually points the right way; where nothing is held it is refused or waits in vain.
  const side = !opens && held !== 0 ? (held > 0 ? "SELL" : "BUY") : step.side;
  const types: Readonly<Record<string, AlgoType>> = {
    target: "TAKE_PROFIT_MARKET",
    targetLimit: "TAKE_PROFIT",
    stopLimit: "STOP",
    trail: "TRAILING_STOP_MARKET",
  };
  const type = types[action] ?? "STOP_MARKET";
  const isTarget = type === "TAKE_PROFIT_MARKET" || type === "TAKE_PROFIT";
  const above = isTarget === (side === "SELL");
  const closes = action === "stop" || action === "target";
  const triggerShare = above ? 1 + away : 1 - away;
  placeAlgoOrder(
    exchange,
    {
      symbol,
      side,
      type,
      clientAlgoId: undefined,
      triggerPrice: type === "TRAILING_STOP_MARKET" ? decimal("0") : priceAt(triggerShare),
      // Every other one lies before the trigger, so that it rests.
      ...((type === "STOP" || type === "TAKE_PROFIT") && {
        price: priceAt(triggerShare * ((side === "BUY") === (step.size % 2 === 0) ? 1.001 : 0.999)),
      }),
      ...(type === "TRAILING_STOP_MARKET" && {
        trail: {
          activatePrice: step.size % 2 === 0 ? decimal("0") : priceAt(side === "SELL" ? 1 + away / 4 : 1 - away / 4),
          callbackRate: decimal(((1 + (step.size % 30)) / 10).toFixed(1)),
        },
      }),
      workingType: step.size % 3 === 0 ? "CONTRACT_PRICE" : "MARK_PRICE",
      quantity: closes ? undefined : quantity,
      closePosition: closes,
      reduceOnly: !closes && !opens,
      priceProtect: step.size % 5 === 0,
      timeInForce: "GTC",
    },
    nowMs,
  );
}

function actOtherwise({ exchange, step, nowMs, quantity, priceAt, away, wealth }: Surroundings): void {
  const { symbol, action, size } = step;
  const open = [...exchange.state.openOrders.values()].find((order) => order.symbol === symbol);
  const algo = [...exchange.state.openAlgoOrders.values()].find((order) => order.symbol === symbol);
  switch (action) {
    case "amend":
      if (open === undefined) return;
      amendOrder(exchange, open, { side: open.side, quantity, price: priceAt(open.side === "BUY" ? 1.002 - away : 0.998 + away) }, nowMs);
      return;
    case "cancel":
      if (open !== undefined) exchange.cancelOrder(open, nowMs);
      return;
    case "cancelAlgo":
      if (algo !== undefined) exchange.cancelAlgo(algo, nowMs);
      return;
    case "leverage":
      changeLeverage(exchange, symbol, String(1 + (size % 75)), nowMs);
      return;
    case "isolate":
      changeMarginType(exchange, symbol, size % 2 === 0 ? "ISOLATED" : "CROSSED", nowMs);
      return;
    case "margin":
      changePositionMargin(exchange, symbol, size % 2 === 0 ? 1 : 2, decimal(String((size * wealth) / 50)), nowMs);
      return;
    case "countdown":
      exchange.state.record({ kind: "countdown", record: { symbol, atMs: nowMs + size * 1_000 } });
      return;
    default:
      return;
  }
}

/** Runs the steps; between two, time goes in `pieces` equal pieces. `watch` is told of the exchange before the first. */
export function run(steps: readonly Step[], pieces = 1, watch: (exchange: Exchange) => void = () => {}, wealth: Wealth = 1): Exchange {
  const exchange = openExchange(wealth);
  watch(exchange);
  let nowMs = startMs;
  for (const step of steps) {
    for (let piece = 1; piece <= pieces; piece++) exchange.advanceTo(nowMs + Math.floor((step.waitSeconds * 1_000 * piece) / pieces));
    nowMs += step.waitSeconds * 1_000;
    act(exchange, step, nowMs, wealth);
  }
  return exchange;
}
