import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { PlaceOutcome } from "@winiswin/application/ports/order-gateway";
import { Interruption } from "@winiswin/testkit";

/** What goes wrong at one call of the exchange; a ban lasts for everything that follows. */
export const exchangeFaults = ["unknown, executed", "unknown, not executed", "rejected, busy", "rejected", "reset", "ban"] as const;

export type ExchangeFault = (typeof exchangeFaults)[number];

const writes = new Set(["placeEntry", "placeProtection", "closeAtMarket", "cancelProtection"]);

/** A process that lives on while the exchange fails at the chosen one of its calls. */
export class FailingExchange extends Interruption {
  /** Names of the calls of the exchange, in order. */
  readonly asked: string[] = [];
  private readonly failsAt: number;
  private readonly fault: ExchangeFault;

  constructor(failsAt = -1, fault: ExchangeFault = "reset") {
    super();
    this.failsAt = failsAt;
    this.fault = fault;
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
          const isHit = this.failsAt >= 0 && (index === this.failsAt || (this.fault === "ban" && index > this.failsAt));
          if (!isHit) return call();
          return writes.has(method) ? this.failedWrite(call) : this.failedRead();
        };
      },
    });
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
      case "ban":
        return { outcome: "rejected", code: 418, reason: "banned", meaning: "other" };
    }
  }

  private failedRead(): never {
    throw new ExchangeError(this.fault === "ban" ? "banned" : "retryable", "the exchange did not answer");
  }
}
