import type { Candle } from "@winiswin/domain/candle";
import { type CycleId, closeTimeOfCycle, cycleTimeframe } from "@winiswin/domain/cycle";
import type { ClosedTrade } from "@winiswin/domain/risk/closed-trade";
import { dayCandleCount } from "@winiswin/domain/risk/day-volume";
import type { EquityMarks } from "@winiswin/domain/risk/equity-marks";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { MarketData } from "../../ports/market-data.ts";
import { watchAccount } from "../account/account-watch.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { unlessAway } from "../unless-away.ts";

/** What the review of every signal of a cycle shares, so that it is read once. */
export interface ReviewFacts extends AccountFacts {
  /** By symbol, of those with a signal; fraction of the notional per 8 hours. */
  readonly fundingRates: Readonly<Record<string, number>>;
}

/** The part of it that the ranking need not be known for. */
export interface AccountFacts {
  readonly closedTrades: readonly ClosedTrade[];
  readonly equityMarks: EquityMarks | undefined;
  /** How far the exchange's clock is ahead of ours; undefined when it did not tell its own. */
  readonly clockOffsetMs: number | undefined;
  /** The candles of the last 24 hours up to the close of the cycle, each symbol asked for once (weight 1); undefined when unanswered. */
  dayCandles(symbol: string): Promise<readonly Candle[] | undefined>;
}

/** More than a day can hold with every slot turned over in every candle is not looked at. */
const tradesLookedAt = 300;

export async function collectAccountFacts(
  cycleId: CycleId,
  dependencies: ExecutionDependencies & {
    readonly marketData: Pick<MarketData, "closedCandles" | "serverTimeMs">;
  },
  /** Closed and not yet among the recorded ones. */
  unrecorded: readonly ClosedTrade[] = [],
): Promise<AccountFacts> {
  const { trades, configuration, marketData, logger } = dependencies;
  const closedTrades = [...unrecorded, ...(await trades.latest(configuration.bot, tradesLookedAt))];
  const asked = new Map<string, Promise<readonly Candle[] | undefined>>();
  async function read(symbol: string): Promise<readonly Candle[] | undefined> {
    try {
      return await marketData.closedCandles(symbol, cycleTimeframe, dayCandleCount, closeTimeOfCycle(cycleId));
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      logger.warn("the candles of the day could not be read", { symbol, reason: error.message });
      return undefined;
    }
  }
  const [equityMarks, clockOffsetMs] = await Promise.all([watchAccount(closedTrades, dependencies), clockOffsetOf(dependencies)]);
  return {
    closedTrades,
    equityMarks,
    clockOffsetMs,
    dayCandles(symbol) {
      const candles = asked.get(symbol) ?? read(symbol);
      asked.set(symbol, candles);
      return candles;
    },
  };
}

/** Against the middle of the round trip, of which half may be the error: a slow answer is no proof of a wrong clock. */
async function clockOffsetOf({ clock, marketData }: Pick<ExecutionDependencies, "clock" | "marketData">): Promise<number | undefined> {
  const askedAtMs = clock.nowMs();
  const serverTimeMs = await unlessAway(() => marketData.serverTimeMs());
  if (serverTimeMs === undefined) return undefined;
  const roundTripMs = clock.nowMs() - askedAtMs;
  const measuredMs = serverTimeMs - (askedAtMs + roundTripMs / 2);
  return Math.sign(measuredMs) * Math.max(0, Math.abs(measuredMs) - roundTripMs / 2);
}
