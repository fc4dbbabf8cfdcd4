import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { DomainEvent } from "@winiswin/application/ports/events";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createEventBus } from "../src/event-bus.ts";

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

let calls: Entry[][] = [];
let failureOf: (entry: Entry) => string | undefined = () => undefined;

/** PutEvents as the service answers it: one entry per event, those that failed with a code. */
const server = createServer((request, response) => {
  void text(request).then((body) => {
    const { Entries } = JSON.parse(body) as { Entries: Entry[] };
    calls.push(Entries);
    const answers = Entries.map((entry, index) => {
      const code = failureOf(entry);
      return code === undefined ? { EventId: `id-${index}` } : { ErrorCode: code, ErrorMessage: "no" };
    });
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ Entries: answers, FailedEntryCount: answers.filter((answer) => "ErrorCode" in answer).length }));
  });
});

let client: EventBridgeClient;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
beforeEach(() => {
  calls = [];
  failureOf = () => undefined;
});
afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const frozen = (index: number): DomainEvent => ({ type: "SymbolFrozen", symbol: `S${index}USDT`, reason: "an order with unknown outcome" });
const busWith = () => createEventBus({ client, busName: "Events", source: "winiswin" });
const symbolsIn = (entries: readonly Entry[]) => entries.map((entry) => (JSON.parse(entry.Detail) as { symbol: string }).symbol);

test("events are published ten at a time, in order, under their type and our source", async () => {
  const events = Array.from({ length: 23 }, (_, index) => frozen(index));

  await busWith().publish(events);

  expect(calls.map((entries) => entries.length)).toEqual([10, 10, 3]);
  expect(calls.flat()).toEqual(
    events.map((event) => ({ EventBusName: "Events", Source: "winiswin", DetailType: "SymbolFrozen", Detail: JSON.stringify(event) })),
  );
});

test("large events are spread over more calls, so that none is refused for its size", async () => {
  const large = (index: number): DomainEvent => ({ type: "SymbolFrozen", symbol: `S${index}USDT`, reason: "x".repeat(100_000) });

  await busWith().publish([large(0), large(1), large(2), frozen(3)]);

  expect(calls.map((entries) => entries.length)).toEqual([2, 2]);
});

test("only the entries that failed are sent again", async () => {
  let failures = 0;
  failureOf = (entry) => (entry.Detail.includes("S2USDT") && failures++ === 0 ? "ThrottlingException" : undefined);

  await busWith().publish([frozen(1), frozen(2), frozen(3)]);

  expect(calls.map(symbolsIn)).toEqual([["S1USDT", "S2USDT", "S3USDT"], ["S2USDT"]]);
});

test("an entry that keeps failing is an error with its code", async () => {
  failureOf = (entry) => (entry.Detail.includes("S2USDT") ? "InternalFailure" : undefined);

  await expect(busWith().publish([frozen(1), frozen(2)])).rejects.toThrow("InternalFailure");
});
