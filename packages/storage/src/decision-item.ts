import { gunzipSync, gzipSync } from "node:zlib";
import type { Decision } from "@winiswin/application/ports/cycle-store";
import type { RankingFacts } from "@winiswin/application/ports/decision-store";
import * as z from "zod";
import { definedOnly } from "./conditional-write.ts";
import { absentOr, directionText, parseItem } from "./item.ts";

/** Rows that were written before a figure was recorded read as if it had nothing to say. */
export const decisionSchema = z.object({
  signalId: z.string(),
  symbol: z.string(),
  strategy: z.string().default(""),
  direction: directionText.default("long"),
  baseScore: z.number().default(Number.NaN),
  score: z.number(),
  modifiers: z.array(z.object({ name: z.string(), points: z.number(), reason: z.string() })).default([]),
  rank: z.number(),
  decision: z.enum(["entered", "refused", "notRanked", "failed"]),
  reasons: z.array(z.object({ code: z.string(), reason: z.string() })),
}) satisfies z.ZodType<Decision, unknown>;

const factsSchema = z.object({
  btc: absentOr(z.object({ symbol: z.string(), trend1h: z.union([z.literal(-1), z.literal(0), z.literal(1)]), moveAtr: z.number() })),
  fundingRates: z.record(z.string(), z.number()),
  spreadPercents: z.record(z.string(), z.number()),
  blocks: z.array(z.object({ symbol: z.string(), strategy: absentOr(z.string()), reason: z.string() })),
  unknown: z.array(z.string()),
});

export const decisionOfItem = (item: unknown): Decision => parseItem(decisionSchema, item, "a row of Decisions");

/** Above this the facts are packed: a row may have 400 KB, and blocks of thousands of strategies and symbols repeat themselves well. */
const largestPlainBytes = 200_000;

/** The facts as attributes, plain as long as they are of a size that somebody may read. */
export function itemOfFacts(facts: RankingFacts): Record<string, unknown> {
  const item = definedOnly({ ...facts, blocks: facts.blocks.map(definedOnly) });
  const json = JSON.stringify(item);
  return Buffer.byteLength(json) <= largestPlainBytes ? item : { packed: gzipSync(json) };
}

const packedItem = z.object({ packed: z.instanceof(Uint8Array) });

export function factsOfItem(item: unknown): RankingFacts {
  const packed = packedItem.safeParse(item);
  const plain = packed.success ? JSON.parse(gunzipSync(packed.data.packed).toString()) : item;
  const { btc, blocks, ...rest } = parseItem(factsSchema, plain, "the facts of a ranking in Decisions");
  return { ...rest, btc, blocks: blocks.map(({ symbol, strategy, reason }) => ({ symbol, strategy, reason })) };
}
