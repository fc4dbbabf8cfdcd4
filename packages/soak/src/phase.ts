export interface SoakPhases {
  readonly startMs: number;
  readonly troubledCycles: number;
  readonly calmCycles: number;
}

export interface Phase {
  /** Counts troubled and calm stretches together. */
  readonly number: number;
  readonly isTroubled: boolean;
  /** The last instants of a calm, before the next cycle is dispatched. */
  readonly isCheck: boolean;
  /** Eight minutes after a close, in trouble or calm: what must hold at every moment is looked at once a cycle. */
  readonly isEveryCycle: boolean;
}

const cycleMs = 900_000;
const minuteMs = 60_000;

/** Trouble begins and ends five minutes after a close, in the middle of everything; the books are looked at eight minutes after one. */
export function phaseAt({ startMs, troubledCycles, calmCycles }: SoakPhases, nowMs: number): Phase {
  const roundMs = (troubledCycles + calmCycles) * cycleMs;
  const sinceMs = nowMs - startMs - 5 * minuteMs;
  const isEveryCycle = (nowMs - startMs) % cycleMs === 8 * minuteMs;
  if (sinceMs < 0) return { number: 0, isTroubled: false, isCheck: false, isEveryCycle };
  const round = Math.floor(sinceMs / roundMs);
  const intoMs = sinceMs - round * roundMs;
  const isTroubled = intoMs < troubledCycles * cycleMs;
  return {
    number: 1 + 2 * round + (isTroubled ? 0 : 1),
    isTroubled,
    // One instant a round: guards run at whole minutes.
    isEveryCycle,
    isCheck: !isTroubled && intoMs === roundMs - cycleMs + 3 * minuteMs,
  };
}
