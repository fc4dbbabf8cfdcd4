import { auditedControl } from "@winiswin/application/audit/audited-control";
import { auditedCycles } from "@winiswin/application/audit/audited-cycles";
import { auditedOrders } from "@winiswin/application/audit/audited-orders";
import { auditedPositions, auditedTrades } from "@winiswin/application/audit/audited-positions";
import { parseConfiguration } from "@winiswin/application/configuration";
import { executeCycle } from "@winiswin/application/execution/execute-cycle";
import type { ExecuteDependencies } from "@winiswin/application/execution/execution-dependencies";
import { guardPositions } from "@winiswin/application/execution/guard-positions";
import { toldOrLogged } from "@winiswin/application/execution/telling";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { BookTop, FundingRate, MarketData } from "@winiswin/application/ports/market-data";
import type { Candle } from "@winiswin/domain/candle";
import { type CycleId, closeTimeOfCycle, cycleIdOf } from "@winiswin/domain/cycle";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import type { Instrument } from "@winiswin/domain/instrument";
import { type Signal, signalsHashOf } from "@winiswin/domain/signal";
import type { BtcFacts } from "@winiswin/domain/signal-facts";
import {
  aDayOfCandles,
  anInstrument,
  aSignal,
  collectedEvents,
  FakeExchange,
  Interruption,
  inMemoryAuditLog,
  inMemoryControlStore,
  inMemoryCycleStore,
  inMemoryDecisionStore,
  inMemoryOrderStore,
  inMemoryPositionStore,
  inMemorySignalStore,
  inMemoryTradeStore,
  silentLogger,
  steppedClock,
} from "@winiswin/testkit";
import { aShardReport } from "@winiswin/testkit/cycles";

const cycleId = aSignal().cycleId;

const quietBtc: BtcFacts = { symbol: "BTCUSDT", trend1h: 0, moveAtr: 0 };

/** What a shard reported of BTC and what the exchange says of the market; without any there is nothing to say. */
interface MarketFacts {
  /** Null when no shard has reported it; without it BTC does nothing. */
  readonly btc?: BtcFacts | null;
  readonly fundingRates?: readonly FundingRate[] | ExchangeError;
  readonly dayCandles?: readonly Candle[] | ExchangeError;
  /** What the exchange lists when it is asked anew. */
  readonly relisted?: readonly Instrument[] | ExchangeError;
  /** How every instrument differs from an ordinary one. */
  readonly instrument?: Partial<Instrument>;
  readonly isTradingOff?: boolean;
  readonly nextFunding?: { readonly rate: number; readonly timeMs: number } | ExchangeError;
  readonly extremes?: readonly { readonly high: number; readonly low: number }[] | ExchangeError;
  /** The exchange's clock; ours when it is not given. */
  readonly serverTimeMs?: number | ExchangeError;
  readonly bookTops?: readonly (BookTop & { readonly symbol: string })[] | ExchangeError;
}

function answered<Answer>(given: Answer | ExchangeError): Answer {
  if (given instanceof ExchangeError) throw given;
  return given;
}

/** Everything around the execution, in memory: a day at the desk in a few lines. */
export async function tradingDesk(
  signals: readonly Signal[] = [aSignal()],
  environment: Record<string, string> = { ENABLE_TRADING: "true" },
  facts: MarketFacts = {},
) {
  const market: { -readonly [Name in keyof MarketFacts]: MarketFacts[Name] } = { ...facts };
  const clock = steppedClock(closeTimeOfCycle(cycleId) + 3_000);
  const exchange = new FakeExchange(clock.nowMs);
  const [cycles, signalStore, positions] = [inMemoryCycleStore(), inMemorySignalStore(), inMemoryPositionStore()];
  const [orders, trades, control, bus] = [inMemoryOrderStore(), inMemoryTradeStore(), inMemoryControlStore(), collectedEvents()];
  const decisions = inMemoryDecisionStore();
  const audit = inMemoryAuditLog();
  const listed: readonly Instrument[] = [...new Set(signals.map((signal) => signal.symbol))].map((symbol) => anInstrument({ symbol }));
  for (const instrument of listed) exchange.setPrice(instrument.symbol, "50000");
  const configuration = parseConfiguration(environment);
  if (!configuration.ok) throw new Error(configuration.failure.join("; "));

  await cycles.create({
    cycleId,
    closeTimeMs: closeTimeOfCycle(cycleId),
    shardCount: 1,
    symbols: listed.length,
    dispatchedAtMs: clock.nowMs(),
  });
  await cycles.reportShard(cycleId, aShardReport(facts.btc === null ? {} : { btc: facts.btc ?? quietBtc }));
  await signalStore.putAll(signals);
  await cycles.markAnalyzed(cycleId, {
    analyzedAtMs: clock.nowMs(),
    complete: true,
    signals: signals.length,
    signalsHash: signalsHashOf(signals),
  });

  let deliveries = 0;
  let instrumentReads = 0;
  const savedInstruments: (readonly Instrument[])[] = [];
  const dependencies = (life: Interruption, holder = `delivery ${++deliveries}`): ExecuteDependencies & { gateway: FakeExchange } => ({
    holder,
    clock,
    logger: silentLogger,
    configuration: { ...configuration.value, tradingEnabled: configuration.value.tradingEnabled && !market.isTradingOff },
    gateway: life.wrap("exchange", exchange),
    marketData: life.wrap("market", {
      bookTop: (symbol: string) => exchange.bookTop(symbol),
      orderBook: (symbol: string) => exchange.orderBook(symbol),
      closedCandles: async (..._asked: Parameters<MarketData["closedCandles"]>) =>
        answered(market.dayCandles ?? aDayOfCandles(closeTimeOfCycle(cycleId))),
      fundingRates: async () => answered(market.fundingRates ?? listed.map(({ symbol }) => ({ symbol, ratePer8Hours: 0.0001 }))),
      bookTops: async () => answered(market.bookTops ?? []),
      nextFunding: async () => answered(market.nextFunding ?? { rate: 0, timeMs: Number.POSITIVE_INFINITY }),
      extremesBetween: async () => answered(market.extremes ?? []),
      instruments: async () => answered(market.relisted ?? listed.map((instrument) => ({ ...instrument, ...market.instrument }))),
      serverTimeMs: async () => answered(market.serverTimeMs ?? clock.nowMs()),
    } satisfies Partial<MarketData> as unknown as MarketData),
    instruments: {
      async load() {
        instrumentReads++;
        return (savedInstruments.at(-1) ?? listed).map((instrument) => ({ ...instrument, ...market.instrument }));
      },
      save: async (given) => void savedInstruments.push(given),
    },
    cycles: auditedCycles(life.wrap("cycles", cycles), life.wrap("audit", audit), silentLogger),
    signals: life.wrap("signals", signalStore),
    decisions: life.wrap("decisions", decisions),
    positions: auditedPositions(life.wrap("positions", positions), life.wrap("audit", audit), clock, silentLogger),
    orders: auditedOrders(life.wrap("orders", orders), life.wrap("audit", audit), clock, silentLogger),
    trades: auditedTrades(life.wrap("trades", trades), life.wrap("audit", audit), silentLogger),
    control: auditedControl(life.wrap("control", control), () => life.wrap("audit", audit), clock, silentLogger),
    eventBus: toldOrLogged(life.wrap("bus", bus), silentLogger),
  });

  return {
    cycleId,
    /** What the exchange answers, to be changed between two deliveries. */
    market,
    clock,
    exchange,
    cycles,
    signals: signalStore,
    decisions,
    positions,
    orders,
    trades,
    control,
    audit,
    /** Lists of instruments that were read anew, in order. */
    savedInstruments,
    /** How often the list of instruments was read so far. */
    instrumentReads: () => instrumentReads,
    events: bus.events,
    cycle: async (id = cycleId) => {
      const cycle = await cycles.find(id);
      if (cycle === undefined) throw new Error("the cycle is gone");
      return cycle;
    },
    execute: (life = new Interruption(), holder?: string) => executeCycle(cycleId, dependencies(life, holder)),
    /** Analyzes the close so many candles later, seeing the open positions as given; the clock stands just after it. */
    async laterCycle(candles: number, seen: Partial<HeldView>, given: readonly Signal[] = []): Promise<CycleId> {
      const closeTimeMs = closeTimeOfCycle(cycleId) + candles * 900_000;
      const id = cycleIdOf(closeTimeMs);
      clock.advanceTo(closeTimeMs + 3_000);
      await cycles.create({ cycleId: id, closeTimeMs, shardCount: 1, symbols: listed.length, dispatchedAtMs: clock.nowMs() });
      const held = (await positions.open(configuration.value.bot)).map(
        ({ intent: { positionId, symbol, direction } }): HeldView => ({
          positionId,
          symbol,
          direction,
          closePrice: 50_000,
          atr: 100,
          swingPrice: undefined,
          confidence: 0.8,
          changedAgainstAtMs: undefined,
          ...seen,
        }),
      );
      await cycles.reportShard(id, aShardReport({ held }));
      const later = given.map((signal): Signal => ({ ...signal, cycleId: id, signalId: `${signal.signalId} later` }));
      await signalStore.putAll(later);
      await cycles.markAnalyzed(id, {
        analyzedAtMs: clock.nowMs(),
        complete: true,
        signals: later.length,
        signalsHash: signalsHashOf(later),
      });
      return id;
    },
    executeLater: (id: CycleId, life = new Interruption()) => executeCycle(id, dependencies(life)),
    guard: (life = new Interruption()) => guardPositions(dependencies(life)),
    switchTradingOff: () => {
      market.isTradingOff = true;
    },
    /** Lets a minute pass, as between two runs of the guard. */
    aMinuteLater: () => clock.advanceTo(clock.nowMs() + 60_000),
  };
}

export type TradingDesk = Awaited<ReturnType<typeof tradingDesk>>;

/** A desk whose one entry the exchange executed twice. */
export async function doubledEntry(): Promise<TradingDesk> {
  const desk = await tradingDesk();
  const { placeEntry } = desk.exchange;
  desk.exchange.placeEntry = async (intent) => {
    await placeEntry(intent);
    return placeEntry(intent);
  };
  await desk.execute();
  return desk;
}
