import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { RiskRecord, RiskRecords } from "@winiswin/application/ports/risk-record";
import { toText } from "@winiswin/domain/decimal";
import * as z from "zod";
import { conditionHeld, definedOnly } from "./conditional-write.ts";
import { absentOr, isoTime, parseItem, usdtText } from "./item.ts";
import type { Table } from "./table.ts";

const riskItem = z.object({
  bot: z.string(),
  version: z.number(),
  marks: z.object({
    day: z.string(),
    dayStartEquity: usdtText,
    dayLowestEquity: usdtText,
    peakEquity: usdtText,
    equity: usdtText,
    atMs: z.number(),
  }),
  halts: z.array(
    z.object({
      code: z.enum(["STOP_LOSS_GUARD", "MAXIMUM_DAILY_LOSS", "MAXIMUM_DRAWDOWN"]),
      reason: z.string(),
      untilMs: absentOr(z.number()),
      sinceMs: z.number(),
    }),
  ),
  drawdownHaltedAtMs: absentOr(z.number()),
}) satisfies z.ZodType<RiskRecord, unknown>;

const nameOf = (bot: string): string => `risk#${bot}`;

const itemOf = ({ marks, halts, ...record }: RiskRecord): Record<string, unknown> =>
  definedOnly({
    name: nameOf(record.bot),
    ...record,
    marks: {
      ...marks,
      dayStartEquity: toText(marks.dayStartEquity),
      dayLowestEquity: toText(marks.dayLowestEquity),
      peakEquity: toText(marks.peakEquity),
      equity: toText(marks.equity),
      at: isoTime(marks.atMs),
    },
    halts: halts.map((halt) => definedOnly({ ...halt })),
  });

/** One row of Control per bot. */
export function riskRecordsIn({ client, tableName }: Table): RiskRecords {
  return {
    async riskRecord(bot) {
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { name: nameOf(bot) }, ConsistentRead: true }));
      return Item === undefined ? undefined : parseItem(riskItem, Item, `the risk record of ${bot} in Control`);
    },

    saveRiskRecord: (record) =>
      conditionHeld(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: itemOf(record),
            ...(record.version === 1
              ? { ConditionExpression: "attribute_not_exists(#version)", ExpressionAttributeNames: { "#version": "version" } }
              : {
                  ConditionExpression: "#version = :former",
                  ExpressionAttributeNames: { "#version": "version" },
                  ExpressionAttributeValues: { ":former": record.version - 1 },
                }),
          }),
        ),
      ),
  };
}
