import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { AccountFees } from "@winiswin/application/ports/account-fees";
import { decimal } from "@winiswin/domain/decimal";
import * as z from "zod";
import { isoTime, parseItem } from "./item.ts";
import type { Table } from "./table.ts";

const feesItem = z.object({ takerFeeRate: z.string().transform((text) => decimal(text)) });
const name = "accountFees";

/** One row of Control. */
export const createAccountFees = ({ client, tableName }: Table): AccountFees => ({
  async takerFeeRate() {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { name } }));
    return Item === undefined ? undefined : parseItem(feesItem, Item, "the fees in Control").takerFeeRate;
  },

  async remember(takerFeeRate, atMs) {
    await client.send(
      new PutCommand({ TableName: tableName, Item: { name, takerFeeRate: takerFeeRate.toFixed(), atMs, at: isoTime(atMs) } }),
    );
  },
});
