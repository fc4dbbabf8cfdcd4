import { type DomainEvent, troubleCodes } from "@winiswin/application/ports/events";
import { type CycleId, closeTimeOfCycle } from "@winiswin/domain/cycle";
import { exitReasons } from "@winiswin/domain/trade";
import * as z from "zod";

const cycleId = z.string().transform((text): CycleId => {
  closeTimeOfCycle(text);
  return text as CycleId;
});
const direction = z.enum(["long", "short"]);
// JSON has no undefined: without a symbol it is about everything.
const aboutClose = { symbol: z.string().optional(), by: z.string(), reason: z.string(), atMs: z.number() };
const aboutPosition = { positionId: z.string(), symbol: z.string() };

const schema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("CycleAnalyzed"), cycleId, complete: z.boolean(), signals: z.number(), signalsHash: z.string() }),
  z.object({
    type: z.literal("CycleExecuted"),
    cycleId,
    signals: z.number(),
    orders: z.number(),
    refusals: z.array(z.object({ symbol: z.string(), code: z.string(), reason: z.string() })),
    // JSON has no undefined: an absent equity is an unknown one.
    equity: z.string().optional(),
  }),
  z.object({
    type: z.literal("PositionOpened"),
    cycleId,
    ...aboutPosition,
    direction,
    strategy: z.string(),
    quantity: z.string(),
    entryPrice: z.string(),
    stopPrice: z.string(),
    targetPrice: z.string(),
    leverage: z.number(),
    initialRisk: z.string(),
  }),
  z.object({
    type: z.literal("PositionClosed"),
    cycleId,
    ...aboutPosition,
    direction,
    exitReason: z.enum(exitReasons),
    exitPrice: z.string(),
    netProfit: z.string(),
    fees: z.string(),
    rMultiple: z.number(),
  }),
  z.object({ type: z.literal("EntryAbandoned"), ...aboutPosition, reason: z.string() }),
  z.object({ type: z.literal("ProtectionRepaired"), ...aboutPosition, detail: z.string() }),
  z.object({ type: z.literal("ProtectionPending"), ...aboutPosition, detail: z.string() }),
  z.object({ type: z.literal("PositionUnprotected"), ...aboutPosition, detail: z.string() }),
  z.object({ type: z.literal("ForeignPositionSeen"), symbol: z.string(), detail: z.string() }),
  z.object({ type: z.literal("TroubleSeen"), code: z.enum(troubleCodes), symbol: z.string(), detail: z.string() }),
  z.object({ type: z.literal("AlarmChanged"), alarm: z.string(), state: z.enum(["ALARM", "OK", "INSUFFICIENT_DATA"]), reason: z.string() }),
  z.object({ type: z.literal("SymbolFrozen"), symbol: z.string(), reason: z.string() }),
  z.object({ type: z.literal("EntriesHalted"), code: z.string(), reason: z.string(), atMs: z.number() }),
  z.object({ type: z.literal("CloseRequested"), ...aboutClose }),
  z.object({ type: z.literal("CloseCompleted"), ...aboutClose }),
  z.object({
    type: z.literal("PartlyClosed"),
    ...aboutPosition,
    direction,
    quantity: z.string(),
    price: z.string(),
    remaining: z.string(),
  }),
  z.object({ type: z.literal("StopMoved"), ...aboutPosition, direction, to: z.string(), detail: z.string() }),
  z.object({ type: z.literal("OperatorActed"), by: z.string(), command: z.string(), effect: z.string(), atMs: z.number() }),
  z.object({ type: z.literal("SystemSilent"), lastCycleId: cycleId.optional(), missing: z.number(), atMs: z.number() }),
  z.object({
    type: z.literal("SummaryMade"),
    hours: z.union([z.literal(6), z.literal(24)]),
    fromCycleId: cycleId,
    toCycleId: cycleId,
    cycles: z.object({ expected: z.number(), analyzed: z.number() }),
    signals: z.number(),
    orders: z.number(),
    refusals: z.array(z.object({ code: z.string(), count: z.number() })),
    trades: z.object({ closed: z.number(), winners: z.number(), netProfit: z.string(), rMultiple: z.number() }),
    equity: z.object({ first: z.string().optional(), last: z.string().optional() }),
    openPositions: z.number(),
    halt: z.string().optional(),
  }),
]);

/** The event in the detail of an EventBridge event; throws on anything else. */
export function parseDomainEvent(detail: unknown): DomainEvent {
  const event = schema.parse(detail);
  if (event.type === "CycleExecuted") return { ...event, equity: event.equity };
  if (event.type === "SystemSilent") return { ...event, lastCycleId: event.lastCycleId };
  if (event.type === "SummaryMade") return { ...event, equity: { first: event.equity.first, last: event.equity.last }, halt: event.halt };
  return event.type === "CloseRequested" || event.type === "CloseCompleted" ? { ...event, symbol: event.symbol } : event;
}
