import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { type Activity, currentActivity } from "@winiswin/local/activity";

export class Killed extends Error {
  override readonly name = "Killed";
}

/**
 * The death of one invocation: at its nth request, before it leaves or after it was answered, and from then on nothing leaves any more.
 *
 * What the handler still computes afterwards has no effect, just as if its process were gone.
 */
export class Death {
  private readonly atRequest: number;
  private readonly when: "before" | "after";
  private requests = 0;
  private isDead = false;
  private activity: Activity | undefined;

  constructor(atRequest: number, when: "before" | "after") {
    this.atRequest = atRequest;
    this.when = when;
  }

  /** True when the request must not leave. */
  forbids(activity: Activity | undefined): boolean {
    this.activity = activity;
    if (this.isDead) return true;
    this.requests++;
    if (this.requests !== this.atRequest || this.when === "after") return false;
    this.kill();
    return true;
  }

  answered(numberOfRequest: number): void {
    if (!this.isDead && this.when === "after" && numberOfRequest === this.atRequest) this.kill();
  }

  get count(): number {
    return this.requests;
  }

  get happened(): boolean {
    return this.isDead;
  }

  private kill(): void {
    this.isDead = true;
    this.activity?.kill(new Killed("the invocation was killed"));
  }
}

const dying = new AsyncLocalStorage<Death>();

export const withDeath = <Value>(death: Death, run: () => Value): Value => dying.run(death, run);

/** Lets deaths happen to requests of Node's HTTP client, which AWS and the exchange are asked with; returns how to stop. */
export function watchForDeaths(): () => void {
  const numbers = new WeakMap<ClientRequest, { readonly death: Death; readonly number: number }>();
  const created = (message: unknown) => {
    const death = dying.getStore();
    if (death === undefined) return;
    const { request } = message as { request: ClientRequest };
    if (death.forbids(currentActivity())) request.destroy(new Killed("the invocation was killed before this request"));
    else numbers.set(request, { death, number: death.count });
  };
  const answered = (message: unknown) => {
    const known = numbers.get((message as { request: ClientRequest }).request);
    // The answer itself arrives: a promise that never ends could be shared with invocations that live, which share this process.
    known?.death.answered(known.number);
  };
  subscribe("http.client.request.created", created);
  subscribe("http.client.response.finish", answered);
  return () => {
    unsubscribe("http.client.request.created", created);
    unsubscribe("http.client.response.finish", answered);
  };
}
