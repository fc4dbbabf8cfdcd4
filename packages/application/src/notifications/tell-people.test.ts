import { inMemoryNotificationMemory } from "@winiswin/testkit/in-memory-notification-memory";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { steppedClock } from "@winiswin/testkit/stepped-clock";
import { expect, test } from "vitest";
import type { DomainEvent } from "../ports/events.ts";
import type { NotificationChannel, Told } from "../ports/notifications.ts";
import { type TellingDependencies, tellPeople } from "./tell-people.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 19);
const frozen = (symbol: string): DomainEvent => ({ type: "SymbolFrozen", symbol, reason: "an order with unknown outcome" });
const opened = { type: "CloseCompleted", symbol: "BTCUSDT", by: "a", reason: "b", atMs: startMs } as const satisfies DomainEvent;

function aChannel(name: string, answers: Told["outcome"][] = []): NotificationChannel & { readonly titles: string[] } {
  const titles: string[] = [];
  return {
    name,
    titles,
    async tell(notifications) {
      const outcome = answers.shift() ?? "taken";
      if (outcome === "later") return { outcome, reason: "an outage" };
      titles.push(...notifications.map(({ view }) => view.title));
      return { outcome };
    },
  };
}

function telling(channels: readonly NotificationChannel[]) {
  return {
    clock: steppedClock(startMs),
    logger: recordingLogger(),
    memory: inMemoryNotificationMemory(),
    channels,
    notificationOf: (event: DomainEvent) =>
      event.type === "CycleAnalyzed"
        ? undefined
        : ({
            type: event.type,
            level: "alert",
            view: { title: `${event.type} ${"symbol" in event ? event.symbol : ""}`, tone: "bad", blocks: [], atMs: 0 },
          } as const),
  } satisfies TellingDependencies;
}

const delivered = (event: DomainEvent, messageId = "m1", isRepeated = false) => ({ messageId, event, isRepeated });

test("every event is logged, and told through every channel once", async () => {
  const [discord, telegram] = [aChannel("discord"), aChannel("telegram")];
  const dependencies = telling([discord, telegram]);
  const quiet = { type: "CycleAnalyzed", cycleId: "2026-11-21T10:15:00Z", complete: true, signals: 1, signalsHash: "" } as DomainEvent;

  expect(await tellPeople([delivered(quiet), delivered(opened, "m2")], dependencies)).toEqual([]);

  expect(dependencies.logger.lines.map(({ fields }) => fields.type)).toEqual(["CycleAnalyzed", "CloseCompleted"]);
  expect([discord.titles, telegram.titles]).toEqual([["CloseCompleted BTCUSDT"], ["CloseCompleted BTCUSDT"]]);
});

test("a close request about everything names no symbol in the log", async () => {
  const dependencies = telling([]);
  const request: DomainEvent = { type: "CloseRequested", symbol: undefined, by: "ada", reason: "flatten", atMs: startMs };

  await tellPeople([delivered(request)], dependencies);

  expect(dependencies.logger.lines).toEqual([
    { level: "info", message: "event", fields: { type: "CloseRequested", by: "ada", reason: "flatten", atMs: startMs } },
  ]);
});

test("an outage of one channel brings the messages again for that channel alone", async () => {
  const [discord, telegram] = [aChannel("discord", ["later", "later"]), aChannel("telegram")];
  const dependencies = telling([discord, telegram]);
  const messages = [delivered(opened, "m1"), delivered(frozen("ETHUSDT"), "m2")];

  expect(await tellPeople(messages, dependencies)).toEqual(["m1", "m2"]);
  const again = messages.map((message) => ({ ...message, isRepeated: true }));
  expect(await tellPeople(again, dependencies)).toEqual(["m1", "m2"]);
  expect(await tellPeople(again, dependencies)).toEqual([]);

  expect(telegram.titles).toEqual(["CloseCompleted BTCUSDT", "SymbolFrozen ETHUSDT"]);
  expect(discord.titles).toEqual(telegram.titles);
});

test("what is the same every minute is told less and less often, with the count, each symbol for itself", async () => {
  const discord = aChannel("discord");
  const dependencies = telling([discord]);

  for (let minute = 0; minute <= 20; minute++) {
    await tellPeople(
      [delivered(frozen("BTCUSDT"), `a${minute}`), ...(minute === 7 ? [delivered(frozen("ETHUSDT"), "b")] : [])],
      dependencies,
    );
    dependencies.clock.advanceTo(startMs + (minute + 1) * 60_000);
  }

  expect(discord.titles).toEqual([
    "SymbolFrozen BTCUSDT",
    "SymbolFrozen BTCUSDT (×5)",
    "SymbolFrozen ETHUSDT",
    "SymbolFrozen BTCUSDT (×15)",
  ]);
});

test("a memory that fails does not keep anybody from being told", async () => {
  const discord = aChannel("discord");
  const dependencies = telling([discord]);
  const broken = { ...dependencies.memory, repetition: () => Promise.reject(new Error("throttled")) };

  expect(await tellPeople([delivered(frozen("BTCUSDT"))], { ...dependencies, memory: broken })).toEqual([]);

  expect(discord.titles).toEqual(["SymbolFrozen BTCUSDT"]);
});

test("an event that cannot be put into words holds back no other", async () => {
  const discord = aChannel("discord");
  const dependencies = telling([discord]);
  const clumsy: TellingDependencies = {
    ...dependencies,
    notificationOf: (event) => {
      if (event.type === "CloseCompleted") throw new Error("no words");
      return dependencies.notificationOf(event);
    },
  };

  expect(await tellPeople([delivered(opened, "m1"), delivered(frozen("ETHUSDT"), "m2")], clumsy)).toEqual([]);

  expect(discord.titles).toEqual(["SymbolFrozen ETHUSDT"]);
  expect(dependencies.logger.lines).toContainEqual(expect.objectContaining({ level: "error", message: "event not put into words" }));
});
