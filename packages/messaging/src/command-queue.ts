import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { CommandQueue } from "@winiswin/application/ports/messages";

/** The queue of slash commands whose answer takes longer than Discord waits. */
export const createCommandQueue = ({ client, queueUrl }: { client: SQSClient; queueUrl: string }): CommandQueue => ({
  async send(command) {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(command) }));
  },
});
