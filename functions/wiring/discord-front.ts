import { parseAllowedPeople } from "@winiswin/discord/allowed-people";
import type { InteractionFront } from "@winiswin/discord/answer-interaction";
import { createSeenInteractions } from "@winiswin/discord/seen-interactions";
import { longestAgeMs } from "@winiswin/discord/signature";
import { Resource } from "sst";
import { currentLogger } from "../clock.ts";
import { commandQueue } from "./command-queue.ts";
import { once } from "./once.ts";
import { suggestions } from "./suggestions.ts";

const people = once(() => parseAllowedPeople(process.env));

// A signature counts for so long before and after its time.
const seen = once(() => createSeenInteractions(2 * longestAgeMs));

/** Apart from the other wiring, because Discord waits three seconds and every kilobyte is part of a cold start. */
export const discordFront = (): InteractionFront => ({
  publicKey: Resource.DiscordPublicKey.value,
  applicationId: Resource.DiscordApplicationId.value,
  people: people(),
  seen: seen(),
  commandQueue: commandQueue(),
  symbols: suggestions(),
  logger: currentLogger(),
  // Not the given clock: Discord stamps real time, also when the market's time is accelerated.
  nowMs: () => Date.now(),
});
