import type { UnreadablePosition } from "@winiswin/application/ports/position-store";
import { toText } from "@winiswin/domain/decimal";
import type { ExitTerms } from "@winiswin/domain/exit/exit-terms";
import type { Target } from "@winiswin/domain/exit/targets";
import type { OrderIntent } from "@winiswin/domain/order";
import type { AbandonedEntry, Position } from "@winiswin/domain/position";
import { exitReasons } from "@winiswin/domain/trade";
import * as z from "zod";
import { definedOnly } from "./conditional-write.ts";
import { absentOr, cycleIdText, decimalText, directionText, isoTime, parseItem, priceText, quantityText, usdtText } from "./item.ts";

const termsItem = z.object({
  tickSize: priceText,
  stepSize: quantityText,
  minQuantity: quantityText,
  minNotional: usdtText,
  takerFeeRate: decimalText,
  slippageRate: decimalText,
  secondMultiple: decimalText,
}) satisfies z.ZodType<ExitTerms, unknown>;

const intentItem = z.object({
  bot: z.string(),
  positionId: z.string(),
  clientOrderId: z.string(),
  symbol: z.string(),
  direction: directionText,
  quantity: quantityText,
  leverage: z.number(),
  signalPrice: priceText,
  entryPrice: priceText,
  stopPrice: priceText,
  targetPrice: priceText,
  notional: usdtText,
  initialMargin: usdtText,
  initialRisk: usdtText,
  liquidationPrice: priceText,
  exitTerms: absentOr(termsItem),
});

const targetItem = z.object({
  tier: z.union([z.literal(1), z.literal(2)]),
  price: priceText,
  quantity: quantityText,
  revision: z.number(),
  taken: absentOr(z.object({ quantity: quantityText, price: priceText, atMs: z.number() })),
});

const facts = {
  intent: intentItem,
  strategy: z.string(),
  signalId: z.string(),
  cycleId: cycleIdText,
  createdAtMs: z.number(),
  version: z.number(),
};

const filled = {
  ...facts,
  quantity: quantityText,
  entryPrice: priceText,
  entryOrderId: absentOr(z.string()),
  filledAtMs: z.number(),
  // Rows from before there were several targets lack these: their one target takes everything.
  openQuantity: absentOr(quantityText),
  stopLeg: z.enum(["stopLoss", "breakeven", "trailing"]).default("stopLoss"),
  targets: absentOr(z.array(targetItem)),
  stopPrice: priceText,
  targetPrice: priceText,
  stopRevision: z.number(),
  targetRevision: z.number(),
  stopConfirmedAtMs: absentOr(z.number()),
  missingSinceMs: absentOr(z.number()),
};

const positionItem = z.discriminatedUnion("state", [
  z.object({ ...facts, state: z.literal("entering"), sentAtMs: absentOr(z.number()), missingSinceMs: absentOr(z.number()) }),
  z.object({ ...facts, state: z.literal("abandoned"), sentAtMs: z.number(), abandonedAtMs: z.number() }),
  z.object({ ...filled, state: z.literal("open") }),
  z.object({
    ...filled,
    state: z.literal("closing"),
    closeCause: z.enum(exitReasons).default("closed"),
    closeReason: z.string(),
    closeRevision: z.number(),
  }),
]);

const intentAttributes = (intent: OrderIntent) => ({
  ...intent,
  quantity: toText(intent.quantity),
  signalPrice: toText(intent.signalPrice),
  entryPrice: toText(intent.entryPrice),
  stopPrice: toText(intent.stopPrice),
  targetPrice: toText(intent.targetPrice),
  notional: toText(intent.notional),
  initialMargin: toText(intent.initialMargin),
  initialRisk: toText(intent.initialRisk),
  liquidationPrice: toText(intent.liquidationPrice),
  exitTerms: intent.exitTerms === undefined ? undefined : termsAttributes(intent.exitTerms),
});

const termsAttributes = (terms: ExitTerms) => ({
  tickSize: toText(terms.tickSize),
  stepSize: toText(terms.stepSize),
  minQuantity: toText(terms.minQuantity),
  minNotional: toText(terms.minNotional),
  takerFeeRate: toText(terms.takerFeeRate),
  slippageRate: toText(terms.slippageRate),
  secondMultiple: toText(terms.secondMultiple),
});

const targetAttributes = ({ price, quantity, taken, ...target }: Target) =>
  definedOnly({
    ...target,
    price: toText(price),
    quantity: toText(quantity),
    taken: taken === undefined ? undefined : { ...taken, price: toText(taken.price), quantity: toText(taken.quantity) },
  });

/** A row of the Positions table: what a person looks for on top, money as text. */
export function itemOfPosition(position: Position | AbandonedEntry): Record<string, unknown> {
  const common = {
    ...position,
    bot: position.intent.bot,
    positionId: position.intent.positionId,
    symbol: position.intent.symbol,
    direction: position.intent.direction,
    intent: definedOnly(intentAttributes(position.intent)),
    createdAt: isoTime(position.createdAtMs),
  };
  if (position.state === "entering" || position.state === "abandoned") return definedOnly(common);
  return definedOnly({
    ...common,
    quantity: toText(position.quantity),
    openQuantity: toText(position.openQuantity),
    targets: position.targets.map(targetAttributes),
    entryPrice: toText(position.entryPrice),
    stopPrice: toText(position.stopPrice),
    targetPrice: toText(position.targetPrice),
    filledAt: isoTime(position.filledAtMs),
  });
}

/** A row that no state fits, by its key: `2026-11-21T10:15:00Z#BTCUSDT` names the symbol. */
export function unreadablePosition({ positionId }: Readonly<Record<string, unknown>>, error: unknown): UnreadablePosition {
  const id = String(positionId);
  return { positionId: id, symbol: id.split("#")[1] ?? id, reason: error instanceof Error ? error.message : String(error) };
}

/** The position in a row, in whichever state it is. */
export function positionOfItem(item: unknown): Position | AbandonedEntry {
  const parsed = parseItem(positionItem, item, "a row of Positions");
  const intent: OrderIntent = { ...parsed.intent, exitTerms: parsed.intent.exitTerms };
  if (parsed.state === "abandoned") return { ...parsed, intent };
  const missingSinceMs = parsed.missingSinceMs;
  if (parsed.state === "entering") return { ...parsed, intent, sentAtMs: parsed.sentAtMs, missingSinceMs };
  const { quantity, targetPrice: price, targetRevision: revision } = parsed;
  const targets = parsed.targets?.map((target): Target => ({ ...target, taken: target.taken }));
  return {
    ...parsed,
    intent,
    openQuantity: parsed.openQuantity ?? quantity,
    targets: targets ?? [{ tier: 2, price, quantity, revision, taken: undefined }],
    stopConfirmedAtMs: parsed.stopConfirmedAtMs,
    missingSinceMs,
  };
}
