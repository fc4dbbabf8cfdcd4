import { dayOf } from "../cycle.ts";
import { asUsdt, type DecimalValue, decimal, type Usdt } from "../decimal.ts";

/** What losses are measured from. */
export interface EquityMarks {
  /** The UTC day, `2026-11-21`. */
  readonly day: string;
  /** At the first look of the day. */
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
const decimals = 8;
const utcDayMs = 86_400_000;

export const nextUtcDayMs = (atMs: number): number => (Math.floor(atMs / utcDayMs) + 1) * utcDayMs;

/**
 * The marks after another look at the account.
 *
 * A transfer is neither profit nor loss: the former marks grow or shrink in the proportion in which it changed the equity, as the value of
 * a fund's share ignores what is paid in or out. A clock that went back opens no new day.
 */
export function markEquity(former: EquityMarks | undefined, { equity, transfers, atMs }: EquityLook): EquityMarks {
  const day = dayOf(atMs);
  const afresh: EquityMarks = { day, dayStartEquity: equity, dayLowestEquity: equity, peakEquity: equity, equity, atMs };
  const before = equity.minus(transfers);
  if (former === undefined || !equity.gt(zero) || !before.gt(zero))
    return former === undefined || !transfers.eq(zero) ? afresh : carry(former, afresh);
  const adjusted = (mark: Usdt): Usdt => (transfers.eq(zero) ? mark : asUsdt(mark.times(equity).div(before).round(decimals)));
  return carry(
    {
      ...former,
      dayStartEquity: adjusted(former.dayStartEquity),
      dayLowestEquity: adjusted(former.dayLowestEquity),
      peakEquity: adjusted(former.peakEquity),
    },
    afresh,
  );
}

function carry(former: EquityMarks, now: EquityMarks): EquityMarks {
  const peakEquity = larger(former.peakEquity, now.equity);
  if (now.day > former.day) return { ...now, peakEquity };
  return {
    day: former.day,
    dayStartEquity: former.dayStartEquity,
    dayLowestEquity: smaller(former.dayLowestEquity, now.equity),
    peakEquity,
    equity: now.equity,
    atMs: Math.max(former.atMs, now.atMs),
  };
}

/** The drawdown counts from here on: what a person accepts who resumes after it. */
export const withPeakReset = (marks: EquityMarks): EquityMarks => ({ ...marks, peakEquity: marks.equity });

/** How far `equity` lies below `from`, in percent of it; negative above it. */
export const lossPercent = (from: Usdt, equity: Usdt): DecimalValue =>
  from.gt(zero) ? from.minus(equity).times(hundred).div(from) : equity.lt(zero) ? hundred : zero;

const larger = (first: Usdt, second: Usdt): Usdt => (first.gt(second) ? first : second);
const smaller = (first: Usdt, second: Usdt): Usdt => (first.lt(second) ? first : second);
