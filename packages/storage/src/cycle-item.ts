import type { Cycle, ShardReport } from "@winiswin/application/ports/cycle-store";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import * as z from "zod";
import { decisionSchema } from "./decision-item.ts";
import { absentOr, cycleIdText, directionText, parseItem } from "./item.ts";
import { newsSentimentItem } from "./news-memory.ts";

const heldView = z
  .object({
    positionId: z.string(),
    symbol: z.string(),
    direction: directionText,
    closePrice: z.number(),
    atr: z.number(),
    swingPrice: absentOr(z.number()),
    confidence: absentOr(z.number()),
    changedAgainstAtMs: absentOr(z.number()),
  })
  .transform((view): HeldView => {
    const { swingPrice, confidence, changedAgainstAtMs } = view;
    return { ...view, swingPrice, confidence, changedAgainstAtMs };
  });

const shardReport = z.object({
  shard: z.number(),
  symbols: z.number(),
  analyzed: z.number(),
  warming: z.number(),
  failed: z.number(),
  signals: z.number(),
  fetchMs: z.number(),
  foldMs: z.number(),
  evaluateMs: z.number(),
  writeMs: z.number(),
  held: z.array(heldView).optional(),
  btc: z.object({ symbol: z.string(), trend1h: z.union([z.literal(-1), z.literal(0), z.literal(1)]), moveAtr: z.number() }).optional(),
}) satisfies z.ZodType<ShardReport>;

const cycleItem = z.object({
  cycleId: cycleIdText,
  closeTimeMs: z.number(),
  status: z.enum(["dispatched", "analyzed", "executed"]),
  shardCount: z.number(),
  symbols: z.number(),
  dispatchedAtMs: z.number(),
  news: absentOr(
    z.object({
      provider: z.string(),
      readAtMs: z.number(),
      sentiments: z.array(newsSentimentItem),
      off: absentOr(z.string()),
    }),
  ),
  shards: z
    .record(z.string(), shardReport)
    .transform((byShard) => Object.values(byShard).sort((first, second) => first.shard - second.shard)),
  analyzedAtMs: absentOr(z.number()),
  complete: absentOr(z.boolean()),
  signals: absentOr(z.number()),
  signalsHash: absentOr(z.string()),
  publishedAtMs: absentOr(z.number()),
  executionStartedAtMs: absentOr(z.number()),
  executedAtMs: absentOr(z.number()),
  decisions: z.array(decisionSchema).default([]),
  setAside: z
    .array(
      z.object({
        code: z.string(),
        decision: z.enum(["refused", "notRanked"]),
        signals: z.number(),
        symbol: z.string(),
        reason: z.string(),
      }),
    )
    .default([]),
  orders: absentOr(z.number()),
  equity: absentOr(z.string()),
});

/** A row of the Cycles table as the domain sees it; an attribute that is not there is undefined. */
export function cycleOfItem(item: unknown): Cycle {
  const parsed = parseItem(cycleItem, item, "a row of Cycles");
  return {
    cycleId: parsed.cycleId,
    closeTimeMs: parsed.closeTimeMs,
    status: parsed.status,
    shardCount: parsed.shardCount,
    symbols: parsed.symbols,
    dispatchedAtMs: parsed.dispatchedAtMs,
    // A key that is not there and one that is undefined are not the same to whoever compares.
    news: parsed.news === undefined ? undefined : { ...parsed.news, off: parsed.news.off },
    shards: parsed.shards,
    analyzedAtMs: parsed.analyzedAtMs,
    complete: parsed.complete,
    signals: parsed.signals,
    signalsHash: parsed.signalsHash,
    publishedAtMs: parsed.publishedAtMs,
    executionStartedAtMs: parsed.executionStartedAtMs,
    executedAtMs: parsed.executedAtMs,
    decisions: parsed.decisions,
    setAside: parsed.setAside,
    orders: parsed.orders,
    equity: parsed.equity,
  };
}
