import type { Clock } from "@winiswin/application/ports/clock";

/** What a request is for: the closer to an open position, the later it is held back. */
export type Purpose =
  | "analysis"
  | "entry"
  | "protection"
  /** Reads what is open and what protects it, with which all protecting begins. */
  | "look"
  /** Places a stop or closes a position. */
  | "rescue";

/** Who turns a request away before the exchange sees it: its web firewall (HTTP 403), or the law where we are (HTTP 451). */
export type Doorkeeper = "firewall" | "region";

/** Neither says for how long; these are guesses of ours, unlike a ban. */
const silenceMs: Readonly<Record<Doorkeeper, number>> = { firewall: 120_000, region: 300_000 };
/** So often something is tried all the same: a position without a stop is worse than a silence that becomes longer. */
const rescueEveryMs = 5_000;
const lookEveryMs = 20_000;
/** How often a stop that waits for its turn looks whether the one before got through. */
const waitStepMs = 500;

export interface ClosedDoor {
  readonly by: Doorkeeper;
  readonly untilMs: number;
}

/** Silence before an exchange whose front door turned us away, through which stops, closes and looks are still tried sparingly. */
export interface FrontDoor {
  /** Undefined when the door is open; `asProbe`: the answer says whether it is. A stop or a close waits for its turn, five seconds at most. */
  pass(purpose: Purpose): Promise<ClosedDoor | "asProbe" | undefined>;
  /** Gives the end of the silence. */
  turnedAway(by: Doorkeeper, purpose: Purpose): number;
  /** A probe got through. */
  letIn(): void;
  /** What others behind the same address met at the firewall. */
  learn(met: { readonly refusedAtMs: number; readonly passedAtMs: number }): void;
}

export function createFrontDoor(clock: Clock): FrontDoor {
  let closed: { readonly by: Doorkeeper; readonly sinceMs: number } | undefined;
  let openedAtMs = 0;
  let rescuedAtMs = Number.NEGATIVE_INFINITY;
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const closedDoor = (): ClosedDoor | undefined => {
    if (closed === undefined) return undefined;
    const nowMs = clock.nowMs();
    const untilMs = closed.sinceMs + silenceMs[closed.by];
    // A clock that was set back would make two minutes into hours.
    return closed.sinceMs <= nowMs && nowMs < untilMs ? { by: closed.by, untilMs } : undefined;
  };

  async function passToRescue(): Promise<ClosedDoor | "asProbe" | undefined> {
    const patienceEndsMs = clock.nowMs() + rescueEveryMs;
    for (;;) {
      const door = closedDoor();
      const nowMs = clock.nowMs();
      if (door === undefined) return undefined;
      const turnMs = rescuedAtMs + rescueEveryMs;
      if (nowMs >= turnMs || nowMs < rescuedAtMs) {
        rescuedAtMs = nowMs;
        return "asProbe";
      }
      // Another one took the turn.
      if (nowMs >= patienceEndsMs) return door;
      await clock.sleepUntil(Math.min(turnMs, nowMs + waitStepMs));
    }
  }

  return {
    async pass(purpose) {
      const door = closedDoor();
      if (door === undefined) return undefined;
      if (purpose === "rescue") return passToRescue();
      const nowMs = clock.nowMs();
      if (purpose !== "look" || nowMs < lookedAtMs + lookEveryMs) return door;
      lookedAtMs = nowMs;
      return "asProbe";
    },

    turnedAway(by, purpose) {
      const sinceMs = clock.nowMs();
      closed = { by, sinceMs };
      lookedAtMs = sinceMs;
      if (purpose === "rescue") rescuedAtMs = sinceMs;
      return sinceMs + silenceMs[by];
    },

    letIn() {
      closed = undefined;
      openedAtMs = clock.nowMs();
    },

    learn({ refusedAtMs, passedAtMs }) {
      if (closed?.by === "firewall" && passedAtMs > closed.sinceMs) closed = undefined;
      if (refusedAtMs <= Math.max(passedAtMs, openedAtMs, closed?.sinceMs ?? 0)) return;
      closed = { by: "firewall", sinceMs: refusedAtMs };
      lookedAtMs = Math.max(lookedAtMs, refusedAtMs);
    },
  };
}
