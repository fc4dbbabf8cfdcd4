import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { RiskRecord, RiskRecords } from "@winiswin/application/ports/risk-record";
import { toText } from "@winiswin/domain/decimal";
import type { EquityMarks } from "@winiswin/domain/risk/equity-marks";
import * as z from "zod";
import { conditionHeld, definedOnly } from "./conditional-write.ts";
import { absentOr, isoTime, parseItem, usdtText } from "./item.ts";
import type { Table } from "./table.ts";

const marksItem = z.object({
  day: z.string(),
  dayStartEquity: usdtText,
  dayLowestEquity: usdtText,
  peakEquity: usdtText,
  equity: usdtText,
  atMs: z.number(),
});

const historyItem = z.object({
  settled: absentOr(marksItem),
  looks: z.array(z.object({ equity: usdtText, askedAtMs: z.number(), answeredAtMs: z.number(), resetsPeak: z.boolean() })),
  transfers: z.array(z.object({ id: z.string(), amount: usdtText, timeMs: z.number() })),
});

const riskItem = z
  .object({
    bot: z.string(),
    version: z.number(),
    marks: marksItem,
    history: absentOr(historyItem),
    halts: z.array(
      z.object({
        code: z.enum(["STOP_LOSS_GUARD", "MAXIMUM_DAILY_LOSS", "MAXIMUM_DRAWDOWN"]),
        reason: z.string(),
        untilMs: absentOr(z.number()),
        sinceMs: z.number(),
      }),
    ),
    drawdownHaltedAtMs: absentOr(z.number()),
    drawdownRetractedAtMs: absentOr(z.number()),
  })
  // A record from before looks were kept: nothing up to its marks can be told anew.
  .transform(({ history, ...record }) => ({
    ...record,
    history: history ?? { settled: record.marks, looks: [], transfers: [] },
  })) satisfies z.ZodType<RiskRecord, unknown>;

const nameOf = (bot: string): string => `risk#${bot}`;

const itemOf = ({ marks, history, halts, ...record }: RiskRecord): Record<string, unknown> =>
  definedOnly({
    name: nameOf(record.bot),
    ...record,
    marks: itemOfMarks(marks),
    history: definedOnly({
      settled: history.settled && itemOfMarks(history.settled),
      looks: history.looks.map((look) => ({ ...look, equity: toText(look.equity) })),
      transfers: history.transfers.map((transfer) => ({ ...transfer, amount: toText(transfer.amount) })),
    }),
    halts: halts.map((halt) => definedOnly({ ...halt })),
  });

const itemOfMarks = (marks: EquityMarks): Record<string, unknown> => ({
  ...marks,
  dayStartEquity: toText(marks.dayStartEquity),
  dayLowestEquity: toText(marks.dayLowestEquity),
  peakEquity: toText(marks.peakEquity),
  equity: toText(marks.equity),
  at: isoTime(marks.atMs),
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
