import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

/** What one invocation is doing at the moment; it stands still when it sleeps on the clock and waits for no answer. */
export class Activity {
  private sleeping = 0;
  private requests = 0;
  private readonly changed: () => void;
  readonly functionName: string | undefined;
  private stoodStillMs = 0;
  private stillSince: number | undefined;
  private readonly end = Promise.withResolvers<Error>();
  /** Resolves when the invocation is killed: nobody waits for it any more, whatever it still does. */
  readonly killed: Promise<Error> = this.end.promise;

  constructor(changed: () => void, functionName?: string) {
    this.changed = changed;
    this.functionName = functionName;
  }

  /** Real milliseconds it has spent waiting for the clock alone. */
  stillMs(): number {
    return this.stoodStillMs + (this.stillSince === undefined ? 0 : performance.now() - this.stillSince);
  }

  standsStill(): boolean {
    return this.sleeping > 0 && this.requests === 0;
  }

  kill(reason: Error): void {
    this.end.resolve(reason);
  }

  sleeps(count: 1 | -1): void {
    this.sleeping += count;
    this.reckon();
    this.changed();
  }

  asks(count: 1 | -1): void {
    this.requests += count;
    this.reckon();
    this.changed();
  }

  private reckon(): void {
    if (this.standsStill() === (this.stillSince !== undefined)) return;
    if (this.stillSince === undefined) {
      this.stillSince = performance.now();
      return;
    }
    this.stoodStillMs += performance.now() - this.stillSince;
    this.stillSince = undefined;
  }
}

const current = new AsyncLocalStorage<Activity>();

export const withActivity = <Value>(activity: Activity, run: () => Value): Value => current.run(activity, run);

/** The activity of the invocation from which this is called; undefined outside of one. */
export const currentActivity = (): Activity | undefined => current.getStore();

/**
 * Counts the HTTP requests of every invocation, whichever client makes them, and tells whom they go to; returns how to stop.
 *
 * A handler may sleep in one branch and wait for an answer in another: time must not be advanced before that answer is there.
 */
export function countRequests(onRequest: (host: string) => void = () => undefined): () => void {
  const ofFetch = new WeakMap<object, Activity>();

  const nodeStarted = (message: unknown) => {
    const activity = currentActivity();
    if (activity === undefined) return;
    const { request } = message as { request: ClientRequest };
    // One that was given up before it left may have told its end already.
    if (request.destroyed) return;
    activity.asks(1);
    onRequest(String(request.getHeader("host")));
    request.once("close", () => activity.asks(-1));
  };
  const fetchStarted = (message: unknown) => {
    const activity = currentActivity();
    if (activity === undefined) return;
    const { request } = message as { request: { readonly origin: string } };
    activity.asks(1);
    onRequest(new URL(request.origin).host);
    ofFetch.set(request, activity);
  };
  const fetchEnded = (message: unknown) => {
    const { request } = message as { request: object };
    const activity = ofFetch.get(request);
    if (activity === undefined) return;
    ofFetch.delete(request);
    activity.asks(-1);
  };

  const subscriptions = [
    ["http.client.request.start", nodeStarted],
    ["undici:request:create", fetchStarted],
    ["undici:request:trailers", fetchEnded],
    ["undici:request:error", fetchEnded],
  ] as const;
  for (const [channel, listener] of subscriptions) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of subscriptions) unsubscribe(channel, listener);
  };
}
