import { columns, keyValues, text } from "@winiswin/application/commands/view";
import type { Notification } from "@winiswin/application/ports/notifications";
import { inMemoryNotificationMemory } from "@winiswin/testkit/in-memory-notification-memory";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { steppedClock } from "@winiswin/testkit/stepped-clock";
import { expect, test } from "vitest";
import { textMessageOf } from "./text-message.ts";
import { createTextMessageChannel, parsePhoneNumbers } from "./text-message-channel.ts";

const aNotification = (type: Notification["type"], title: string = type): Notification => ({
  type,
  level: "alert",
  view: { title, tone: "bad", blocks: [text("no stop for 20 s")], atMs: 0 },
});

function aChannel(monthlyCap = 10, publish?: (number: string, words: string) => Promise<void>) {
  const sent: string[] = [];
  const logger = recordingLogger();
  const clock = steppedClock(Date.UTC(2026, 10, 30, 23, 59));
  const channel = createTextMessageChannel({
    phoneNumbers: ["+491701234567"],
    monthlyCap,
    memory: inMemoryNotificationMemory(),
    clock,
    logger,
    publish:
      publish ??
      (async (number, words) => {
        sent.push(`${number} ${words}`);
      }),
  });
  return { sent, logger, clock, channel };
}

test("only the few events that deserve it become a text message", async () => {
  const { sent, channel } = aChannel();
  const types = ["PositionOpened", "PositionUnprotected", "OperatorActed", "EntriesHalted", "SummaryMade", "SystemSilent"] as const;

  await channel.tell(types.map((type) => aNotification(type)));

  expect(sent).toEqual(
    ["PositionUnprotected", "EntriesHalted", "SystemSilent"].map((title) => `+491701234567 Winiswin: ${title}. no stop for 20 s`),
  );
});

test("a month has its cap, the next one its own, and what is left out stands in the log", async () => {
  const { sent, logger, clock, channel } = aChannel(2);

  await channel.tell(Array.from({ length: 4 }, () => aNotification("SystemSilent")));
  clock.advanceTo(Date.UTC(2026, 11, 1));
  await channel.tell([aNotification("SystemSilent")]);

  expect(sent).toHaveLength(3);
  expect(logger.lines.map(({ fields }) => fields.reason)).toEqual(["the 2 of 2026-11 are used up", "the 2 of 2026-11 are used up"]);
});

test("one that fails is not tried again and keeps nothing else from being told", async () => {
  const { logger, channel } = aChannel(9, () => Promise.reject(new Error("opted out")));

  expect(await channel.tell([aNotification("SystemSilent")])).toEqual({ outcome: "taken" });
  expect(logger.lines).toMatchObject([{ level: "error", fields: { reason: "opted out" } }]);
});

test("a message is one part of the GSM alphabet, whatever the view holds", () => {
  const view = {
    title: "UNPROTECTED: 币安人生USDT — (×5) [x] {y} €",
    tone: "bad",
    blocks: [
      keyValues([["since", { atMs: 0 }]]),
      text("word ".repeat(80)),
      { kind: "table", title: "t", columns: columns("a"), namingColumns: 1, rows: [["b"]], whenEmpty: "" },
    ],
    atMs: 60_000,
  } as const;

  const message = textMessageOf(view);

  expect(message).toMatch(/^Winiswin: UNPROTECTED: USDT - \(x5\) x y \. since 1m 00s ago\. word /);
  expect(message.length).toBeLessThanOrEqual(160);
  expect(message).toMatch(/^[\x20-\x7e]*$/);
});

test.each([
  [undefined, []],
  [" , ", []],
  ["+491701234567, +4366412345678", ["+491701234567", "+4366412345678"]],
])("the list %j holds %j", (list, numbers) => {
  expect(parsePhoneNumbers(list)).toEqual(numbers);
});

test.each(["0170123", "+49 170", "anna"])("%j is no phone number", (list) => {
  expect(() => parsePhoneNumbers(list)).toThrow("is not in the form");
});
