import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { TradeStore } from "@winiswin/application/ports/position-store";
import { toText } from "@winiswin/domain/decimal";
import type { Trade } from "@winiswin/domain/trade";
import * as z from "zod";
import { conditionHeld } from "./conditional-write.ts";
import { cycleIdText, directionText, isoTime, parseItem, priceText, quantityText, usdtText } from "./item.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";

const tradeItem = z.object({
  bot: z.string(),
  positionId: z.string(),
  cycleId: cycleIdText,
  symbol: z.string(),
  strategy: z.string(),
  direction: directionText,
  quantity: quantityText,
  entryPrice: priceText,
  exitPrice: priceText,
  openedAtMs: z.number(),
  closedAtMs: z.number(),
  exitReason: z.enum(["stopLoss", "takeProfit", "closed", "liquidated", "elsewhere"]),
  grossProfit: usdtText,
  funding: usdtText,
  fees: usdtText,
  netProfit: usdtText,
  initialRisk: usdtText,
  rMultiple: z.number(),
}) satisfies z.ZodType<Trade, unknown>;

const itemOfTrade = (trade: Trade): Record<string, unknown> => ({
  ...trade,
  quantity: toText(trade.quantity),
  entryPrice: toText(trade.entryPrice),
  exitPrice: toText(trade.exitPrice),
  grossProfit: toText(trade.grossProfit),
  funding: toText(trade.funding),
  fees: toText(trade.fees),
  netProfit: toText(trade.netProfit),
  initialRisk: toText(trade.initialRisk),
  openedAt: isoTime(trade.openedAtMs),
  closedAt: isoTime(trade.closedAtMs),
});

/** Trades by bot, in the order in which their positions were opened; they never expire. */
export function createTradeStore({ client, tableName }: Table): TradeStore {
  return {
    record: (trade) =>
      conditionHeld(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: itemOfTrade(trade),
            ConditionExpression: "attribute_not_exists(positionId)",
          }),
        ),
      ),

    async latest(bot, limit) {
      const items = await queryAll(
        client,
        {
          TableName: tableName,
          KeyConditionExpression: "bot = :bot",
          ExpressionAttributeValues: { ":bot": bot },
          ScanIndexForward: false,
        },
        limit,
      );
      return items.map((item) => parseItem(tradeItem, item, `a trade of ${bot}`));
    },
  };
}
