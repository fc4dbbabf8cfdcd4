import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { desiredProtection, positionIdOf } from "@winiswin/domain/position";
import { silentLogger } from "@winiswin/testkit";
import { anOpenPosition } from "@winiswin/testkit/positions";
import { aTrade } from "@winiswin/testkit/trades";
import { afterAll, beforeAll, expect, test } from "vitest";
import { itemOfPosition, positionOfItem } from "../src/position-item.ts";
import { createTradeStore } from "../src/trade-store.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

test("a position from before there were several targets keeps its stop and its one target, under the ids that rest on the exchange", () => {
  const position = anOpenPosition();
  const { openQuantity: _open, stopLeg: _leg, targets: _targets, ...item } = itemOfPosition(position);
  const { exitTerms: _terms, ...intent } = item.intent as Record<string, unknown>;

  const read = positionOfItem({ ...item, intent });

  expect(read).toEqual({ ...position, intent: { ...position.intent, exitTerms: undefined } });
  if (read.state !== "open") throw new Error("it was open");
  expect(desiredProtection(read).map(({ leg, clientOrderId }) => [leg, clientOrderId])).toEqual(
    desiredProtection(position).map(({ leg, clientOrderId }) => [leg, clientOrderId]),
  );
});

test("a trade from before its parts were told apart is still a trade", async () => {
  const store = createTradeStore(tables.table("Trades"), silentLogger);
  const trade = aTrade({ bot: "old", positionId: positionIdOf(aTrade().cycleId, "OLDUSDT"), symbol: "OLDUSDT" });
  const { client, tableName } = tables.table("Trades");
  const { exits: _exits, mfeR: _mfe, maeR: _mae, ...facts } = trade;
  const money = ["quantity", "entryPrice", "exitPrice", "grossProfit", "funding", "fees", "netProfit", "initialRisk"] as const;
  const texts = Object.fromEntries(money.map((name) => [name, trade[name].toFixed()]));
  await client.send(new PutCommand({ TableName: tableName, Item: { ...facts, ...texts } }));

  expect(await store.latest("old", 10)).toEqual([trade]);
});
