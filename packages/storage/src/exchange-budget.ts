import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ExchangeBudget, SharedBudget } from "@winiswin/application/ports/exchange-budget";
import * as z from "zod";
import { conditionHeld, unlessConditionFailed } from "./conditional-write.ts";
import { isoTime, parseItem } from "./item.ts";
import type { Table } from "./table.ts";

const budgetItem = z.object({
  minuteStartMs: z.number().optional(),
  reservedWeight: z.number().optional(),
  bannedUntilMs: z.number().optional(),
  firewallRefusedAtMs: z.number().optional(),
  firewallPassedAtMs: z.number().optional(),
});

/** The budget of one exchange, named by its host: one row of Control, at one write for many requests. */
export function createExchangeBudget({ client, tableName }: Table, host: string): ExchangeBudget {
  const Key = { name: `exchangeBudget#${host}` };

  const budgetOf = (item: unknown): SharedBudget => {
    const row = parseItem(budgetItem, item, `${Key.name} in Control`);
    const { reservedWeight = 0, bannedUntilMs, firewallRefusedAtMs: refusedAtMs, firewallPassedAtMs: passedAtMs = 0 } = row;
    return { reservedWeight, bannedUntilMs, firewall: refusedAtMs === undefined ? undefined : { refusedAtMs, passedAtMs } };
  };

  /** Adds within a minute that somebody opened; undefined when it is not open, or full. */
  async function add(minuteStartMs: number, weight: number, ceiling: number): Promise<SharedBudget | undefined> {
    const written = await unlessConditionFailed(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key,
          UpdateExpression: "ADD reservedWeight :weight",
          // A newer minute takes a late request too: its sum is the one that still matters.
          ConditionExpression: "minuteStartMs >= :minute AND reservedWeight <= :room",
          ExpressionAttributeValues: { ":weight": weight, ":minute": minuteStartMs, ":room": ceiling - weight },
          ReturnValues: "ALL_NEW",
        }),
      ),
    );
    return written && budgetOf(written.Attributes);
  }

  /** Begins a minute with its first weight; undefined when somebody else has begun it. */
  async function begin(minuteStartMs: number, weight: number): Promise<SharedBudget | undefined> {
    const written = await unlessConditionFailed(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key,
          UpdateExpression: "SET minuteStartMs = :minute, minuteStart = :iso, reservedWeight = :weight",
          ConditionExpression: "attribute_not_exists(minuteStartMs) OR minuteStartMs < :minute",
          ExpressionAttributeValues: { ":minute": minuteStartMs, ":iso": isoTime(minuteStartMs), ":weight": weight },
          ReturnValues: "ALL_NEW",
        }),
      ),
    );
    return written && budgetOf(written.Attributes);
  }

  return {
    async reserve(minuteStartMs, weight, ceiling) {
      // Beginning first costs a refused write to all but one per minute; adding first costs one to that one only.
      const added = (await add(minuteStartMs, weight, ceiling)) ?? (weight <= ceiling ? await begin(minuteStartMs, weight) : undefined);
      // Between the two somebody else may have begun the minute.
      const granted = added ?? (await add(minuteStartMs, weight, ceiling));
      if (granted !== undefined) return { ...granted, granted: true };
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
      return { ...budgetOf(Item ?? {}), granted: false };
    },

    async raise(minuteStartMs, usedWeight) {
      await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key,
            UpdateExpression: "SET reservedWeight = :used",
            ConditionExpression: "minuteStartMs = :minute AND reservedWeight < :used",
            ExpressionAttributeValues: { ":used": usedWeight, ":minute": minuteStartMs },
          }),
        ),
      );
    },

    async extendBan(untilMs, reason) {
      await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key,
            UpdateExpression: "SET bannedUntilMs = :until, bannedUntil = :iso, banReason = :reason",
            ConditionExpression: "attribute_not_exists(bannedUntilMs) OR bannedUntilMs < :until",
            ExpressionAttributeValues: { ":until": untilMs, ":iso": isoTime(untilMs), ":reason": reason },
          }),
        ),
      );
    },

    async metFirewall(met, atMs, reason) {
      const name = met === "refused" ? "firewallRefused" : "firewallPassed";
      await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key,
            UpdateExpression: "SET #atMs = :atMs, #at = :iso, #reason = :reason",
            ConditionExpression: "attribute_not_exists(#atMs) OR #atMs < :atMs",
            ExpressionAttributeNames: { "#atMs": `${name}AtMs`, "#at": `${name}At`, "#reason": `${name}Reason` },
            ExpressionAttributeValues: { ":atMs": atMs, ":iso": isoTime(atMs), ":reason": reason },
          }),
        ),
      );
    },
  };
}
