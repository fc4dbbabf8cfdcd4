import { z } from "zod";

const failureLine = z.object({ messageId: z.string(), reason: z.string() });
/** A message that fails for ever is asked about each time; others must not pile up. */
const kept = 1_000;

/** Remembers why handlers gave messages back: a partial batch response carries ids alone, the handler's log line has the reason. */
export function createMessageFailures(): {
  readonly heard: (message: string, fields: unknown) => void;
  readonly reasonOf: (messageId: string) => string | undefined;
} {
  const reasons = new Map<string, string>();
  return {
    heard(message, fields) {
      const parsed = message === "message failed" ? failureLine.safeParse(fields) : undefined;
      if (parsed?.success !== true) return;
      const [oldest] = reasons.keys();
      if (reasons.size >= kept && oldest !== undefined) reasons.delete(oldest);
      // The stack is for the log; people read its first line.
      reasons.set(parsed.data.messageId, parsed.data.reason.split("\n", 1)[0]!.replace(/^Error: /, ""));
    },
    reasonOf(messageId) {
      const reason = reasons.get(messageId);
      reasons.delete(messageId);
      return reason;
    },
  };
}
