import type { View } from "../commands/view.ts";
import type { DomainEventType } from "./events.ts";

/** `alert` rings, `silent` is shown without a sound. */
export type NotificationLevel = "alert" | "silent";

/** Something that people are told, in words that every channel can show. */
export interface Notification {
  readonly type: DomainEventType;
  readonly level: NotificationLevel;
  readonly view: View;
}

/** `later`: an outage or a rate limit, worth another try; a message that will never be taken is logged and counts as taken. */
export type Told = { readonly outcome: "taken" } | { readonly outcome: "later"; readonly reason: string };

/** Where people are told: Discord, Telegram, text messages. It never throws. */
export interface NotificationChannel {
  /** Part of what is stored, so it never changes. */
  readonly name: string;
  tell(notifications: readonly Notification[]): Promise<Told>;
}

/** How often something equal happened, and when it is said again. */
export interface Repetition {
  /** Of the last time that people were told. */
  readonly toldAtMs: number;
  /** How often they were told in a row. */
  readonly times: number;
  /** Since then, and not told. */
  readonly suppressed: number;
  /** Not before this. */
  readonly nextAtMs: number;
}

/** What notifying has to remember between two messages. */
export interface NotificationMemory {
  repetition(fingerprint: string): Promise<Repetition | undefined>;
  keepRepetition(fingerprint: string, repetition: Repetition): Promise<void>;
  /** The channels that have taken the message already. */
  takenBy(messageId: string): Promise<ReadonlySet<string>>;
  keepTaken(messageId: string, channels: readonly string[], atMs: number): Promise<void>;
  /** One more of at most so many in the month ("2026-11"); false when they are used up. */
  countTextMessage(month: string, cap: number): Promise<boolean>;
}
