import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { anOpenPosition } from "@winiswin/testkit/positions";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { aTrade } from "@winiswin/testkit/trades";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createControlStore } from "../src/control-store.ts";
import { itemOfPosition } from "../src/position-item.ts";
import { createPositionStore } from "../src/position-store.ts";
import { createTradeStore } from "../src/trade-store.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

async function put(table: "Positions" | "Trades" | "Control", item: Record<string, unknown>): Promise<void> {
  const { client, tableName } = tables.table(table);
  await client.send(new PutCommand({ TableName: tableName, Item: item }));
}

describe("what cannot be read", () => {
  it("in Positions stands beside the readable rows, with its symbol: a state or a cause of a newer version, a broken number", async () => {
    const store = createPositionStore(tables.table("Positions"));
    const position = anOpenPosition();
    await store.create(position);
    const item = itemOfPosition(position);
    await put("Positions", { ...item, positionId: "2026-01-01T00:00:00Z#NEWUSDT", state: "hedged" });
    await put("Positions", { ...item, positionId: "2026-01-01T00:00:00Z#ODDUSDT", entryPrice: "about 50" });

    expect(await store.open(position.intent.bot)).toEqual([position]);
    expect(await store.abandoned(position.intent.bot)).toEqual([]);
    expect((await store.unreadable(position.intent.bot)).map(({ symbol }) => symbol)).toEqual(["NEWUSDT", "ODDUSDT"]);
  });

  it("in Trades is left out and told to the log", async () => {
    const logger = recordingLogger();
    const store = createTradeStore(tables.table("Trades"), logger);
    const trade = aTrade();
    await store.record(trade);
    await put("Trades", { bot: trade.bot, positionId: "2026-01-01T00:00:00Z#NEWUSDT", exitReason: "somethingNew" });

    expect(await store.latest(trade.bot, 10)).toEqual([trade]);
    expect(logger.lines.map(({ fields }) => fields.reason)).toMatchObject([expect.stringContaining("NEWUSDT")]);
  });

  it("in Control keeps a symbol frozen or blocked, and hides no other entry", async () => {
    const logger = recordingLogger();
    const store = createControlStore(tables.table("Control"), logger);
    await put("Control", { name: "frozenSymbols", symbols: { AUSDT: { reason: "why", atMs: 1 }, BUSDT: "odd" } });
    await put("Control", { name: "symbolBlocks", blocks: { "BUSDT#rsi": { symbol: "BUSDT" } } });
    await put("Control", {
      name: "closeRequests",
      requests: { AUSDT: { symbol: "AUSDT", by: "ana", reason: "news", atMs: 1 }, BUSDT: {} },
    });

    expect([...(await store.frozenSymbols())].sort()).toEqual([
      ["AUSDT", "why"],
      ["BUSDT", "it was frozen for a reason that cannot be read"],
    ]);
    expect(await store.symbolBlocks()).toMatchObject([{ symbol: "BUSDT", strategy: "rsi", untilMs: undefined }]);
    expect(await store.closeRequests()).toMatchObject([{ symbol: "AUSDT" }]);
    expect(logger.lines.filter(({ level }) => level === "error")).toHaveLength(3);
  });
});
