import { asUsdt, type Usdt, zeroUsdt } from "../decimal.ts";
import { type EquityMarks, markEquity, withPeakReset } from "./equity-marks.ts";

/** How late the exchange may tell of a transfer, so that it is still counted where it belongs. */
export const transferHorizonMs = 3_600_000;

/**
 * How far the time of a transfer may lie from the moment in which the balance showed it: the exchange states whole seconds, its clock is
 * not ours, and a balance may be read from a copy that lags.
 */
export const transferFogMs = 5_000;

/** An hour of looks is five; a clock that was set back could keep them for ever. */
const mostLooks = 50;

/** A deposit, or a withdrawal below zero. */
export interface Transfer {
  readonly id: string;
  readonly amount: Usdt;
  readonly timeMs: number;
}

export interface AccountLook {
  readonly equity: Usdt;
  /** The equity is that of some moment between the two. */
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  /** A person had accepted the loss by then, so the drawdown counts from this look. */
  readonly resetsPeak: boolean;
}

/** What the marks are told from anew at each look, so that a transfer that the exchange tells late is counted at its own time. */
export interface EquityHistory {
  /** The marks before all of `looks`; no transfer up to their instant is to come any more. Undefined before the first. */
  readonly settled: EquityMarks | undefined;
  readonly looks: readonly AccountLook[];
  /** Since the settled marks; kept, because what was told once may be missing in the next answer. */
  readonly transfers: readonly Transfer[];
}

export const nothingSeen: EquityHistory = { settled: undefined, looks: [], transfers: [] };

/** From when on transfers matter; undefined before the first look. */
export function transfersSinceMs({ settled, looks }: EquityHistory): number | undefined {
  if (settled !== undefined) return settled.atMs + 1;
  return looks[0] && looks[0].askedAtMs - transferFogMs;
}

/** The latest transfer of which nobody can say whether the look saw it. */
export const ambiguousTransfer = (look: AccountLook, transfers: readonly Transfer[]): Transfer | undefined =>
  transfers.filter((transfer) => isInFogOf(look, transfer)).reduce<Transfer | undefined>(later, undefined);

const isInFogOf = ({ askedAtMs, answeredAtMs }: AccountLook, { timeMs }: Transfer): boolean =>
  timeMs >= askedAtMs - transferFogMs && timeMs <= answeredAtMs + transferFogMs;

const later = (latest: Transfer | undefined, other: Transfer): Transfer =>
  latest === undefined || other.timeMs > latest.timeMs ? other : latest;

export interface MarkedLook {
  readonly look: AccountLook;
  /** A transfer lies so near that the look may or may not have seen it: it is left out, and the marks stay those of the look before. */
  readonly isLeftOut: boolean;
  readonly marks: EquityMarks | undefined;
}

/** The marks after each look in turn, with every transfer counted at its own time. */
export function markLooks({ settled, looks, transfers }: EquityHistory): readonly MarkedLook[] {
  let marks = settled;
  return looks.map((look) => {
    const isLeftOut = ambiguousTransfer(look, transfers) !== undefined;
    if (!isLeftOut) {
      const { equity, answeredAtMs: atMs } = look;
      marks = markEquity(marks, { equity, transfers: marks === undefined ? zeroUsdt : sumBetween(transfers, marks.atMs, atMs), atMs });
    }
    if (look.resetsPeak && marks !== undefined) marks = withPeakReset(marks);
    return { look, isLeftOut, marks };
  });
}

const sumBetween = (transfers: readonly Transfer[], afterMs: number, untilMs: number): Usdt =>
  transfers
    .filter(({ timeMs }) => timeMs > afterMs && timeMs <= untilMs)
    .reduce<Usdt>((sum, { amount }) => asUsdt(sum.plus(amount)), zeroUsdt);

/** The history with another look and all that is told of transfers by now; what is too old for a late transfer becomes settled. */
export function withLook(history: EquityHistory, look: AccountLook, told: readonly Transfer[]): EquityHistory {
  const transfers = [...new Map([...history.transfers, ...told].map((transfer) => [transfer.id, transfer])).values()];
  return settle({ ...history, looks: [...history.looks, look], transfers }, look.answeredAtMs);
}

function settle(history: EquityHistory, nowMs: number): EquityHistory {
  const { looks, transfers } = history;
  const untilMs = nowMs - transferHorizonMs - transferFogMs;
  const firstKept = looks.findIndex(({ answeredAtMs }, index) => answeredAtMs > untilMs && index >= looks.length - mostLooks);
  const settled = firstKept === 0 ? history.settled : markLooks(history)[firstKept - 1]?.marks;
  const kept = { settled, looks: looks.slice(firstKept), transfers };
  const sinceMs = transfersSinceMs(kept) ?? Number.NEGATIVE_INFINITY;
  return { ...kept, transfers: transfers.filter(({ timeMs }) => timeMs >= sinceMs) };
}

/**
 * Whether what `reaches` a limit was only a transfer that was told late: one is told now that lies before the newest look of `former`, and
 * with it no look since the one at `sinceMs` reaches the limit any more.
 */
export function isRefutedByLateTransfer(
  former: EquityHistory,
  now: EquityHistory,
  sinceMs: number,
  reaches: (marks: EquityMarks) => boolean,
): boolean {
  const known = new Set(former.transfers.map(({ id }) => id));
  const formerMs = former.looks.at(-1)?.answeredAtMs ?? Number.NEGATIVE_INFINITY;
  if (!now.transfers.some(({ id, timeMs }) => !known.has(id) && timeMs <= formerMs + transferFogMs)) return false;
  const marked = markLooks(now);
  const since = marked.findIndex(({ look }) => look.answeredAtMs === sinceMs);
  return since >= 0 && marked.slice(since).every(({ isLeftOut, marks }) => isLeftOut || marks === undefined || !reaches(marks));
}
