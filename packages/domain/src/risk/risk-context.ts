import type { Candle } from "../candle.ts";
import type { DecimalValue, Price, Quantity, Usdt } from "../decimal.ts";
import type { Direction } from "../direction.ts";
import type { Instrument } from "../instrument.ts";
import type { ClosedTrade } from "./closed-trade.ts";
import type { EquityMarks } from "./equity-marks.ts";
import type { SymbolBlock } from "./symbol-block.ts";

/** Candles are those of the cycle (15 minutes). A count of 0 switches the protection off. */
export interface RiskLimits {
  readonly maximumPositions: number;
  readonly maximumCycleAgeMs: number;
  readonly maximumClockOffsetMs: number;
  readonly minimumListingAgeDays: number;
  readonly delistingNoticeDays: number;
  /** Percent of the mid price. */
  readonly maximumSpreadPercent: DecimalValue;
  /** How far the price may have left the signal's entry, as a fraction of the stop distance. */
  readonly maximumEntryDriftFraction: DecimalValue;
  /** The least distance to the stop in times of what fees, slippage and spread cost. */
  readonly minimumStopCostMultiple: DecimalValue;
  /** What filling the order may cost against the mid price, as a fraction of the stop distance. */
  readonly maximumImpactFraction: DecimalValue;
  /** How far the liquidation price must lie beyond the stop, as a fraction of the stop distance. */
  readonly liquidationBufferFraction: DecimalValue;
  /** Sum of absolute notional over equity. */
  readonly maximumGrossExposure: DecimalValue;
  /** Long less short notional, absolute, over equity. */
  readonly maximumNetExposure: DecimalValue;
  /** Sum of the notional that moves together over equity. */
  readonly maximumGroupExposure: DecimalValue;
  /** Correlation of returns from which two symbols move together; 0 to 1. */
  readonly groupCorrelation: number;
  /** In USDT. */
  readonly minimumDayVolume: number;
  /** What the position would pay every 8 hours, in percent of the notional. */
  readonly maximumFundingPercent: number;
  readonly cooldownCandles: number;
  readonly stopLossGuard: { readonly stops: number; readonly withinCandles: number; readonly pauseCandles: number };
  readonly lowProfit: { readonly trades: number; readonly maximumLossR: number; readonly pauseCandles: number };
  /** Percent of the equity at the start of the UTC day. */
  readonly maximumDailyLossPercent: DecimalValue;
  /** Percent of the highest equity. */
  readonly maximumDrawdownPercent: DecimalValue;
}

/** Something that is open or being opened on the account. */
export interface Exposure {
  readonly symbol: string;
  readonly direction: Direction;
  /** Absolute. */
  readonly notional: Usdt;
}

export interface BookLevel {
  readonly price: Price;
  readonly quantity: Quantity;
}

/** The best levels of each side, the best first. */
export interface OrderBook {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

/**
 * What the review looks at beside the intent.
 *
 * Undefined or absent means that it could not be learnt: a protection that needs it refuses and says so, unless it is switched off.
 */
export interface RiskContext {
  readonly nowMs: number;
  readonly cycleCloseTimeMs: number;
  /** How far the exchange's clock is ahead of ours. */
  readonly clockOffsetMs: number | undefined;
  /** Whose signal it is. */
  readonly strategy: string;
  readonly tradingEnabled: boolean;
  readonly haltReason: string | undefined;
  readonly instrument: Instrument;
  readonly bidPrice: Price;
  readonly askPrice: Price;
  readonly book: OrderBook | undefined;
  readonly equity: Usdt;
  readonly availableBalance: Usdt;
  /** Everything that is open or being opened on the account, whoever opened it. */
  readonly exposures: readonly Exposure[];
  readonly frozenSymbols: ReadonlySet<string>;
  readonly symbolBlocks: readonly SymbolBlock[];
  /** In any order, at least those that closed within the longest look-back of the limits. */
  readonly closedTrades: readonly ClosedTrade[] | undefined;
  readonly equityMarks: EquityMarks | undefined;
  /** The cycle's candles of the last 24 hours, ascending, of the symbol and of those that are open. */
  readonly dayCandles: ReadonlyMap<string, readonly Candle[]>;
  /** Fraction of the notional that a long pays a short every 8 hours. */
  readonly fundingRatePer8Hours: number | undefined;
  readonly limits: RiskLimits;
}
