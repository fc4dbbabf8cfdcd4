import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { NewsMemory, NewsState } from "@winiswin/application/ports/news-provider";
import * as z from "zod";
import { definedOnly } from "./conditional-write.ts";
import { absentOr, parseItem } from "./item.ts";
import type { Table } from "./table.ts";

export const newsSentimentItem = z.object({ symbol: z.string(), sentiment: z.number(), headlines: z.number(), reason: z.string() });

const stateItem = z.object({
  day: z.string(),
  requests: z.number(),
  last: absentOr(z.object({ provider: z.string(), readAtMs: z.number(), sentiments: z.array(newsSentimentItem) })),
});

const name = "news";

/** One row of Control: what was read last and what of the day's budget is spent. Only the dispatch of cycles writes it, one at a time. */
export const createNewsMemory = ({ client, tableName }: Table): NewsMemory => ({
  async load(): Promise<NewsState | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { name }, ConsistentRead: true }));
    if (Item === undefined) return undefined;
    const { day, requests, last } = parseItem(stateItem, Item, "the news in Control");
    return { day, requests, last };
  },

  async save(state) {
    await client.send(new PutCommand({ TableName: tableName, Item: { name, ...definedOnly({ ...state }) } }));
  },
});
