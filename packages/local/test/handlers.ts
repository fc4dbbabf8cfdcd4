// Handlers of the small systems in these tests; what they see is kept where the tests look.
import type { Context, SQSEvent } from "aws-lambda";

interface Seen {
  readonly event: unknown;
  readonly functionName: string;
  readonly remainingMs: number;
}

interface Shared {
  seen: Seen[];
  answer: (event: unknown, context: Context) => unknown;
}

const holder = globalThis as { winiswinTestHandlers?: Shared };

/** One for all copies of this module: the system imports it by its file, the test by its path. */
export const shared: Shared = holder.winiswinTestHandlers ?? { seen: [], answer: () => undefined };
holder.winiswinTestHandlers = shared;

export async function handler(event: unknown, context: Context): Promise<unknown> {
  shared.seen.push({ event, functionName: context.functionName, remainingMs: context.getRemainingTimeInMillis() });
  return shared.answer(event, context);
}

export const bodiesOf = (event: unknown): readonly string[] => (event as SQSEvent).Records.map((record) => record.body);

/** Fails the messages whose body says so, the others succeed. */
export const failPoison = (event: unknown) => ({
  batchItemFailures: (event as SQSEvent).Records.filter((record) => record.body.includes("poison")).map((record) => ({
    itemIdentifier: record.messageId,
  })),
});
