import type { Clock } from "@winiswin/application/ports/clock";
import type { Logger } from "@winiswin/application/ports/logger";

/** Asks the exchange what time it has; undefined when it does not say. Must not throw. */
export type AskServerTime = () => Promise<number | undefined>;

/** How far the exchange's clock is ahead of ours, measured once for everything of a process that sends to one exchange. */
export interface ClockOffset {
  /** To be added to our clock; 0 before it was measured. */
  currentMs(): number;
  /** Measures unless that was done lately; whoever comes meanwhile waits for the same answer. A measurement that fails is let go. */
  refresh(ask: AskServerTime): Promise<void>;
  /** Measures in any case, because the exchange refused a timestamp. */
  measure(ask: AskServerTime): Promise<void>;
}

const minuteMs = 60_000;
/** Clocks that nobody sets drift by a second or two a day. */
const goodForMs = 30 * minuteMs;
/** How soon a measurement that failed is tried again. */
const failedForMs = minuteMs;
/** The exchange takes what is less than a second ahead and as old as the receive window: half of the first is worth a word. */
const noteworthyMs = 500;
/** A clock that is further off is not a matter of drift: somebody must set it, because candles close by it too. */
const largestMs = 10 * minuteMs;

export function createClockOffset({ clock, logger }: { readonly clock: Clock; readonly logger?: Logger | undefined }): ClockOffset {
  let offsetMs = 0;
  let dueFromMs = Number.NEGATIVE_INFINITY;
  let measuredAtMs = Number.NEGATIVE_INFINITY;
  let measuring: Promise<void> | undefined;
  let isTold = false;

  async function measureWith(ask: AskServerTime): Promise<void> {
    const askedAtMs = clock.nowMs();
    const serverTimeMs = await ask();
    const answeredAtMs = clock.nowMs();
    measuredAtMs = answeredAtMs;
    dueFromMs = answeredAtMs + (serverTimeMs === undefined ? failedForMs : goodForMs);
    if (serverTimeMs === undefined) return;
    const measuredMs = serverTimeMs - (askedAtMs + answeredAtMs) / 2;
    if (Math.abs(measuredMs) > largestMs) {
      if (!isTold) logger?.error("our clock differs from the exchange's by more than ten minutes and must be set", told(measuredMs));
      isTold = true;
      return;
    }
    // An offset within the round trip is as likely as its middle, and on a clock that runs fast that middle may be seconds off.
    if (Math.abs(measuredMs - offsetMs) > (answeredAtMs - askedAtMs) / 2) offsetMs = measuredMs;
    const isNoteworthy = Math.abs(offsetMs) > noteworthyMs;
    if (isNoteworthy && !isTold) logger?.warn("our clock differs from the exchange's and is corrected for signed requests", told(offsetMs));
    isTold = isNoteworthy;
  }

  const measure = (ask: AskServerTime): Promise<void> => {
    measuring ??= measureWith(ask).finally(() => {
      measuring = undefined;
    });
    return measuring;
  };

  return {
    currentMs: () => offsetMs,
    measure,
    async refresh(ask) {
      const nowMs = clock.nowMs();
      // A clock that was set back is a new one.
      if (nowMs >= measuredAtMs && nowMs < dueFromMs) return;
      await measure(ask);
    },
  };
}

const told = (offsetMs: number) => ({ offsetMs: Math.round(offsetMs) });
