import { auditedControl } from "@winiswin/application/audit/audited-control";
import { auditedCycles } from "@winiswin/application/audit/audited-cycles";
import { auditedOrders } from "@winiswin/application/audit/audited-orders";
import { auditedPositions, auditedTrades } from "@winiswin/application/audit/audited-positions";
import { type Configuration, parseConfiguration } from "@winiswin/application/configuration";
import { executeCycle } from "@winiswin/application/execution/execute-cycle";
import type { ExecuteDependencies } from "@winiswin/application/execution/execution-dependencies";
import { type GuardReport, guardPositions } from "@winiswin/application/execution/guard-positions";
import { toldOrLogged } from "@winiswin/application/execution/telling";
import type { Logger } from "@winiswin/application/ports/logger";
import { createBinanceMarketData, createBinanceOrderGateway, createExchangeGate } from "@winiswin/binance";
import { type CycleId, closeTimeOfCycle, cycleIdOf } from "@winiswin/domain/cycle";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import { type Signal, signalsHashOf } from "@winiswin/domain/signal";
import type { StateChange } from "@winiswin/exchange-simulator/matching/exchange-state";
import type { Market } from "@winiswin/exchange-simulator/matching/market";
import { collectedEvents, silentLogger, steppedClock } from "@winiswin/testkit";
import { aShardReport } from "@winiswin/testkit/cycles";
import { inMemoryExchangeBudget } from "@winiswin/testkit/in-memory-exchange-budget";
import { replayedStores, type StoreCall } from "./replayed-stores.ts";
import { patience, WireExchange } from "./wire-exchange.ts";

export interface WireDeskOptions {
  readonly market: Market;
  readonly signals: readonly Signal[];
  readonly logger?: Logger;
  /** Goes on where another desk stood, with new processes. */
  readonly from?: DeskMoment;
}

/** Where a desk stands: the time, both books, and the configuration. */
export interface DeskMoment {
  readonly nowMs: number;
  readonly exchange: readonly StateChange[];
  readonly calls: readonly StoreCall[];
  readonly configuration: Configuration;
  readonly deliveries: number;
}

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
/** When in its minute the guard begins. */
const guardSecondMs = 3_000;

/** The real use cases on the real adapter, against the simulated exchange over HTTP; the tables are in memory. */
export async function wireDesk({ market, signals, logger = silentLogger, from }: WireDeskOptions) {
  const cycleId = signals[0]!.cycleId;
  const clock = steppedClock(from?.nowMs ?? closeTimeOfCycle(cycleId) + 3_000);
  const wire = await WireExchange.start(market, clock, from?.exchange);
  const { stores, calls } = await replayedStores(from?.calls ?? []);
  const { audit, control, cycles, decisions, instruments, orders, positions, signals: signalStore, trades } = stores;
  const bus = collectedEvents();
  const budget = inMemoryExchangeBudget();
  let configuration = from?.configuration ?? tradingConfiguration();

  /** What one function has of its own: two functions share nothing but the tables and the budget of the exchange. */
  const processOf = () => {
    const { apiKey, apiSecret, baseUrl } = wire.connection;
    const connection = { baseUrl, clock, logger, timeoutMs: patience.realMs, gate: createExchangeGate({ clock, logger, budget }) };
    return {
      marketData: createBinanceMarketData({ ...connection, candlesFor: "entry" }),
      gateway: createBinanceOrderGateway({ ...connection, apiKey, apiSecret }),
    };
  };
  const [executor, guard] = [processOf(), processOf()];
  let deliveries = from?.deliveries ?? 0;
  const dependenciesOf = (process: ReturnType<typeof processOf>): ExecuteDependencies & { gateway: typeof executor.gateway } => ({
    ...process,
    holder: `delivery ${++deliveries}`,
    clock,
    logger,
    configuration,
    instruments,
    signals: signalStore,
    decisions,
    cycles: auditedCycles(cycles, audit, logger),
    positions: auditedPositions(positions, audit, clock, logger),
    orders: auditedOrders(orders, audit, clock, logger),
    trades: auditedTrades(trades, audit, logger),
    control: auditedControl(control, () => audit, clock, logger),
    eventBus: toldOrLogged(bus, logger),
  });

  /** A cycle whose analysis is done. */
  async function analyzed(id: CycleId, given: readonly Signal[], held: readonly HeldView[]): Promise<void> {
    const closeTimeMs = closeTimeOfCycle(id);
    await cycles.create({ cycleId: id, closeTimeMs, shardCount: 1, symbols: 2, dispatchedAtMs: closeTimeMs - 60_000 });
    await cycles.reportShard(id, aShardReport({ held }));
    await signalStore.putAll(given);
    const signalsHash = signalsHashOf(given);
    await cycles.markAnalyzed(id, { analyzedAtMs: clock.nowMs(), complete: true, signals: given.length, signalsHash });
  }

  if (from === undefined) {
    await instruments.save(await guard.marketData.instruments());
    await analyzed(cycleId, signals, []);
  }

  return {
    bot: configuration.bot,
    cycleId,
    clock,
    wire,
    cycles,
    positions,
    orders,
    trades,
    control,
    instruments,
    audit,
    events: bus.events,
    execute: (id: CycleId = cycleId): Promise<void> => executeCycle(id, dependenciesOf(executor)),
    guard: (): Promise<GuardReport> => guardPositions(dependenciesOf(guard)),
    /** Analyzes the close so many candles later, without a signal, seeing what is held as given; the clock stands just after it. */
    async laterCycle(candles: number, seen: Partial<HeldView>): Promise<CycleId> {
      const closeTimeMs = closeTimeOfCycle(cycleId) + candles * quarterMs;
      const id = cycleIdOf(closeTimeMs);
      clock.advanceTo(closeTimeMs + 3_000);
      const usual = { closePrice: 50_000, atr: 100, swingPrice: undefined, confidence: 0.8, changedAgainstAtMs: undefined };
      const held = (await positions.open(configuration.bot)).map(
        ({ intent: { positionId, symbol, direction } }): HeldView => ({ positionId, symbol, direction, ...usual, ...seen }),
      );
      await analyzed(id, [], held);
      return id;
    },
    switchTradingOff: () => {
      configuration = { ...configuration, tradingEnabled: false };
    },
    /** When the schedule calls the guard the next time: every minute, however long the former run took. */
    aMinuteLater: () => clock.advanceTo((Math.floor((clock.nowMs() - guardSecondMs) / minuteMs) + 1) * minuteMs + guardSecondMs),
    moment: (): DeskMoment => ({
      nowMs: clock.nowMs(),
      exchange: structuredClone(wire.exchange.state.everything()),
      calls: [...calls],
      configuration,
      deliveries,
    }),
    stop: () => wire.stop(),
  };
}

function tradingConfiguration(): Configuration {
  const parsed = parseConfiguration({ ENABLE_TRADING: "true" });
  if (!parsed.ok) throw new Error(parsed.failure.join("; "));
  return parsed.value;
}

export type WireDesk = Awaited<ReturnType<typeof wireDesk>>;
