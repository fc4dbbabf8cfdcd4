import { SQSClient } from "@aws-sdk/client-sqs";
import { parseAllowedUsers } from "@winiswin/discord/allowed-users";
import type { InteractionFront } from "@winiswin/discord/answer-interaction";
import { createCommandQueue } from "@winiswin/messaging/command-queue";
import { Resource } from "sst";
import { currentLogger } from "../clock.ts";
import { once } from "./once.ts";

const allowedUsers = once(() => parseAllowedUsers(process.env.DISCORD_ALLOWED_USERS));

const commandQueue = once(() =>
  createCommandQueue({ client: new SQSClient({ useQueueUrlAsEndpoint: false, maxAttempts: 2 }), queueUrl: Resource.CommandQueue.url }),
);

/** Apart from the other wiring, because Discord waits three seconds and every kilobyte is part of a cold start. */
export const discordFront = (): InteractionFront => ({
  publicKey: Resource.DiscordPublicKey.value,
  allowedUsers: allowedUsers(),
  commandQueue: commandQueue(),
  logger: currentLogger(),
  // Not the given clock: Discord stamps real time, also when the market's time is accelerated.
  nowMs: () => Date.now(),
});
