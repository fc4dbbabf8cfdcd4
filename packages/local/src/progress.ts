import { cycleDueAt } from "@winiswin/domain/cycle";
import { z } from "zod";
import type { BusEvent } from "./bus.ts";
import type { Invocation } from "./lambda.ts";
import type { Progress } from "./system-options.ts";

const scheduled = z.object({ time: z.iso.datetime() });
const shardMessage = z.object({ kind: z.literal("analyzeShard"), cycleId: z.string(), shard: z.number(), shardCount: z.number() });
const records = z.object({ Records: z.array(z.object({ body: z.string() })) });
const cycleDetail = z.object({ cycleId: z.string() });

/** What an invocation that ended means for whoever watches. */
export function progressOfInvocation({ functionName, event, durationMs, result }: Invocation): readonly Progress[] {
  if (result.status !== "succeeded") return [{ kind: "failed", where: functionName, reason: result.error.message }];
  if (functionName === "dispatchCycle") {
    const parsed = scheduled.safeParse(event);
    return parsed.success ? [{ kind: "dispatched", cycleId: cycleDueAt(Date.parse(parsed.data.time)), durationMs }] : [];
  }
  if (functionName === "analyzeShard") {
    return (records.safeParse(event).data?.Records ?? []).flatMap(({ body }) => {
      const message = shardMessage.safeParse(jsonOf(body));
      if (!message.success) return [];
      const { cycleId, shard, shardCount } = message.data;
      return [{ kind: "shardDone", cycleId, shard, shardCount, durationMs }];
    });
  }
  return [];
}

/** What an event on the bus means for whoever watches; every event is told as such, too. */
export function progressOfEvent(event: BusEvent): readonly Progress[] {
  const told: Progress = { kind: "event", event };
  const parsed = cycleDetail.safeParse(event.detail);
  if (!parsed.success) return [told];
  const { cycleId } = parsed.data;
  switch (event["detail-type"]) {
    case "CycleAnalyzed":
      return [{ kind: "analyzed", cycleId, detail: event.detail }, told];
    case "CycleExecuted":
      return [{ kind: "executed", cycleId, detail: event.detail }, told];
    default:
      return [told];
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
