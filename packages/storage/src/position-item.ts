import { toText } from "@winiswin/domain/decimal";
import type { OrderIntent } from "@winiswin/domain/order";
import type { Position } from "@winiswin/domain/position";
import * as z from "zod";
import { definedOnly } from "./conditional-write.ts";
import { absentOr, cycleIdText, directionText, isoTime, parseItem, priceText, quantityText, usdtText } from "./item.ts";

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
}) satisfies z.ZodType<OrderIntent, unknown>;

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
  filledAtMs: z.number(),
  stopPrice: priceText,
  targetPrice: priceText,
  stopRevision: z.number(),
  targetRevision: z.number(),
  stopConfirmedAtMs: absentOr(z.number()),
  missingSinceMs: absentOr(z.number()),
};

const positionItem = z.discriminatedUnion("state", [
  z.object({ ...facts, state: z.literal("entering"), sentAtMs: absentOr(z.number()), missingSinceMs: absentOr(z.number()) }),
  z.object({ ...filled, state: z.literal("open") }),
  z.object({ ...filled, state: z.literal("closing"), closeReason: z.string(), closeRevision: z.number() }),
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
});

/** A row of the Positions table: what a person looks for on top, money as text. */
export function itemOfPosition(position: Position): Record<string, unknown> {
  const common = {
    ...position,
    bot: position.intent.bot,
    positionId: position.intent.positionId,
    symbol: position.intent.symbol,
    direction: position.intent.direction,
    intent: intentAttributes(position.intent),
    createdAt: isoTime(position.createdAtMs),
  };
  if (position.state === "entering") return definedOnly(common);
  return definedOnly({
    ...common,
    quantity: toText(position.quantity),
    entryPrice: toText(position.entryPrice),
    stopPrice: toText(position.stopPrice),
    targetPrice: toText(position.targetPrice),
    filledAt: isoTime(position.filledAtMs),
  });
}

/** The position in a row, in whichever state it is. */
export function positionOfItem(item: unknown): Position {
  const parsed = parseItem(positionItem, item, "a row of Positions");
  if (parsed.state === "entering") return { ...parsed, sentAtMs: parsed.sentAtMs, missingSinceMs: parsed.missingSinceMs };
  return { ...parsed, stopConfirmedAtMs: parsed.stopConfirmedAtMs, missingSinceMs: parsed.missingSinceMs };
}
