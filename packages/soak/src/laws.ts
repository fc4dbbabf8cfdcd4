import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { legOf } from "@winiswin/domain/order";
import { desiredProtection, type Position } from "@winiswin/domain/position";
import type { Trade } from "@winiswin/domain/trade";
import type { ExchangeState } from "@winiswin/exchange-simulator/matching/exchange-state";

export interface Books {
  readonly positions: readonly Position[];
  readonly trades: readonly Trade[];
}

export interface Violation {
  readonly law: string;
  readonly detail: string;
}

/** How often the entry with an id left for the exchange. */
export type SentCount = (clientOrderId: string) => number;

type Law = (exchange: ExchangeState, books: Books, sent: SentCount) => readonly string[];

/** The one that the soak runs. */
export const bot = "main";
const isEntry = (clientOrderId: string): boolean => legOf(bot, clientOrderId) === "entry";
const sum = (amounts: readonly DecimalValue[]): DecimalValue => amounts.reduce((total, amount) => total.plus(amount), decimal("0"));

/** What must hold whenever faults have ended and the guard has had its time. */
export const laws: readonly (readonly [name: string, law: Law])[] = [
  ["one entry per intent", oneEntryPerIntent],
  ["every entry is a position or a trade", entriesAreAccountedFor],
  ["the tables equal the exchange", tablesEqualTheExchange],
  ["every position has its stop", positionsAreStopped],
  ["no position is larger than intended", noneIsTooLarge],
  ["nothing rests that no position wants", noOrphans],
  ["targets never exceed what is open", targetsFit],
  ["wallet = deposits + realised - fees + funding", walletAddsUp],
  ["trades and open positions explain the wallet", tradesExplainTheWallet],
];

/** What must hold at every moment, also in the middle of trouble. */
const lawsOfEveryMoment: ReadonlySet<Law> = new Set([oneEntryPerIntent, walletAddsUp]);

export function violationsInTrouble(exchange: ExchangeState, books: Books, sent: SentCount): readonly Violation[] {
  return laws
    .filter(([, law]) => lawsOfEveryMoment.has(law))
    .flatMap(([name, law]) => law(exchange, books, sent).map((detail) => ({ law: name, detail })));
}

export const violationsOf = (exchange: ExchangeState, books: Books, sent: SentCount): readonly Violation[] =>
  laws.flatMap(([name, law]) => law(exchange, books, sent).map((detail) => ({ law: name, detail })));

/** What was sent once and executed twice is the exchange's doing; it must have been given back, which another law looks at. */
function oneEntryPerIntent({ orders }: ExchangeState, _books: Books, sent: SentCount): readonly string[] {
  const seen = new Map<string, number>();
  for (const { clientOrderId, executedQuantity } of orders.values()) {
    if (isEntry(clientOrderId) && executedQuantity !== "0") seen.set(clientOrderId, (seen.get(clientOrderId) ?? 0) + 1);
  }
  return [...seen]
    .filter(([id, count]) => count > 1 && sent(id) > 1)
    .map(([id, count]) => `${id} was sent ${sent(id)} and executed ${count} times`);
}

function entriesAreAccountedFor({ orders }: ExchangeState, { positions, trades }: Books): readonly string[] {
  const executed = [...orders.values()].filter((order) => isEntry(order.clientOrderId) && order.executedQuantity !== "0");
  const intents = new Set(executed.map(({ clientOrderId }) => clientOrderId)).size;
  const open = positions.filter(({ state }) => state !== "entering").length;
  return intents === open + trades.length
    ? []
    : [`${intents} entries were executed, ${open} positions are open and ${trades.length} trades recorded`];
}

function noneIsTooLarge({ positions: held }: ExchangeState, { positions }: Books): readonly string[] {
  return positions.flatMap(({ intent: { symbol, quantity } }) => {
    const theirs = decimal(held.get(symbol)?.quantity ?? "0").abs();
    return theirs.lte(quantity) ? [] : [`${symbol}: ${theirs.toFixed()} is open and ${quantity.toFixed()} was intended`];
  });
}

function tablesEqualTheExchange({ positions: held }: ExchangeState, { positions }: Books): readonly string[] {
  const stored = new Map<string, string>();
  for (const position of positions) {
    const { symbol, direction } = position.intent;
    if (position.state === "entering") stored.set(symbol, "entering");
    else stored.set(symbol, `${direction === "long" ? "" : "-"}${position.openQuantity.toFixed()}`);
  }
  const symbols = new Set([...held.keys(), ...stored.keys()]);
  return [...symbols].flatMap((symbol) => {
    const theirs = decimal(held.get(symbol)?.quantity ?? "0").toFixed();
    const ours = stored.get(symbol) ?? "0";
    return theirs === ours ? [] : [`${symbol}: the exchange holds ${theirs}, the table says ${ours}`];
  });
}

function positionsAreStopped({ positions: held, openAlgoOrders }: ExchangeState): readonly string[] {
  const stops = [...openAlgoOrders.values()].filter(({ type, closePosition }) => type === "STOP_MARKET" && closePosition);
  return [...held.values()].flatMap(({ symbol, quantity }) => {
    const side = quantity.startsWith("-") ? "BUY" : "SELL";
    const count = stops.filter((stop) => stop.symbol === symbol && stop.side === side).length;
    return count === 1 ? [] : [`${symbol} ${quantity} has ${count} stops that close it`];
  });
}

function noOrphans({ openAlgoOrders, openOrders }: ExchangeState, { positions }: Books): readonly string[] {
  const wanted = new Set(
    positions.flatMap((position) => (position.state === "entering" ? [] : desiredProtection(position).map((order) => order.clientOrderId))),
  );
  const resting = [
    ...Array.from(openAlgoOrders.values(), ({ clientAlgoId, symbol }) => ({ id: clientAlgoId, symbol })),
    ...Array.from(openOrders.values(), ({ clientOrderId, symbol }) => ({ id: clientOrderId, symbol })),
  ];
  return resting.filter(({ id }) => !wanted.has(id)).map(({ id, symbol }) => `${id} rests on ${symbol} and nobody wants it`);
}

function targetsFit({ openAlgoOrders, openOrders, positions: held }: ExchangeState): readonly string[] {
  return [...held.values()].flatMap(({ symbol, quantity }) => {
    const targets = [
      ...Array.from(openAlgoOrders.values()).filter(({ type, closePosition }) => type !== "STOP_MARKET" && !closePosition),
      ...openOrders.values(),
    ].filter((order) => order.symbol === symbol);
    const total = sum(targets.map((order) => decimal(order.quantity)));
    return total.lte(decimal(quantity).abs()) ? [] : [`${symbol}: targets of ${total.toFixed()} rest on a position of ${quantity}`];
  });
}

function walletAddsUp({ account, incomes }: ExchangeState): readonly string[] {
  const total = sum(incomes.map(({ income }) => decimal(income)));
  return total.eq(account.walletBalance) ? [] : [`the wallet holds ${account.walletBalance}, its incomes sum to ${total.toFixed()}`];
}

function tradesExplainTheWallet({ incomes, orders, trades: fills }: ExchangeState, { positions, trades }: Books): readonly string[] {
  const earned = sum(incomes.filter(({ incomeType }) => incomeType !== "TRANSFER").map(({ income }) => decimal(income)));
  const recorded = sum(trades.map(({ netProfit }) => netProfit));
  const booked = positions.flatMap((position) => {
    if (position.state === "entering") return [];
    const entry = [...orders.values()].find(({ clientOrderId }) => clientOrderId === position.intent.clientOrderId);
    const since = fills.find(({ orderId }) => orderId === entry?.orderId)?.timeMs ?? Number.POSITIVE_INFINITY;
    return incomes
      .filter(({ symbol, timeMs, incomeType }) => symbol === position.intent.symbol && timeMs >= since && incomeType !== "TRANSFER")
      .map(({ income }) => decimal(income));
  });
  const explained = recorded.plus(sum(booked));
  return explained.eq(earned)
    ? []
    : [`the wallet earned ${earned.toFixed()}, trades say ${recorded.toFixed()} and open positions ${sum(booked).toFixed()}`];
}
