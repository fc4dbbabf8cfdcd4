import { type Clock, sleepFor } from "../../ports/clock.ts";
import type { ControlStore, Lease } from "../../ports/control-store.ts";

/** Shorter than the guard's bound for a naked position, so that a crashed holder cannot keep the guard away for long. */
const leaseDurationMs = 30_000;

/** Thrown when the right to write was lost meanwhile: whoever holds it now goes on from what is stored. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** Thrown to have the queue deliver the work again: another writer holds the account. */
export class AccountBusy extends Error {
  override readonly name = "AccountBusy";
}

/** The right to change one account: one writer at a time. */
export interface AccountLease {
  /** Call before every step that changes something; throws LeaseLost when another writer has taken over. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

/** As long as a crashed writer's lease lasts, and then some. */
const patienceMs = 35_000;
const patiencePauseMs = 1_000;

/** Waits for the lease while somebody else writes; undefined when that takes too long. */
export async function waitForAccountLease(
  control: ControlStore,
  clock: Clock,
  account: string,
  holder: string,
): Promise<AccountLease | undefined> {
  const untilMs = clock.nowMs() + patienceMs;
  for (;;) {
    const lease = await takeAccountLease(control, clock, account, holder);
    if (lease !== undefined || clock.nowMs() >= untilMs) return lease;
    await sleepFor(clock, patiencePauseMs);
  }
}

/** Undefined while somebody else writes. */
export async function takeAccountLease(
  control: ControlStore,
  clock: Clock,
  account: string,
  holder: string,
): Promise<AccountLease | undefined> {
  const name = `lease#${account}`;
  let lease: Lease | undefined = await control.acquireLease(name, holder, clock.nowMs(), leaseDurationMs);
  if (lease === undefined) return undefined;
  return {
    async renew() {
      if (lease !== undefined && lease.expiresAtMs - clock.nowMs() > leaseDurationMs / 2) return;
      const former = lease;
      lease = await control.acquireLease(name, holder, clock.nowMs(), leaseDurationMs);
      if (lease === undefined || former === undefined) throw new LeaseLost(`the lease of ${account} went to another writer`);
      // The number grows with every taking: a gap means that somebody wrote in between, even if the lease is free again by now.
      if (lease.fencing === former.fencing + 1) return;
      const stolen = lease;
      lease = undefined;
      await control.releaseLease(stolen);
      throw new LeaseLost(`another writer held the lease of ${account} meanwhile`);
    },
    async release() {
      if (lease !== undefined) await control.releaseLease(lease);
    },
  };
}
