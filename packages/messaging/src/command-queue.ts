import type { CommandQueue } from "@winiswin/application/ports/messages";

/** One signed call of the queue service: JSON in, the answer's status and text out. */
export type CallQueueService = (target: string, body: string) => Promise<{ readonly status: number; readonly text: string }>;

const attempts = 2;

/**
 * The queue of questions whose answer takes longer than a surface waits.
 *
 * FIFO for its deduplication alone: a question that arrives again within five minutes is taken and not delivered, so sending it twice is
 * harmless. Each is a group of its own, so that none waits for another.
 */
export const createCommandQueue = ({ call, queueUrl }: { call: CallQueueService; queueUrl: string }): CommandQueue => ({
  async send(command) {
    const body = JSON.stringify({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(command),
      MessageGroupId: command.askId,
      MessageDeduplicationId: command.askId,
    });
    for (let attempt = 1; ; attempt++) {
      const failure = await failureOf(call("AmazonSQS.SendMessage", body));
      if (failure === undefined) return;
      if (attempt >= attempts || !failure.isPassing) throw new Error(`the queue did not take the message: ${failure.reason}`);
    }
  },
});

async function failureOf(
  calling: ReturnType<CallQueueService>,
): Promise<{ readonly isPassing: boolean; readonly reason: string } | undefined> {
  try {
    const { status, text } = await calling;
    if (status >= 200 && status < 300) return undefined;
    return { isPassing: status >= 500 || status === 429, reason: `status ${status} ${text.replace(/\s+/g, " ").slice(0, 200)}` };
  } catch (error) {
    return { isPassing: true, reason: error instanceof Error ? error.message : String(error) };
  }
}
