import type { AnalysisMessage, DeferredCommand } from "@winiswin/application/ports/messages";
import { type CycleId, closeTimeOfCycle } from "@winiswin/domain/cycle";
import * as z from "zod";

const cycleId = z.string().transform((text): CycleId => {
  closeTimeOfCycle(text);
  return text as CycleId;
});

const analysisBody = z.intersection(
  z.object({ notBeforeMs: z.number() }),
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("analyzeShard"),
      cycleId,
      shard: z.number().int().nonnegative(),
      shardCount: z.number().int().positive(),
      symbols: z.array(z.string()),
      references: z.array(z.string()).optional(),
    }),
    z.object({ kind: z.literal("cycleDeadline"), cycleId }),
  ]),
);

const optionValue = z.union([z.string(), z.number(), z.boolean()]);

const commandBody = z.object({
  askId: z.string(),
  question: z.union([
    z.object({ command: z.string(), options: z.record(z.string(), optionValue), words: z.string().exactOptional() }),
    z.object({ button: z.string() }),
  ]),
  operator: z.object({ platform: z.enum(["discord", "telegram"]), id: z.string(), mayAct: z.boolean(), isPrivate: z.boolean() }),
  replyTo: z.discriminatedUnion("platform", [
    z.object({ platform: z.literal("discord"), applicationId: z.string(), interactionToken: z.string() }),
    z.object({ platform: z.literal("telegram"), chatId: z.string(), messageId: z.number().exactOptional() }),
  ]),
}) satisfies z.ZodType<DeferredCommand>;

export interface DelayedAnalysisMessage {
  readonly message: AnalysisMessage;
  /** A queue delays by whole seconds and 15 minutes at most; the receiver sleeps the rest. */
  readonly notBeforeMs: number;
}

export const analysisBodyOf = ({ message, notBeforeMs }: DelayedAnalysisMessage): string => JSON.stringify({ ...message, notBeforeMs });

/** Reads the body of a message of the analysis queue; throws when it is none. */
export function parseAnalysisBody(body: string): DelayedAnalysisMessage {
  const { notBeforeMs, ...message } = analysisBody.parse(JSON.parse(body));
  return { message, notBeforeMs };
}

/** Reads the body of a message of the command queue; throws when it is none. */
export const parseCommandBody = (body: string): DeferredCommand => commandBody.parse(JSON.parse(body));

const cycleAnalyzedBody = z.object({ detail: z.object({ type: z.literal("CycleAnalyzed"), cycleId }) });

/** Reads the cycle out of a CycleAnalyzed event as the bus puts it into a queue; throws when it is none. */
export const parseCycleAnalyzed = (body: string): CycleId => cycleAnalyzedBody.parse(JSON.parse(body)).detail.cycleId;
