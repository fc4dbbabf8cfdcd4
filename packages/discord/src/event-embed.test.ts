import type { DomainEvent, DomainEventType } from "@winiswin/application/ports/events";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { describe, expect, test } from "vitest";
import { brokenLimits } from "../test/message-limits.ts";
import { answerAsText } from "./answer-as-text.ts";
import { notificationOf, storyOf } from "./event-embed.ts";
import { parseDomainEvent } from "./parse-event.ts";
import { renderMessage } from "./render-embed.ts";

const atMs = Date.UTC(2026, 10, 21, 10, 19);
const cycleId = cycleIdOf(Date.UTC(2026, 10, 21, 10, 15));
const eventMessage = (event: DomainEvent, toldAtMs: number, footer?: string) => {
  const notification = notificationOf(event, toldAtMs, footer);
  return notification === undefined ? undefined : renderMessage(notification.view);
};

const about = { positionId: `${cycleId}#BTCUSDT`, symbol: "BTCUSDT" };

const events: { [Type in DomainEventType]: Extract<DomainEvent, { type: Type }> } = {
  CycleAnalyzed: { type: "CycleAnalyzed", cycleId, complete: true, signals: 3, signalsHash: "ab" },
  CycleExecuted: {
    type: "CycleExecuted",
    cycleId,
    signals: 3,
    orders: 1,
    refusals: [{ symbol: "ETHUSDT", code: "NO_FREE_SLOT", reason: "3 of 3 positions are open" }],
    equity: "10000.00",
  },
  PositionOpened: {
    type: "PositionOpened",
    cycleId,
    ...about,
    direction: "long",
    strategy: "ict-smc",
    quantity: "0.02",
    entryPrice: "50000",
    stopPrice: "49500",
    targetPrice: "51000",
    leverage: 5,
    initialRisk: "10.00",
  },
  PositionClosed: {
    type: "PositionClosed",
    cycleId,
    ...about,
    direction: "long",
    exitReason: "takeProfit",
    exitPrice: "51000",
    netProfit: "18.99",
    fees: "1.01",
    rMultiple: 1.899,
  },
  EntryAbandoned: { type: "EntryAbandoned", ...about, reason: "the exchange never knew the order" },
  ProtectionRepaired: { type: "ProtectionRepaired", ...about, detail: "the stop was placed again" },
  ProtectionPending: { type: "ProtectionPending", ...about, detail: "the target at 51000 could not be placed: refused" },
  PositionUnprotected: { type: "PositionUnprotected", ...about, detail: "no stop for 20 s" },
  TroubleSeen: { type: "TroubleSeen", code: "CLOSE_REFUSED", symbol: "XRPUSDT", detail: "long 5 is still open" },
  ForeignPositionSeen: { type: "ForeignPositionSeen", symbol: "XRPUSDT", detail: "opened by somebody else" },
  SymbolFrozen: { type: "SymbolFrozen", symbol: "BTCUSDT", reason: "an order with unknown outcome" },
  AlarmChanged: { type: "AlarmChanged", alarm: "winiswin-dev-CyclesMissing", state: "ALARM", reason: "no datapoints were received" },
  CloseRequested: { type: "CloseRequested", symbol: "BTCUSDT", by: "ana", reason: "news", atMs },
  CloseCompleted: { type: "CloseCompleted", symbol: undefined, by: "ana", reason: "flatten", atMs },
  PartlyClosed: { type: "PartlyClosed", ...about, direction: "long", quantity: "0.006", price: "50500", remaining: "0.014" },
  StopMoved: { type: "StopMoved", ...about, direction: "long", to: "50051", detail: "to breakeven" },
  EntriesHalted: { type: "EntriesHalted", code: "DAILY_LOSS", reason: "the day has lost 3.1 % of the equity", atMs },
  SystemSilent: { type: "SystemSilent", lastCycleId: cycleId, missing: 3, atMs },
  SummaryMade: {
    type: "SummaryMade",
    hours: 24,
    fromCycleId: cycleId,
    toCycleId: cycleId,
    cycles: { expected: 96, analyzed: 95 },
    signals: 40,
    orders: 5,
    refusals: [{ code: "NO_FREE_SLOT", count: 12 }],
    trades: { closed: 3, winners: 2, netProfit: "12.50", rMultiple: 1.4 },
    equity: { first: "10000.00", last: "10012.50" },
    openPositions: 2,
    halt: undefined,
  },
  OperatorActed: { type: "OperatorActed", by: "discord:1", command: "halt", effect: "entries stopped: storm", atMs },
};

describe("an event", () => {
  test.each(Object.values(events))("$type survives the bus and becomes a message within all limits", (event) => {
    expect(parseDomainEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);

    const message = eventMessage(event, atMs, "bot main · paper");

    expect(message === undefined).toBe(event.type === "CycleAnalyzed");
    if (message === undefined) return;
    expect(brokenLimits({ embeds: message.embeds ?? [] })).toEqual([]);
    expect(message.embeds?.[0]?.footer?.text).toBe("bot main · paper");
    expect(JSON.stringify(message)).not.toMatch(/undefined|NaN/);
  });

  test("rings only for what somebody has to know at once", () => {
    const loud = Object.values(events).filter((event) => storyOf(event, atMs).level === "alert");

    expect(loud.map((event) => event.type)).toEqual([
      "PositionOpened",
      "PositionClosed",
      "PositionUnprotected",
      "TroubleSeen",
      "ForeignPositionSeen",
      "SymbolFrozen",
      "AlarmChanged",
      "CloseRequested",
      "CloseCompleted",
      "EntriesHalted",
      "SystemSilent",
    ]);
    expect(notificationOf(events.ProtectionRepaired, atMs)?.level).toBe("silent");
  });

  test("stays in the log for the 96 cycles a day without an order, but not for an incomplete one", () => {
    expect(eventMessage({ ...events.CycleExecuted, orders: 0 }, atMs)).toBeUndefined();
    expect(eventMessage({ ...events.CycleAnalyzed, complete: false }, atMs)).toBeDefined();
  });

  test("without equity is parsed as well, because JSON has no undefined", () => {
    const { equity: _equity, ...detail } = events.CycleExecuted;

    expect(parseDomainEvent(detail)).toEqual({ ...events.CycleExecuted, equity: undefined });
  });

  test("tells a closed position with its sign in USDT and R", () => {
    const lost = { ...events.PositionClosed, exitReason: "stopLoss", netProfit: "-10.4", rMultiple: -1.04 } as const;

    const read = answerAsText(eventMessage(lost, atMs));

    expect(read).toMatchObject({ ok: true, value: expect.stringContaining("Closed BTCUSDT long: -1.04 R") });
    expect(read).toMatchObject({ value: expect.stringMatching(/result +-10\.40 USDT/) });
  });

  test("with 250 refusals is shortened visibly", () => {
    const refusals = Array.from({ length: 250 }, (_, index) => ({
      symbol: `S${index}USDT`,
      code: "SPREAD_TOO_WIDE",
      reason: "spread 0.310 % is above 0.2 %",
    }));

    const message = eventMessage({ ...events.CycleExecuted, refusals }, atMs);

    expect(brokenLimits({ embeds: message?.embeds ?? [] })).toEqual([]);
    expect(JSON.stringify(message)).toMatch(/… \d+ more/);
  });

  test.each([
    [undefined],
    [{}],
    [{ type: "Nonsense" }],
    [{ ...events.SymbolFrozen, symbol: 3 }],
    [{ ...events.CycleAnalyzed, cycleId: "now" }],
  ])("that is none is thrown back (%j)", (detail) => {
    expect(() => parseDomainEvent(detail)).toThrow();
  });
});
