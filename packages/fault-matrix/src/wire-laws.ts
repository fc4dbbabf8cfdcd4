import { verifyAudit } from "@winiswin/application/audit/verify-audit";
import { decimal } from "@winiswin/domain/decimal";
import { legOf } from "@winiswin/domain/order";
import { desiredProtection, type Position } from "@winiswin/domain/position";
import type { Trade } from "@winiswin/domain/trade";
import type { ExchangeState } from "@winiswin/exchange-simulator/matching/exchange-state";
import { bot, laws, type Violation } from "@winiswin/soak/laws";
import { stopGaps } from "@winiswin/soak/stop-gaps";
import type { WireDesk } from "./wire-desk.ts";

/** What the exchange does by itself in a case, so that a law has to be read accordingly. */
export interface Exceptions {
  /** It carried out an entry twice: then what is held must end as what was intended. */
  readonly entryDelivered: "once" | "twice";
}

interface Books {
  readonly exchange: ExchangeState;
  readonly positions: readonly Position[];
  readonly trades: readonly Trade[];
}

/** Everything that is not as it must be once all faults have ended and the guard has had its time. */
export async function brokenLaws(desk: WireDesk, { entryDelivered }: Exceptions): Promise<readonly Violation[]> {
  const exchange = desk.wire.exchange.state;
  const [positions, trades] = await Promise.all([desk.positions.open(desk.bot), desk.trades.latest(desk.bot, 100)]);
  const books: Books = { exchange, positions, trades };
  const found: Violation[] = [];
  for (const [name, law] of laws) {
    const seen = name === "trades and open positions explain the wallet" ? ofOurs(books) : exchange;
    found.push(...law(seen, books, desk.wire.entriesSent).map((detail) => ({ law: name, detail })));
  }
  const named = (law: string, details: readonly string[]) => found.push(...details.map((detail) => ({ law, detail })));
  named("everything wanted rests", wantedOrdersRest(books));
  named("isolated margin at the planned leverage", settingsAreOurs(books));
  named("the parts of a trade are the whole", tradesAreWhole(books));
  if (entryDelivered === "twice") named("what is held is what was intended", heldAsIntended(books));
  named("every cycle is executed", await openCycles(desk));
  named(
    "requests to close are settled",
    (await desk.control.closeRequests()).map(({ symbol }) => symbol ?? "everything"),
  );
  named("nothing stays frozen without a reason", await frozenWithoutReason(desk));
  named("the audit is one unbroken chain with every order in it", await auditGaps(desk));
  return found;
}

/** The longest time since the instant for which something of ours was open without a stop that closes it. */
export function longestWithoutStopMs(desk: WireDesk, sinceMs: number, symbols: readonly string[]): number {
  const nowMs = desk.clock.nowMs();
  const gaps = stopGaps(desk.wire.exchange.state, nowMs).filter(({ symbol }) => symbols.includes(symbol));
  return Math.max(0, ...gaps.map(({ fromMs, lengthMs }) => fromMs + lengthMs - Math.max(fromMs, sinceMs)));
}

/** How it ended, in a few words. */
export async function outcomeOf(desk: WireDesk, symbol: string): Promise<string> {
  const [positions, trades] = await Promise.all([desk.positions.open(desk.bot), desk.trades.latest(desk.bot, 100)]);
  const trade = trades.find((one) => one.symbol === symbol);
  if (trade !== undefined) return `closed: ${trade.exits?.map(({ reason }) => reason).join(" + ")}`;
  const position = positions.find(({ intent }) => intent.symbol === symbol);
  if (position === undefined) return "not entered";
  return position.state === "open" ? `open, stop: ${position.stopLeg}` : position.state;
}

/** Without what somebody else earned on a symbol that we never entered. */
function ofOurs({ exchange }: Books): ExchangeState {
  const entered = new Set(
    Array.from(exchange.orders.values()).flatMap(({ clientOrderId, symbol }) => (legOf(bot, clientOrderId) === "entry" ? [symbol] : [])),
  );
  const incomes = exchange.incomes.filter(({ symbol }) => symbol === "" || entered.has(symbol));
  return { ...exchange, incomes } as unknown as ExchangeState;
}

function wantedOrdersRest({ exchange, positions }: Books): readonly string[] {
  const resting = new Map(Array.from(exchange.openAlgoOrders.values(), (order) => [order.clientAlgoId, order]));
  return positions.flatMap((position) => {
    if (position.state === "entering") return [];
    return desiredProtection(position).flatMap(({ clientOrderId, leg, triggerPrice, quantity }) => {
      const order = resting.get(clientOrderId);
      if (order === undefined) return [`${leg} ${clientOrderId} of ${position.intent.symbol} does not rest`];
      const isSame = triggerPrice.eq(decimal(order.triggerPrice)) && (quantity ?? decimal("0")).eq(decimal(order.quantity));
      return isSame ? [] : [`${leg} ${clientOrderId} rests as ${order.quantity} at ${order.triggerPrice}`];
    });
  });
}

function settingsAreOurs({ exchange, positions }: Books): readonly string[] {
  return positions.flatMap(({ state, intent: { symbol, leverage } }) => {
    const setting = exchange.settingOf(symbol);
    if (state === "entering" || (setting.marginType === "ISOLATED" && setting.leverage === leverage)) return [];
    return [`${symbol} is held ${setting.marginType} at ${setting.leverage}x, planned was isolated at ${leverage}x`];
  });
}

function tradesAreWhole({ trades }: Books): readonly string[] {
  return trades.flatMap(({ symbol, quantity, exits }) => {
    const taken = (exits ?? []).reduce((sum, exit) => sum.plus(exit.quantity), decimal("0"));
    return taken.eq(quantity) ? [] : [`${symbol}: ${taken.toFixed()} of ${quantity.toFixed()} has left`];
  });
}

function heldAsIntended({ exchange, positions }: Books): readonly string[] {
  return positions.flatMap(({ intent }) => {
    const quantity = decimal(exchange.positions.get(intent.symbol)?.quantity ?? "0").abs();
    return quantity.eq(intent.quantity)
      ? []
      : [`${intent.symbol}: ${quantity.toFixed()} is held, ${intent.quantity.toFixed()} was intended`];
  });
}

/** An entry that was given up keeps its symbol frozen for a while: it may show after all. */
async function frozenWithoutReason({ bot, control, positions }: WireDesk): Promise<readonly string[]> {
  const remembered = new Set((await positions.abandoned(bot)).map(({ intent }) => intent.symbol));
  return [...(await control.frozenSymbols())].flatMap(([symbol, reason]) => (remembered.has(symbol) ? [] : [`${symbol}: ${reason}`]));
}

async function openCycles({ cycles }: WireDesk): Promise<readonly string[]> {
  const all = await cycles.latest(100, Number.POSITIVE_INFINITY);
  return all.flatMap(({ cycleId, status }) => (status === "executed" ? [] : [`${cycleId} is ${status}`]));
}

/** Of conditional orders and plain ones, but for those that a conditional one became. */
async function auditGaps({ audit, wire }: WireDesk): Promise<readonly string[]> {
  const { defect } = await verifyAudit(audit);
  const intended = new Set<string>();
  for await (const { kind, details } of audit.records()) {
    if (kind !== "orderIntended") continue;
    intended.add((JSON.parse(details) as { readonly clientOrderId: string }).clientOrderId);
  }
  const { orders, algoOrders } = wire.exchange.state;
  const sent = [
    ...Array.from(orders.values()).flatMap((order) => (order.origin === undefined ? [order.clientOrderId] : [])),
    ...Array.from(algoOrders.values(), ({ clientAlgoId }) => clientAlgoId),
  ];
  return [
    ...(defect === undefined ? [] : [JSON.stringify(defect)]),
    ...sent.filter((id) => legOf(bot, id) !== undefined && !intended.has(id)).map((id) => `${id} has no record`),
  ];
}
