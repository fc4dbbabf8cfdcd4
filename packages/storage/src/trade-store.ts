import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Logger } from "@winiswin/application/ports/logger";
import type { TradeStore } from "@winiswin/application/ports/position-store";
import { toText } from "@winiswin/domain/decimal";
import { exitReasons, type PartialExit, type Trade } from "@winiswin/domain/trade";
import * as z from "zod";
import { conditionHeld, definedOnly } from "./conditional-write.ts";
import { absentOr, cycleIdText, directionText, isoTime, parseItem, priceText, quantityText, readableOf, usdtText } from "./item.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";

/** Rows stand in the order of opening: of those opened before the wanted ones so many may have closed after them. */
const heldBeside = 100;

const exitItem = z.object({
  reason: z.enum(exitReasons),
  price: priceText,
  quantity: quantityText,
  fee: usdtText,
  atMs: z.number(),
}) satisfies z.ZodType<PartialExit, unknown>;

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
  exitReason: z.enum(exitReasons),
  exits: absentOr(z.array(exitItem)),
  mfeR: absentOr(z.number()),
  maeR: absentOr(z.number()),
  grossProfit: usdtText,
  funding: usdtText,
  fees: usdtText,
  netProfit: usdtText,
  initialRisk: usdtText,
  rMultiple: z.number(),
});

const itemOfTrade = (trade: Trade): Record<string, unknown> =>
  definedOnly({
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
    exits: trade.exits?.map((exit) => ({ ...exit, price: toText(exit.price), quantity: toText(exit.quantity), fee: toText(exit.fee) })),
  });

function tradeOfItem(item: unknown, where: string): Trade {
  const { exits, mfeR, maeR, ...trade } = parseItem(tradeItem, item, where);
  return { ...trade, exits, mfeR, maeR };
}

/** Trades by bot, in the order in which their positions were opened; they never expire. */
export function createTradeStore({ client, tableName }: Table, logger: Pick<Logger, "error">): TradeStore {
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
          // The protections must see the trade that the guard recorded a moment ago.
          ConsistentRead: true,
        },
        limit + heldBeside,
      );
      return [...readableOf(items, (item) => tradeOfItem(item, `the trade ${String(item.positionId)} of ${bot}`), logger)]
        .sort((first, second) => second.closedAtMs - first.closedAtMs)
        .slice(0, limit);
    },
  };
}
