import type { EmergencyContext } from "./command.ts";
import { operatorName } from "./operator-name.ts";
import { type Text, text } from "./view.ts";

/**
 * Publishes who did what; never throws, because what was done is done. What comes back is for the end of the answer: a sentence when the
 * event did not get out.
 */
export async function audited(
  { eventBus, operator, clock, logger }: EmergencyContext,
  did: { readonly command: string; readonly effect: string },
): Promise<readonly Text[]> {
  const by = operatorName(operator);
  logger.warn("operator acted", { by, ...did });
  try {
    await eventBus.publish([{ type: "OperatorActed", by, command: did.command, effect: did.effect, atMs: clock.nowMs() }]);
    return [];
  } catch (error) {
    logger.error("operator's act not published", { by, ...did, reason: error instanceof Error ? error.message : String(error) });
    return [text("The event that tells others of it could not be published; the log has it.")];
  }
}
