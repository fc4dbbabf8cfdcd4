import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { PlaceOutcome } from "@winiswin/application/ports/order-gateway";
import { Interruption } from "@winiswin/testkit";
import type { TradingDesk } from "./trading-desk.ts";

/** What goes wrong at one call of the exchange; a ban and a refused region last for everything that follows in the run. */
export const exchangeFaults = [
  "unknown, executed",
  "unknown, not executed",
  "rejected, busy",
  "rejected",
  "reset",
  "ban",
  "region refused",
  "executed twice",
  "answered 40 s late",
  "seen 45 s late",
  "seen 200 s late",
] as const;

export type ExchangeFault = (typeof exchangeFaults)[number];

const lasting = new Set<ExchangeFault>(["ban", "region refused"]);
const lagsMs: Partial<Record<ExchangeFault, number>> = { "seen 45 s late": 45_000, "seen 200 s late": 200_000 };
/** Longer than a lease lasts. */
const slownessMs = 40_000;

const writes = new Set(["placeEntry", "placeProtection", "closeAtMarket", "cancelProtection"]);

/** A process that lives on while the exchange fails at the chosen one of its calls. */
export class FailingExchange extends Interruption {
  /** Names of the calls of the exchange, in order. */
  readonly asked: string[] = [];
  private readonly failsAt: number;
  private readonly fault: ExchangeFault;
  private readonly desk: TradingDesk | undefined;

  constructor(failsAt = -1, fault: ExchangeFault = "reset", desk?: TradingDesk) {
    super();
    this.failsAt = failsAt;
    this.fault = fault;
    this.desk = desk;
  }

  override wrap<Port extends object>(name: string, port: Port): Port {
    return name === "exchange" ? this.failing(port) : super.wrap(name, port);
  }

  private failing<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, property, receiver) => {
        const member: unknown = Reflect.get(target, property, receiver);
        if (typeof member !== "function") return member;
        return async (...given: unknown[]) => {
          const method = String(property);
          const index = this.asked.push(method) - 1;
          const call = () => (member as (...given: unknown[]) => Promise<unknown>).apply(target, given);
          const isHit = this.failsAt >= 0 && (index === this.failsAt || (lasting.has(this.fault) && index > this.failsAt));
          if (!isHit) return call();
          const lagMs = lagsMs[this.fault];
          if (lagMs !== undefined) return this.lagging(call, lagMs);
          if (this.fault === "answered 40 s late") return this.slow(call);
          return writes.has(method) ? this.failedWrite(call) : this.failedRead();
        };
      },
    });
  }

  /** Done and answered, but seen by nobody for a while: reads come from a replica that lags. */
  private async lagging(call: () => Promise<unknown>, lagMs: number): Promise<unknown> {
    if (this.desk !== undefined) this.desk.exchange.hiddenUntilMs = this.desk.clock.nowMs() + lagMs;
    return call();
  }

  private async slow(call: () => Promise<unknown>): Promise<unknown> {
    const answer = await call();
    this.desk?.clock.advanceTo(this.desk.clock.nowMs() + slownessMs);
    return answer;
  }

  private async failedWrite(call: () => Promise<unknown>): Promise<PlaceOutcome> {
    switch (this.fault) {
      case "unknown, executed":
        await call();
        return { outcome: "unknown", reason: "the answer was lost" };
      case "unknown, not executed":
      case "reset":
        return { outcome: "unknown", reason: "the request was lost" };
      case "rejected, busy":
        return { outcome: "rejected", code: -1008, reason: "throttled", meaning: "busy" };
      case "rejected":
        return { outcome: "rejected", code: -4045, reason: "refused", meaning: "other" };
      // As the adapter tells it: nothing was sent, and later it may be.
      case "ban":
        return { outcome: "rejected", code: 418, reason: "banned", meaning: "busy" };
      case "region refused":
        return { outcome: "rejected", code: 451, reason: "no service in this region", meaning: "other" };
      case "executed twice":
        await call();
        return (await call()) as PlaceOutcome;
      case "answered 40 s late":
      case "seen 45 s late":
      case "seen 200 s late":
        throw new Error("these are no failures");
    }
  }

  private failedRead(): never {
    const kind = this.fault === "ban" ? "banned" : this.fault === "region refused" ? "fatal" : "retryable";
    throw new ExchangeError(kind, "the exchange did not answer");
  }
}
