import type { CycleId } from "@winiswin/domain/cycle";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import { aSignal, foreignPosition, type Interruption } from "@winiswin/testkit";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

/** A part of a position's life: how it comes to it, the run that is interrupted, and what must come of it in the end. */
export interface CrashPath {
  readonly name: string;
  /** The desk just before the run. */
  readonly prepare: () => Promise<PreparedDesk>;
  /** What is left when all is done, where the market stands still meanwhile. */
  readonly ends: "closed" | "closed if seen in time" | "either";
}

export interface PreparedDesk {
  readonly desk: TradingDesk;
  readonly run: (life: Interruption) => Promise<unknown>;
  /** Delivered again while recovering. */
  readonly later: readonly CycleId[];
}

const guardOf = (desk: TradingDesk): PreparedDesk => ({ desk, run: (life) => desk.guard(life), later: [] });

async function opened(environment?: Record<string, string>): Promise<TradingDesk> {
  const desk = await (environment === undefined ? tradingDesk() : tradingDesk(undefined, environment));
  await desk.execute();
  desk.aMinuteLater();
  return desk;
}

async function atPrices(...prices: readonly string[]): Promise<TradingDesk> {
  const desk = await opened();
  for (const at of prices) desk.exchange.setPrice("BTCUSDT", at);
  return desk;
}

/** All targets taken, the stop at breakeven. */
async function lastPart(): Promise<TradingDesk> {
  const desk = await atPrices("50800");
  await desk.guard();
  return desk;
}

async function later(desk: TradingDesk, candles: number, seen: Partial<HeldView>): Promise<PreparedDesk> {
  const id = await desk.laterCycle(candles, seen);
  return { desk, run: (life) => desk.executeLater(id, life), later: [id] };
}

async function withoutStop(at: string): Promise<PreparedDesk> {
  const desk = await opened();
  for (const [id, order] of desk.exchange.protections) if (order.leg === "stopLoss") desk.exchange.protections.delete(id);
  desk.exchange.setPrice("BTCUSDT", at);
  return guardOf(desk);
}

const request = (symbol: string | undefined, atMs: number) => ({ symbol, by: "ana", reason: "news", atMs });

export const crashPaths: readonly CrashPath[] = [
  {
    name: "entry",
    ends: "either",
    prepare: async () => {
      const desk = await tradingDesk();
      return { desk, run: (life) => desk.execute(life), later: [] };
    },
  },
  {
    name: "three entries of one cycle",
    ends: "either",
    prepare: async () => {
      const signals = ["AAA", "BBB", "CCC"].map((symbol, index) => aSignal({ symbol, signalId: `ict-smc#${symbol}`, score: 9 - index }));
      const desk = await tradingDesk(signals);
      return { desk, run: (life) => desk.execute(life), later: [] };
    },
  },
  { name: "stop hit", ends: "closed", prepare: async () => guardOf(await atPrices("49400")) },
  { name: "stop hit just before the next cycle", ends: "closed", prepare: async () => later(await atPrices("49400"), 1, {}) },
  { name: "stop vanished", ends: "either", prepare: () => withoutStop("50000") },
  { name: "stop vanished and passed", ends: "closed", prepare: () => withoutStop("49000") },
  { name: "first target taken, stop to breakeven", ends: "either", prepare: async () => guardOf(await atPrices("50500")) },
  {
    name: "first target taken, price back below breakeven",
    ends: "closed",
    prepare: async () => guardOf(await atPrices("50500", "50010")),
  },
  { name: "both targets taken", ends: "either", prepare: async () => guardOf(await atPrices("50800")) },
  {
    name: "first target taken, then the stop in the same minute",
    ends: "closed",
    prepare: async () => guardOf(await atPrices("50500", "49400")),
  },
  {
    name: "second target taken after breakeven",
    ends: "either",
    prepare: async () => {
      const desk = await atPrices("50500");
      await desk.guard();
      desk.exchange.setPrice("BTCUSDT", "50800");
      return guardOf(desk);
    },
  },
  {
    name: "stop at breakeven hit",
    ends: "closed",
    prepare: async () => {
      const desk = await lastPart();
      desk.exchange.setPrice("BTCUSDT", "50000");
      return guardOf(desk);
    },
  },
  {
    name: "stop begins to trail",
    ends: "either",
    prepare: async () => later(await lastPart(), 2, { closePrice: 50_800 }),
  },
  {
    name: "trailing stop moves on",
    ends: "either",
    prepare: async () => {
      const desk = await lastPart();
      const first = await desk.laterCycle(2, { closePrice: 50_800 });
      await desk.executeLater(first);
      desk.exchange.setPrice("BTCUSDT", "51200");
      return later(desk, 3, { closePrice: 51_200 });
    },
  },
  {
    name: "trailing stop passed before it is placed",
    ends: "closed if seen in time",
    prepare: async () => {
      const desk = await lastPart();
      desk.exchange.setPrice("BTCUSDT", "50300");
      return later(desk, 2, { closePrice: 50_800 });
    },
  },
  { name: "time stop", ends: "closed if seen in time", prepare: async () => later(await opened(), 30, {}) },
  {
    name: "re-validation with trading off",
    ends: "closed if seen in time",
    prepare: async () => {
      const desk = await opened();
      desk.switchTradingOff();
      return later(desk, 1, { confidence: 0.3 });
    },
  },
  {
    name: "funding exit",
    ends: "closed if seen in time",
    prepare: async () => {
      const desk = await opened();
      desk.clock.advanceTo(Math.ceil(desk.clock.nowMs() / 3_600_000) * 3_600_000 - 120_000);
      desk.market.nextFunding = { rate: 0.004, timeMs: desk.clock.nowMs() + 120_000 };
      return guardOf(desk);
    },
  },
  {
    name: "delisting exit",
    ends: "closed",
    prepare: async () => {
      const desk = await opened();
      desk.market.instrument = { deliveryTimeMs: desk.clock.nowMs() + 3_600_000 };
      return guardOf(desk);
    },
  },
  {
    name: "close requested",
    ends: "closed",
    prepare: async () => {
      const desk = await opened();
      await desk.control.requestClose(request("BTCUSDT", desk.clock.nowMs()));
      return guardOf(desk);
    },
  },
  {
    name: "close requested after the first target",
    ends: "closed",
    prepare: async () => {
      const desk = await atPrices("50500");
      await desk.control.requestClose(request("BTCUSDT", desk.clock.nowMs()));
      return guardOf(desk);
    },
  },
  {
    name: "flatten, with a position of somebody else",
    ends: "closed",
    prepare: async () => {
      const desk = await opened();
      desk.exchange.setPrice("ETHUSDT", "3000");
      desk.exchange.held.set("ETHUSDT", foreignPosition("short", "1", "3000"));
      await desk.control.setHalt({ reason: "flatten", by: "ana", atMs: desk.clock.nowMs() });
      await desk.control.requestClose(request(undefined, desk.clock.nowMs()));
      return guardOf(desk);
    },
  },
  {
    name: "flatten while the entry is in doubt",
    ends: "closed",
    prepare: async () => {
      const desk = await tradingDesk();
      desk.exchange.faultAt = (write) => (write.startsWith("entry") ? { fault: "lostResponse" } : undefined);
      desk.exchange.hiddenUntilMs = desk.clock.nowMs() + 20_000;
      await desk.execute();
      desk.exchange.faultAt = () => undefined;
      desk.aMinuteLater();
      await desk.control.setHalt({ reason: "flatten", by: "ana", atMs: desk.clock.nowMs() });
      await desk.control.requestClose(request(undefined, desk.clock.nowMs()));
      return guardOf(desk);
    },
  },
  {
    name: "liquidation",
    ends: "closed",
    prepare: async () => {
      const desk = await opened();
      desk.exchange.closeByExchange("BTCUSDT", "autoclose-1700000000000000000");
      return guardOf(desk);
    },
  },
  {
    name: "closed by somebody else",
    ends: "closed",
    prepare: async () => {
      const desk = await opened();
      desk.exchange.closeByExchange("BTCUSDT", "web_abc");
      return guardOf(desk);
    },
  },
];
