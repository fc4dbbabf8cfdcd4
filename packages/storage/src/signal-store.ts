import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { SignalStore } from "@winiswin/application/ports/signal-store";
import { closeTimeOfCycle } from "@winiswin/domain/cycle";
import type { Signal } from "@winiswin/domain/signal";
import type { SignalFacts } from "@winiswin/domain/signal-facts";
import * as z from "zod";
import { conditionHeld } from "./conditional-write.ts";
import { cycleIdText, directionText, expiresAt, parseItem } from "./item.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";

/** As long as the decisions about them. */
const keptDays = 90;
/** Enough to hide the latency of single puts, few enough not to queue behind one connection pool. */
const concurrentPuts = 16;

const freshDivergences = z.object({ fast: z.boolean(), slow: z.boolean() });

const signalFacts = z.object({
  regime: z
    .object({
      name: z.enum(["volatile", "squeeze", "trend", "range", "transition"]),
      direction: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
    })
    .optional(),
  divergences: z.object({ long: freshDivergences, short: freshDivergences }).optional(),
}) satisfies z.ZodType<SignalFacts>;

const signalItem = z.object({
  signalId: z.string(),
  cycleId: cycleIdText,
  symbol: z.string(),
  strategy: z.string(),
  direction: directionText,
  score: z.number(),
  confidence: z.number(),
  entryPrice: z.number(),
  stopPrice: z.number(),
  targetPrice: z.number(),
  firstTargetPrice: z.number().optional(),
  atr: z.number(),
  atrPercent: z.number(),
  medianAtrPercent: z.number(),
  components: z.array(z.object({ name: z.string(), value: z.number(), weight: z.number(), reason: z.string() })),
  reasons: z.array(z.string()),
  facts: signalFacts.optional(),
}) satisfies z.ZodType<Signal>;

/** Signals under cycle and signal id; one put each, so that a signal once written is never changed. */
export function createSignalStore({ client, tableName }: Table): SignalStore {
  const put = (signal: Signal) =>
    conditionHeld(
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...signal, expiresAt: expiresAt(closeTimeOfCycle(signal.cycleId), keptDays) },
          ConditionExpression: "attribute_not_exists(signalId)",
        }),
      ),
    );

  return {
    async putAll(signals) {
      for (let start = 0; start < signals.length; start += concurrentPuts) {
        await Promise.all(signals.slice(start, start + concurrentPuts).map(put));
      }
    },

    async ofCycle(cycleId) {
      const items = await queryAll(client, {
        TableName: tableName,
        KeyConditionExpression: "cycleId = :cycleId",
        ExpressionAttributeValues: { ":cycleId": cycleId },
        ConsistentRead: true,
      });
      return items.map((item) => parseItem(signalItem, item, `a signal of ${cycleId}`));
    },
  };
}
