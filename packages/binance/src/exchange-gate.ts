import type { Clock } from "@winiswin/application/ports/clock";
import type { ExchangeBudget, SharedBudget } from "@winiswin/application/ports/exchange-budget";
import type { Logger } from "@winiswin/application/ports/logger";
import { type Ban, createBan } from "./ban.ts";
import { admit as admitThrough, after, type Circuit, closedCircuit } from "./circuit-breaker.ts";
import { type ClockOffset, createClockOffset } from "./clock-offset.ts";
import { createFrontDoor, type Doorkeeper, type Purpose } from "./front-door.ts";

/** Why a request was not sent, and when it may be. */
export interface Closed {
  /**
   * `banned`: the exchange said so. `firewall`, `region`: its front door turned us away. `spent`: this minute's weight is used up.
   * `resting`: the exchange fails and is left alone for a moment.
   */
  readonly why: "banned" | Doorkeeper | "spent" | "resting";
  readonly untilMs: number;
}

/** Everything that one process sends to an exchange passes here. */
export interface ExchangeGate {
  /** Undefined when the request may be sent now; `asProbe` when it may although the front door is closed: `letIn` says that it got through. */
  admit(weight: number, purpose: Purpose): Promise<Closed | "asProbe" | undefined>;
  /** The exchange answered something that makes sense, if only a refusal; with the weight that it counted when the request was sent. */
  answered(sentAtMs: number, usedWeight: number | undefined): void;
  /** No answer, or one that shows the exchange to be ill. */
  failed(): void;
  /** Keeps silence until then, and tells everybody. */
  banned(untilMs: number, reason: string): Promise<void>;
  /** Keeps silence before a front door that turned a request away, but for stops, closes and looks; gives the end and tells everybody. */
  turnedAway(by: Doorkeeper, purpose: Purpose, reason: string): Promise<number>;
  /** A probe was answered by the exchange itself: ends that silence for everybody. */
  letIn(): Promise<void>;
  /** The weight that the exchange reported in the clock's current minute; undefined when it reported none. */
  usedWeight(): number | undefined;
  /** How far the exchange's clock is from ours; here, because all clients of a process pass one gate. */
  readonly clockOffset: ClockOffset;
}

export interface ExchangeGateOptions {
  readonly clock: Clock;
  /** What is shared with other processes; without it the process knows only itself. */
  readonly budget?: ExchangeBudget;
  readonly ban?: Ban;
  readonly logger?: Logger;
}

const minuteMs = 60_000;

/**
 * How much of the exchange's 2,400 a minute may be used when a request of the purpose is sent. Analysis leaves 300 to the executor and the
 * guard: a guard's run weighs about 60 and an entry with its stop about 90.
 */
const ceilings: Readonly<Record<Purpose, number>> = { analysis: 2_100, entry: 2_300, protection: 2_400, look: 2_400, rescue: 2_400 };

/** Set aside at once: one write covers a shard's usual cycle, and a guard's run. */
const blockWeight = { analysis: 70, trading: 60 } as const;

/** Trading is counted, but never held back by what others have set aside and perhaps not used: the exchange's own count does that. */
const noCeiling = 1_000_000;

interface Pool {
  readonly block: number;
  readonly ceiling: number;
  minute: number;
  left: number;
  isSpent: boolean;
  refilling: Promise<void> | undefined;
}

const emptyPool = (block: number, ceiling: number): Pool => ({
  block,
  ceiling,
  minute: -1,
  left: 0,
  isSpent: false,
  refilling: undefined,
});

/** Ban, weight and circuit of one address; the first request of a process in a minute asks what the others know. */
export function createExchangeGate({ clock, budget, logger, ban = createBan(clock) }: ExchangeGateOptions): ExchangeGate {
  const pools = { analysis: emptyPool(blockWeight.analysis, ceilings.analysis), trading: emptyPool(blockWeight.trading, noCeiling) };
  const door = createFrontDoor(clock);
  let circuit: Circuit = closedCircuit;
  let counted: { readonly minute: number; readonly used: number } | undefined;

  const minuteAt = (atMs: number): number => Math.floor(atMs / minuteMs);
  const nextMinuteMs = (): number => (minuteAt(clock.nowMs()) + 1) * minuteMs;
  const countedNow = (): number | undefined => (counted?.minute === minuteAt(clock.nowMs()) ? counted.used : undefined);

  async function refill(pool: Pool, shared: ExchangeBudget, minute: number, weight: number): Promise<void> {
    const startMs = minute * minuteMs;
    if (pool.minute !== minute) Object.assign(pool, { minute, left: 0, isSpent: false });
    try {
      const wanted = Math.max(pool.block, weight);
      let answer = await shared.reserve(startMs, wanted, pool.ceiling);
      let given = wanted;
      // The last of the minute may be less than a block.
      if (!answer.granted && weight < wanted && answer.reservedWeight + weight <= pool.ceiling) {
        answer = await shared.reserve(startMs, weight, pool.ceiling);
        given = weight;
      }
      heed(answer);
      if (answer.granted) pool.left += given;
      else pool.isSpent = true;
      const used = countedNow();
      // Strangers behind our address, or a process that reserved nothing.
      if (used !== undefined && used > answer.reservedWeight) await shared.raise(startMs, used);
    } catch (error) {
      // Orders and stops matter more than the count of what they weigh, and the exchange's own count still holds.
      logger?.warn("the shared request weight cannot be read, so this minute goes on without it", {
        reason: error instanceof Error ? error.message : String(error),
      });
      pool.left = noCeiling;
    }
  }

  function heed({ bannedUntilMs, firewall }: SharedBudget): void {
    if (bannedUntilMs !== undefined) ban.extendTo(bannedUntilMs);
    if (firewall !== undefined) door.learn(firewall);
  }

  /** Whether the weight could be drawn from what is set aside. */
  async function draw(pool: Pool, shared: ExchangeBudget, weight: number): Promise<boolean> {
    // Of the minute in which it was asked: on a clock that runs fast the next one may have begun when the answer is there.
    const minute = minuteAt(clock.nowMs());
    for (;;) {
      if (pool.minute >= minute && pool.left >= weight) {
        pool.left -= weight;
        return true;
      }
      if (pool.minute >= minute && pool.isSpent) return false;
      pool.refilling ??= refill(pool, shared, Math.max(minute, pool.minute), weight).finally(() => {
        pool.refilling = undefined;
      });
      await pool.refilling;
    }
  }

  async function tellOfFirewall(met: "refused" | "passed", reason: string): Promise<void> {
    try {
      await budget?.metFirewall?.(met, clock.nowMs(), reason);
    } catch (error) {
      logger?.error("what the exchange's firewall did could not be told to the other functions", {
        met,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }

  const banned = (): Closed | undefined => {
    const untilMs = ban.activeUntilMs();
    return untilMs === undefined ? undefined : { why: "banned", untilMs };
  };

  /** A ban is absolute; the front door lets some things try. */
  async function passSilence(purpose: Purpose): Promise<Closed | "asProbe" | undefined> {
    const before = banned();
    if (before !== undefined) return before;
    const passage = await door.pass(purpose);
    if (typeof passage === "object") return { why: passage.by, untilMs: passage.untilMs };
    // One may have begun while a stop waited for its turn.
    return banned() ?? passage;
  }

  return {
    clockOffset: createClockOffset({ clock, logger }),

    async admit(weight, purpose) {
      let passage = await passSilence(purpose);
      if (typeof passage === "object") return passage;
      if ((countedNow() ?? 0) + weight > ceilings[purpose]) return { why: "spent", untilMs: nextMinuteMs() };
      const pool = purpose === "analysis" ? pools.analysis : pools.trading;
      if (budget !== undefined) {
        const isDrawn = await draw(pool, budget, weight);
        const learned = passage === "asProbe" ? banned() : await passSilence(purpose);
        if (typeof learned === "object") return learned;
        passage ??= learned;
        if (!isDrawn) return { why: "spent", untilMs: nextMinuteMs() };
      }
      // A stop or a close is tried however ill the exchange is.
      if (purpose !== "analysis" && purpose !== "entry") return passage;
      const verdict = admitThrough(circuit, clock.nowMs());
      circuit = verdict.circuit;
      if (verdict.waitUntilMs === undefined) return undefined;
      pool.left += weight;
      return { why: "resting", untilMs: verdict.waitUntilMs };
    },

    answered(sentAtMs, usedWeight) {
      circuit = after(circuit, { kind: "answered" });
      if (usedWeight !== undefined) counted = { minute: minuteAt(sentAtMs), used: usedWeight };
    },

    failed() {
      const next = after(circuit, { kind: "failed", atMs: clock.nowMs() });
      if (next.state === "open" && circuit.state !== "open") {
        logger?.warn("the exchange keeps failing and is left alone for a moment, but for stops and closes", {
          until: new Date(next.untilMs).toISOString(),
        });
      }
      circuit = next;
    },

    async banned(untilMs, reason) {
      ban.extendTo(untilMs);
      // Others may know of a longer one: what is left of this minute's blocks is not used before they were asked.
      for (const pool of [pools.analysis, pools.trading]) pool.minute = -1;
      try {
        await budget?.extendBan(untilMs, reason);
      } catch (error) {
        logger?.error("the ban could not be told to the other functions", {
          until: new Date(untilMs).toISOString(),
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    },

    async turnedAway(by, purpose, reason) {
      const untilMs = door.turnedAway(by, purpose);
      if (by === "firewall") await tellOfFirewall("refused", reason);
      return untilMs;
    },

    async letIn() {
      door.letIn();
      logger?.info("a request got through the exchange's front door again");
      await tellOfFirewall("passed", "");
    },

    usedWeight: countedNow,
  };
}
