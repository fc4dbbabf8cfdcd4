import { expect, it } from "vitest";
import { passageOf, type WireRequest } from "./wire.ts";

const hosts = { exchange: "exchange", database: "tables" };
const request = (host: string, sentAtMs: number, answeredAtMs: number): WireRequest => ({ host, what: "GET /", sentAtMs, answeredAtMs });

it("counts the time in which the exchange was waited for once, however many requests shared it", () => {
  const requests = [
    request("exchange", 90, 110),
    request("exchange", 100, 150),
    request("exchange", 120, 160),
    request("tables", 155, 165),
    request("objects", 166, 168),
    request("exchange", 170, 230),
  ];

  expect(passageOf(requests, 100, 200, hosts)).toEqual({
    totalMs: 100,
    exchangeMs: 60 + 30,
    exchangeRequests: ["GET /", "GET /", "GET /"],
    databaseRequests: 1,
    otherRequests: ["GET /"],
  });
});
