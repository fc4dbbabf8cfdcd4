import { usdt } from "@winiswin/domain/decimal";
import { blockAgainst } from "@winiswin/domain/risk/symbol-block";
import { inMemoryControlStore, silentLogger } from "@winiswin/testkit";
import { aTrade } from "@winiswin/testkit/trades";
import { expect, it } from "vitest";
import { parseConfiguration } from "../../configuration.ts";
import { blockAfterLoss } from "./block-after-loss.ts";

const closedAtMs = Date.UTC(2026, 10, 21, 10, 7);
const quarterMs = 900_000;

async function blocksAfter(netProfit: string, candles: number) {
  const control = inMemoryControlStore();
  const file = { name: "winiswin.yaml", text: `ranking: { blockAfterLossCandles: ${candles} }` };
  const configuration = parseConfiguration({}, file);
  if (!configuration.ok) throw new Error(configuration.failure.join("; "));
  const trade = aTrade({ symbol: "SOLUSDT", strategy: "order-flow", netProfit: usdt(netProfit), rMultiple: -1.02, closedAtMs });
  const dependencies = { control, configuration: configuration.value, logger: silentLogger };
  await blockAfterLoss(trade, dependencies);
  await blockAfterLoss(trade, dependencies);
  return control.symbolBlocks();
}

it("blocks the symbol for the strategy that lost, for whole candles after the one in which it closed, with the reason", async () => {
  const blocks = await blocksAfter("-10.2", 4);

  expect(blocks).toHaveLength(1);
  const until = Date.UTC(2026, 10, 21, 10, 15) + 4 * quarterMs;
  const against = (strategy: string, atMs: number) => blockAgainst(blocks, { symbol: "SOLUSDT", strategy }, atMs)?.reason;
  expect(against("order-flow", until - 1)).toBe("order-flow lost 1.02 R on SOLUSDT at 2026-11-21T10:07Z and leaves it alone for 4 candles");
  expect(against("order-flow", until)).toBeUndefined();
  expect(against("ict-smc", until - 1)).toBeUndefined();
});

it("blocks nothing after a gain, after a trade that came out even, and when it is switched off", async () => {
  expect(await blocksAfter("10", 4)).toEqual([]);
  expect(await blocksAfter("0", 4)).toEqual([]);
  expect(await blocksAfter("-10", 0)).toEqual([]);
});
