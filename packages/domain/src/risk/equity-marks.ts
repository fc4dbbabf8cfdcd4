import { cycleTimeframe, dayOf } from "../cycle.ts";
import { asUsdt, type DecimalValue, decimal, type Usdt } from "../decimal.ts";
import { durationMs } from "../timeframe.ts";

/** What losses are measured from. */
export interface EquityMarks {
  /** The UTC day, `2026-11-21`. */
  readonly day: string;
  /** At midnight, as far as it is known; rather too high than too low. */
  readonly dayStartEquity: Usdt;
  readonly dayLowestEquity: Usdt;
  readonly peakEquity: Usdt;
  /** At the last look. */
  readonly equity: Usdt;
  readonly atMs: number;
}

export interface EquityLook {
  readonly equity: Usdt;
  /** Deposits less withdrawals since the former look. */
  readonly transfers: Usdt;
  readonly atMs: number;
}

const zero = decimal("0");
const hundred = decimal("100");
// Far more than the exchange's eight: a mark that shrank with an account that was almost emptied must grow again without a loss.
const decimals = 18;
const roundDown = 0;
const roundUp = 3;
const utcDayMs = 86_400_000;
/** Later than the first cycle of a day ever looks when nothing is wrong. */
const promptLookMs = 300_000;

export const nextUtcDayMs = (atMs: number): number => (Math.floor(atMs / utcDayMs) + 1) * utcDayMs;

/**
 * The marks after another look at the account.
 *
 * A transfer is neither profit nor loss: the former marks grow or shrink in the proportion in which it changed the equity, as the value of
 * a fund's share ignores what is paid in or out. A clock that went back opens no new day.
 */
export function markEquity(former: EquityMarks | undefined, look: EquityLook): EquityMarks {
  if (former === undefined) return freshMarks(look.equity, look);
  const growth = growthByTransfers(former.equity, look);
  // Nothing was left that a share could be counted in.
  if (growth === undefined) return freshMarks(larger(asUsdt(former.equity.plus(look.transfers)), look.equity), look);
  return carry(look.transfers.eq(zero) ? former : withGrowth(former, growth), look);
}

function freshMarks(startEquity: Usdt, { equity, atMs }: EquityLook): EquityMarks {
  return { day: dayOf(atMs), dayStartEquity: startEquity, dayLowestEquity: equity, peakEquity: startEquity, equity, atMs };
}

interface Growth {
  readonly of: DecimalValue;
  readonly to: DecimalValue;
}

/**
 * How the transfers changed the equity: as though the result since the former look came wholly before them, or wholly after. Nobody knows,
 * so it is the one with the larger loss.
 */
function growthByTransfers(formerEquity: Usdt, { equity, transfers }: EquityLook): Growth | undefined {
  if (transfers.eq(zero)) return { of: formerEquity, to: formerEquity };
  if (!formerEquity.gt(zero)) return undefined;
  const resultFirst = { of: equity.minus(transfers), to: equity };
  const resultLast = { of: formerEquity, to: formerEquity.plus(transfers) };
  const isLarger = (growth: Growth, than: Growth | undefined) =>
    than === undefined || growth.to.times(than.of).gt(than.to.times(growth.of));
  return [resultFirst, resultLast]
    .filter(({ of, to }) => of.gt(zero) && to.gt(zero))
    .reduce<Growth | undefined>((largest, growth) => (isLarger(growth, largest) ? growth : largest), undefined);
}

/** Rounded so that no loss becomes smaller by it. */
function withGrowth(marks: EquityMarks, { of, to }: Growth): EquityMarks {
  const grown = (mark: Usdt, rounding: 0 | 3): Usdt => asUsdt(mark.times(to).div(of).round(decimals, rounding));
  return {
    ...marks,
    dayStartEquity: grown(marks.dayStartEquity, roundUp),
    dayLowestEquity: grown(marks.dayLowestEquity, roundDown),
    peakEquity: grown(marks.peakEquity, roundUp),
    equity: grown(marks.equity, roundUp),
  };
}

function carry(former: EquityMarks, { equity, atMs }: EquityLook): EquityMarks {
  const day = dayOf(atMs);
  const peakEquity = larger(former.peakEquity, equity);
  if (day > former.day) {
    // Nobody saw midnight: what was lost around it counts for the new day, rather than for none.
    const dayStartEquity = hasSeenMidnight(former.atMs, atMs) ? equity : larger(former.equity, equity);
    return { day, dayStartEquity, dayLowestEquity: equity, peakEquity, equity, atMs };
  }
  return {
    ...former,
    dayLowestEquity: smaller(former.dayLowestEquity, equity),
    peakEquity,
    equity,
    atMs: Math.max(former.atMs, atMs),
  };
}

function hasSeenMidnight(formerAtMs: number, atMs: number): boolean {
  const midnightMs = nextUtcDayMs(atMs) - utcDayMs;
  return atMs <= midnightMs + promptLookMs && formerAtMs >= midnightMs - durationMs(cycleTimeframe);
}

/** The drawdown counts from here on: what a person accepts who resumes after it. */
export const withPeakReset = (marks: EquityMarks): EquityMarks => ({ ...marks, peakEquity: marks.equity });

/** How far `equity` lies below `from`, in percent of it; negative above it. */
export const lossPercent = (from: Usdt, equity: Usdt): DecimalValue =>
  from.gt(zero) ? from.minus(equity).times(hundred).div(from) : equity.lt(zero) ? hundred : zero;

const larger = (first: Usdt, second: Usdt): Usdt => (first.gt(second) ? first : second);
const smaller = (first: Usdt, second: Usdt): Usdt => (first.lt(second) ? first : second);
