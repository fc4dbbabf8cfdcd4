import { relativeText } from "../commands/figures.ts";
import { text } from "../commands/view.ts";
import type { Clock } from "../ports/clock.ts";
import type { DomainEvent, DomainEventType } from "../ports/events.ts";
import type { Logger } from "../ports/logger.ts";
import type { Notification, NotificationChannel, NotificationMemory } from "../ports/notifications.ts";
import { backedOff } from "./back-off.ts";

/** One event as the queue delivers it. */
export interface DeliveredEvent {
  readonly messageId: string;
  readonly event: DomainEvent;
  /** It was delivered before, so it was decided then that people are told. */
  readonly isRepeated: boolean;
}

export interface TellingDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly memory: NotificationMemory;
  readonly channels: readonly NotificationChannel[];
  /** How an event is told; undefined when it stays in the log. */
  readonly notificationOf: (event: DomainEvent) => Notification | undefined;
}

/** What a watch sees every minute until somebody mends it: told less and less often while it is the same. */
const repeatable: readonly DomainEventType[] = [
  "EntryAbandoned",
  "ProtectionRepaired",
  "ProtectionPending",
  "PositionUnprotected",
  "ForeignPositionSeen",
  "TroubleSeen",
  "SymbolFrozen",
  "EntriesHalted",
  "SystemSilent",
];

/**
 * Logs events and tells people of them through every channel; returns the messages that must come again, because a channel could not take
 * them now. A channel that has taken a message does not get it again.
 */
export async function tellPeople(delivered: readonly DeliveredEvent[], dependencies: TellingDependencies): Promise<readonly string[]> {
  const { logger, channels, memory, clock } = dependencies;
  const toTell: { readonly messageId: string; readonly notification: Notification; readonly takenBy: ReadonlySet<string> }[] = [];
  for (const { messageId, event, isRepeated } of delivered) {
    if (!isRepeated) logger.info("event", logFieldsOf(event));
    const notification = isRepeated ? notificationIn(event, dependencies) : await notificationNow(event, dependencies);
    if (notification === undefined) continue;
    toTell.push({ messageId, notification, takenBy: isRepeated ? await memory.takenBy(messageId) : new Set() });
  }
  const taken = new Map<string, string[]>(toTell.map(({ messageId }) => [messageId, []]));
  const again = new Set<string>();
  for (const channel of channels) {
    const open = toTell.filter(({ takenBy }) => !takenBy.has(channel.name));
    if (open.length === 0) continue;
    const told = await channel.tell(open.map(({ notification }) => notification));
    if (told.outcome === "later")
      logger.warn("notifications delayed", { channel: channel.name, messages: open.length, reason: told.reason });
    for (const { messageId } of open) {
      if (told.outcome === "taken") taken.get(messageId)?.push(channel.name);
      else again.add(messageId);
    }
  }
  for (const messageId of again) {
    const before = toTell.find((one) => one.messageId === messageId)?.takenBy ?? [];
    const channelNames = [...before, ...(taken.get(messageId) ?? [])];
    if (channelNames.length > 0) await memory.keepTaken(messageId, channelNames, clock.nowMs());
  }
  return [...again];
}

/** An event that cannot be put into words would hold back all others behind it, so it ends in the log. */
function notificationIn(event: DomainEvent, { logger, notificationOf }: TellingDependencies): Notification | undefined {
  try {
    return notificationOf(event);
  } catch (error) {
    logger.error("event not put into words", { type: event.type, reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** Undefined when it stays in the log, or is the same as something that was told a short while ago. */
async function notificationNow(event: DomainEvent, dependencies: TellingDependencies): Promise<Notification | undefined> {
  const { clock, logger, memory } = dependencies;
  const notification = notificationIn(event, dependencies);
  if (notification === undefined || !repeatable.includes(event.type)) return notification;
  const nowMs = clock.nowMs();
  try {
    const fingerprint = fingerprintOf(event);
    const before = await memory.repetition(fingerprint);
    const { tell, suppressed, next } = backedOff(before, nowMs);
    await memory.keepRepetition(fingerprint, next);
    if (!tell) return undefined;
    return suppressed === 0 ? notification : withCount(notification, suppressed, before?.toldAtMs ?? nowMs, nowMs);
  } catch (error) {
    // Told too often is better than not told.
    logger.error("repetition not remembered", { type: event.type, reason: error instanceof Error ? error.message : String(error) });
    return notification;
  }
}

const withCount = (notification: Notification, suppressed: number, sinceMs: number, nowMs: number): Notification => ({
  ...notification,
  view: {
    ...notification.view,
    title: `${notification.view.title} (×${suppressed + 1})`,
    blocks: [...notification.view.blocks, text(`${suppressed + 1} times since the last message, ${relativeText(sinceMs, nowMs)}.`)],
  },
});

/** What makes two events the same to a reader: their kind and what they are about, not the figures in their words. */
function fingerprintOf(event: DomainEvent): string {
  const about = [
    "symbol" in event ? event.symbol : undefined,
    "code" in event ? event.code : undefined,
    // The one message that must never be missed: another position, or another reason, is news.
    event.type === "PositionUnprotected" ? `${event.positionId} ${event.detail}` : undefined,
  ];
  return [event.type, ...about.filter((word) => word !== undefined)].join(" ");
}

/** Flat fields; a list becomes its length, because the log has one line an event, and what an event leaves open has no field. */
const logFieldsOf = (event: DomainEvent): Readonly<Record<string, string | number | boolean | undefined>> =>
  Object.fromEntries(
    Object.entries(event)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]: [string, unknown]) => [
        name,
        Array.isArray(value) ? value.length : typeof value === "number" || typeof value === "boolean" ? value : String(value),
      ]),
  );
