import { usdt, zeroUsdt } from "@winiswin/domain/decimal";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { expect, test } from "vitest";
import { parseConfiguration } from "../../configuration.ts";
import type { KeyRights } from "../../ports/key-rights.ts";
import { beginTrading } from "./begin-trading.ts";

const trustworthy: KeyRights = { canTrade: true, canWithdraw: false, isBoundToAddresses: true };

async function begin(environment: Readonly<Record<string, string>>, rights: KeyRights = trustworthy) {
  const parsed = parseConfiguration({ ENABLE_TRADING: "true", BINANCE_BASE_URL: "https://fapi.binance.com", ...environment });
  if (!parsed.ok) throw new Error(parsed.failure.join());
  const logger = recordingLogger();
  const equity = usdt("2500");
  let asked = 0;
  await beginTrading({
    configuration: parsed.value,
    logger,
    gateway: { balance: async () => ({ walletBalance: equity, availableBalance: equity, unrealisedProfit: zeroUsdt, equity }) },
    readKeyRights: async () => {
      asked += 1;
      return rights;
    },
  });
  return { said: JSON.stringify(logger.lines), asked };
}

test("live trading says where, with how much, at what risk and in which symbols", async () => {
  const { said } = await begin({ SYMBOL_MODE: "static", STATIC_SYMBOLS: "BTCUSDT,ETHUSDT", MAX_CONCURRENT_POSITIONS: "3" });

  expect(said).toContain("LIVE: orders with real money go to fapi.binance.com");
  expect(said).toContain("2500 USDT");
  expect(said).toContain("BTCUSDT, ETHUSDT");
  expect(said).toContain("3 positions");
});

test("live trading does not begin with a key that may withdraw", async () => {
  await expect(begin({}, { ...trustworthy, canWithdraw: true })).rejects.toThrow(/no order is placed with real money: .*withdraw/);
});

test("live trading does not begin with a key of which it could not be learnt whether it may withdraw", async () => {
  await expect(begin({}, { ...trustworthy, canWithdraw: undefined })).rejects.toThrow(/could not be learnt/);
});

test("the demo exchange needs no such key, and paper trading and signals need nothing at all", async () => {
  const demo = await begin({ BINANCE_BASE_URL: "https://demo-fapi.binance.com" });
  const paper = await begin({ BINANCE_BASE_URL: "http://127.0.0.1:4800" });
  const signals = await begin({ ENABLE_TRADING: "false" });

  expect(demo.said).toContain("DEMO: orders with play money");
  expect([demo.asked, paper.asked, signals.asked]).toEqual([0, 0, 0]);
  expect([paper.said, signals.said]).toEqual(["[]", "[]"]);
});
