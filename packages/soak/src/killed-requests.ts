import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";

export class Killed extends Error {
  override readonly name = "Killed";
}

/**
 * The death of one invocation: at its nth request, before it leaves or after it was answered, and from then on nothing leaves any more.
 *
 * What the handler still computes afterwards has no effect, just as if its process were gone.
 */
export class Death {
  readonly happened: Promise<void>;
  private readonly die: () => void;
  private readonly atRequest: number;
  private readonly when: "before" | "after";
  private requests = 0;
  private isDead = false;

  constructor(atRequest: number, when: "before" | "after") {
    this.atRequest = atRequest;
    this.when = when;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.happened = promise;
    this.die = resolve;
  }

  /** True when the request must not leave. */
  leaves(): boolean {
    if (this.isDead) return true;
    this.requests++;
    if (this.requests !== this.atRequest || this.when === "after") return false;
    this.kill();
    return true;
  }

  /** True when the answer must not arrive. */
  arrives(numberOfRequest: number): boolean {
    if (!this.isDead && this.when === "after" && numberOfRequest === this.atRequest) this.kill();
    return this.isDead;
  }

  get count(): number {
    return this.requests;
  }

  private kill(): void {
    this.isDead = true;
    this.die();
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
    if (death.leaves()) request.destroy(new Killed("the invocation was killed before this request"));
    else numbers.set(request, { death, number: death.count });
  };
  const answered = (message: unknown) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const known = numbers.get(request);
    if (known?.death.arrives(known.number) === true) response.destroy(new Killed("the invocation was killed before this answer"));
  };
  subscribe("http.client.request.created", created);
  subscribe("http.client.response.finish", answered);
  return () => {
    unsubscribe("http.client.request.created", created);
    unsubscribe("http.client.response.finish", answered);
  };
}
