import { ExchangeRefusal, refusals } from "../matching/exchange-refusal.ts";
import type { OrderCount, Route } from "./route.ts";

const minuteMs = 60_000;
const tenSecondsMs = 10_000;
/** Requests answered 429 within one minute before the address is banned. */
const patience = 20;
const firstBanMs = 2 * minuteMs;
const longestBanMs = 3 * 86_400_000;

type Bucket = NonNullable<Route["bucket"]>;

const bucketLimits: Readonly<Record<Bucket, number>> = { funding: 500, futuresData: 1_000 };

const tooManyRequests = (limit: number, span: string): ExchangeRefusal =>
  new ExchangeRefusal(
    -1003,
    `Too many requests; current limit of IP(127.0.0.1) is ${limit} requests per ${span}. Please use the websocket for live updates to avoid polling the API.`,
    429,
  );

/** Counts in fixed windows of simulated time. */
class WindowCounter {
  count = 0;
  private window = -1;
  private readonly lengthMs: number;

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs;
  }

  at(nowMs: number): this {
    const window = Math.floor(nowMs / this.lengthMs);
    if (window !== this.window) {
      this.window = window;
      this.count = 0;
    }
    return this;
  }
}

/**
 * Request weight per address and orders per account, in simulated time.
 *
 * Over the weight: 429; after twenty of those in a minute: 418 until the time in the message, two minutes at first and twice as long after
 * each further ban, at most three days.
 */
export class RateLimit {
  static readonly ordersPerMinute = 1_200;
  static readonly ordersPerTenSeconds = 300;
  readonly weightPerMinute: number;
  private readonly weight = new WindowCounter(minuteMs);
  private readonly refused = new WindowCounter(minuteMs);
  private readonly ordersMinute = new WindowCounter(minuteMs);
  private readonly ordersTenSeconds = new WindowCounter(tenSecondsMs);
  private readonly buckets: Readonly<Record<Bucket, WindowCounter>> = {
    funding: new WindowCounter(5 * minuteMs),
    futuresData: new WindowCounter(5 * minuteMs),
  };
  private bannedUntilMs = 0;
  private nextBanMs = firstBanMs;

  constructor(weightPerMinute: number) {
    this.weightPerMinute = weightPerMinute;
  }

  /** Counts a request; refuses it when the address is banned or over its weight. */
  admit(weight: number, nowMs: number): void {
    if (nowMs < this.bannedUntilMs) throw this.banned();
    const used = this.weight.at(nowMs);
    used.count += weight;
    if (used.count <= this.weightPerMinute) return;
    const refused = this.refused.at(nowMs);
    if (++refused.count > patience) {
      this.bannedUntilMs = nowMs + this.nextBanMs;
      this.nextBanMs = Math.min(longestBanMs, this.nextBanMs * 2);
      refused.count = 0;
      throw this.banned();
    }
    throw tooManyRequests(this.weightPerMinute, "minute");
  }

  /** Counts orders of one request; refuses it when one of the windows is full. */
  admitOrder(count: OrderCount, nowMs: number): void {
    const minute = this.ordersMinute.at(nowMs);
    const tenSeconds = this.ordersTenSeconds.at(nowMs);
    if (tenSeconds.count + count.tenSeconds > RateLimit.ordersPerTenSeconds)
      throw refusals.tooManyOrders(RateLimit.ordersPerTenSeconds, "10 SECOND");
    if (minute.count + count.minute > RateLimit.ordersPerMinute) throw refusals.tooManyOrders(RateLimit.ordersPerMinute, "1 MINUTE");
    minute.count += count.minute;
    tenSeconds.count += count.tenSeconds;
  }

  /** Requests that have a limit of their own per five minutes and address. */
  admitToBucket(bucket: Bucket, nowMs: number): void {
    if (nowMs < this.bannedUntilMs) throw this.banned();
    const used = this.buckets[bucket].at(nowMs);
    if (++used.count > bucketLimits[bucket]) throw tooManyRequests(bucketLimits[bucket], "5 minutes");
  }

  usedWeight(nowMs: number): number {
    return this.weight.at(nowMs).count;
  }

  orderCounts(nowMs: number): { readonly tenSeconds: number; readonly minute: number } {
    return { tenSeconds: this.ordersTenSeconds.at(nowMs).count, minute: this.ordersMinute.at(nowMs).count };
  }

  private banned(): ExchangeRefusal {
    return new ExchangeRefusal(
      -1003,
      `Way too many requests; IP(127.0.0.1) banned until ${this.bannedUntilMs}. Please use the websocket for live updates to avoid bans.`,
      418,
    );
  }
}
