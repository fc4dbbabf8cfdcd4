import { expect, test } from "vitest";
import { ExchangeRefusal } from "../matching/exchange-refusal.ts";
import { RateLimit } from "./rate-limit.ts";

const startMs = Date.UTC(2026, 10, 21, 10);
const hourMs = 3_600_000;

/** Sends requests until the address is banned and returns how long the ban lasts. */
function banAfterInsisting(limit: RateLimit, nowMs: number): number {
  for (let request = 0; request < 100; request++) {
    try {
      limit.admit(limit.weightPerMinute, nowMs);
    } catch (error) {
      if (!(error instanceof ExchangeRefusal)) throw error;
      if (error.httpStatus === 418) return Number(/banned until (\d+)/.exec(error.message)![1]) - nowMs;
    }
  }
  throw new Error("no ban came");
}

test("bans double from two minutes to three days", () => {
  const limit = new RateLimit(10);
  const bans: number[] = [];
  let nowMs = startMs;
  for (let count = 0; count < 14; count++) {
    const banMs = banAfterInsisting(limit, nowMs);
    bans.push(banMs);
    nowMs += banMs;
  }
  expect(bans.slice(0, 4)).toEqual([120_000, 240_000, 480_000, 960_000]);
  expect(bans.slice(-2)).toEqual([72 * hourMs, 72 * hourMs]);
});

test("a batch counts five in ten seconds and one in a minute; what does not fit is refused whole", () => {
  const limit = new RateLimit(1_000);
  const batch = { tenSeconds: 5, minute: 1 };
  for (let count = 0; count < 60; count++) limit.admitOrder(batch, startMs);
  expect(() => limit.admitOrder({ tenSeconds: 1, minute: 1 }, startMs)).toThrow("current limit is 300 orders per 10 SECOND");
  expect(limit.orderCounts(startMs)).toEqual({ tenSeconds: 300, minute: 60 });
  limit.admitOrder(batch, startMs + 10_000);
  expect(limit.orderCounts(startMs + 10_000)).toEqual({ tenSeconds: 5, minute: 61 });
});
