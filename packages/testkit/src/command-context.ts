import type { CommandContext } from "@winiswin/application/commands/command";
import type { Cycle, Decision } from "@winiswin/application/ports/cycle-store";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import type { Candle } from "@winiswin/domain/candle";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { usdt } from "@winiswin/domain/decimal";
import type { Instrument } from "@winiswin/domain/instrument";
import type { Position } from "@winiswin/domain/position";
import type { Signal } from "@winiswin/domain/signal";
import type { Trade } from "@winiswin/domain/trade";
import { answeringGateway } from "./answering-gateway.ts";
import { seededCandles } from "./candles.ts";
import { collectedEvents } from "./collected-events.ts";
import { aCycle, putCycle } from "./cycles.ts";
import { aDecision } from "./decisions.ts";
import { inMemoryConfirmationStore } from "./in-memory-confirmation-store.ts";
import { inMemoryControlStore } from "./in-memory-control-store.ts";
import { inMemoryCycleStore } from "./in-memory-cycle-store.ts";
import { inMemoryDecisionStore } from "./in-memory-decision-store.ts";
import { inMemoryInstrumentStore } from "./in-memory-engine-store.ts";
import { inMemoryFeatureStore } from "./in-memory-feature-store.ts";
import { inMemoryPositionStore, inMemoryTradeStore } from "./in-memory-position-store.ts";
import { inMemorySignalStore } from "./in-memory-signal-store.ts";
import { anInstrument } from "./instruments.ts";
import { anExchangePosition, anOpenPosition, someProtections } from "./positions.ts";
import { recordingLogger } from "./recording-logger.ts";
import { aSignal } from "./signals.ts";
import { steppedClock } from "./stepped-clock.ts";
import { aTrade } from "./trades.ts";

/** Four minutes after the close of the cycle that `aCycle` builds. */
export const commandTimeMs = Date.UTC(2026, 10, 21, 10, 19);

export interface StoredFacts {
  readonly cycles?: readonly Cycle[];
  readonly signals?: readonly Signal[];
  readonly positions?: readonly Position[];
  readonly trades?: readonly Trade[];
  readonly gateway?: OrderGateway | undefined;
  readonly candles?: (symbol: string) => readonly Candle[];
  readonly instruments?: readonly Instrument[];
  readonly nowMs?: number;
  readonly tradingEnabled?: boolean;
}

/** Stores that hold the facts, and the exchange as given; without any it is a system that never ran and has no key. */
export async function aCommandContext(facts: StoredFacts = {}) {
  const context = {
    clock: steppedClock(facts.nowMs ?? commandTimeMs),
    askId: "ask-1",
    operator: { platform: "discord", id: "1", mayAct: true, isPrivate: true } as const,
    logger: recordingLogger(),
    eventBus: collectedEvents(),
    bill: {
      month: async (symbols: number) => ({
        symbols,
        usd: 7.5,
        usdAfterFree: 4.25,
        services: [
          { service: "Lambda", usd: 5, usdAfterFree: 3 },
          { service: "DynamoDB", usd: 2.5, usdAfterFree: 1.25 },
        ],
        basis: "Prices of 2026-11-21.",
      }),
    },
    confirmations: inMemoryConfirmationStore(),
    instruments: inMemoryInstrumentStore(),
    marketData: { closedCandles: async (symbol: string) => facts.candles?.(symbol) ?? [] },
    cycles: inMemoryCycleStore(),
    decisions: inMemoryDecisionStore(),
    features: inMemoryFeatureStore(),
    signals: inMemorySignalStore(),
    positions: inMemoryPositionStore(),
    trades: inMemoryTradeStore(),
    control: inMemoryControlStore(),
    gateway: facts.gateway,
    settings: { bot: "main", tradingEnabled: facts.tradingEnabled ?? true, mode: "paper" },
  };
  for (const cycle of facts.cycles ?? []) {
    await putCycle(context.cycles, cycle);
    await context.decisions.putAll(context.settings.bot, cycle.cycleId, cycle.decisions);
  }
  await context.instruments.save(facts.instruments ?? []);
  await context.signals.putAll(facts.signals ?? []);
  for (const position of facts.positions ?? []) await context.positions.create(position);
  for (const trade of facts.trades ?? []) await context.trades.record(trade);
  return context;
}

const symbolAt = (index: number): string => `LONGNAME_${String(index).padStart(3, "0")}USDT`;

/** As many of everything as asked, each with long and awkward text, for the limits of a surface. */
export async function aCrowdedContext(count: number): Promise<CommandContext> {
  const symbols = Array.from({ length: count }, (_, index) => symbolAt(index));
  const signals = symbols.map((symbol, index) => {
    const signal = aSignal({ symbol, strategy: `*some*_strategy_${index}`, score: 9 - index / 100 });
    const components = symbols.map((name) => ({
      name,
      value: 0.5,
      weight: 0.1,
      reason: "`higher` *low* above the [average](http://x) <@1>",
    }));
    return { ...signal, components };
  });
  const decisions = signals.map(
    ({ symbol, strategy, score }, index): Decision =>
      aDecision({
        symbol,
        strategy,
        score,
        modifiers: [{ name: "`regime` fit", points: 0.5, reason: "a *trend* strategy in a <@1> regime" }],
        rank: index + 1,
        decision: "refused",
        reasons: [{ code: `CODE_${index}`, reason: `spread 0.31 % is above 0.20 % ${"and so on ".repeat(index % 30)}` }],
      }),
  );
  const context = await aCommandContext({
    cycles: [aCycle({ signals: count, decisions, orders: 0 })],
    signals,
    positions: symbols.map((symbol) => anOpenPosition(symbol)),
    trades: symbols.map((symbol, index) =>
      aTrade({ symbol, strategy: `strategy_${index}`, cycleId: cycleIdOf(Date.UTC(2026, 10, 21) + index * 900_000) }),
    ),
    candles: () => seededCandles({ seed: 1, count, startMs: commandTimeMs - 250 * 900_000 }),
    gateway: answeringGateway({
      balance: { walletBalance: usdt("10000"), availableBalance: usdt("9000"), unrealisedProfit: usdt("-12.5"), equity: usdt("9987.5") },
      positions: symbols.map((symbol) => anExchangePosition(symbol)),
      protections: symbols.slice(0, Math.floor(count / 2)).flatMap((symbol) => someProtections(symbol)),
    }),
  });
  await context.instruments.save(symbols.map((symbol) => anInstrument({ symbol })));
  for (const symbol of symbols) {
    await context.control.freezeSymbol(symbol, "an order with unknown outcome", commandTimeMs);
    const block = { symbol, strategy: undefined, reason: "*too* `wild`", by: "discord:1", atMs: commandTimeMs, untilMs: undefined };
    await context.control.blockSymbol(block);
  }
  await context.control.setHalt({ reason: "the *daily* loss", by: "protection", atMs: commandTimeMs - 60_000 });
  return context;
}

/** Arguments with which each command has something to say in a crowded context; none where it needs none. */
export const someCommandOptions: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  why: { symbol: "LONGNAME_000" },
  chart: { symbol: "LONGNAME_000" },
  block: { symbol: "LONGNAME_001", hours: 4, reason: "`too` *wild* [here](http://x) <@1>" },
  unblock: { symbol: "LONGNAME_002" },
};
