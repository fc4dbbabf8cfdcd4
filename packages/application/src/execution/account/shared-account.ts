import { isOrderOfAnotherBot } from "@winiswin/domain/order";
import type { ProtectionReport } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

/** Who is named in the halt of everything when somebody else of this program trades the account. */
export const sharedAccountHaltBy = "the account watch";

type Dependencies = Pick<ExecutionDependencies, "clock" | "control" | "eventBus" | "configuration">;

/** Two that size by the same equity and fill the same slots take twice the risk that each of them reviews: entries stop until one is gone. */
export async function haltSharedAccount(reason: string, { clock, control, eventBus }: Dependencies): Promise<void> {
  if ((await control.halt()) !== undefined) return;
  const atMs = clock.nowMs();
  await control.setHalt({ reason, by: sharedAccountHaltBy, atMs });
  await eventBus.publish([{ type: "EntriesHalted", code: "ACCOUNT_SHARED", reason, atMs }]);
}

/** Halts when an order of another bot of this program rests on the account. */
export async function watchForAnotherBot(protections: readonly ProtectionReport[], dependencies: Dependencies): Promise<void> {
  const { bot } = dependencies.configuration;
  const theirs = protections.find(({ clientOrderId }) => isOrderOfAnotherBot(bot, clientOrderId));
  if (theirs === undefined) return;
  const reason = `another bot of this program has orders on this account (${theirs.clientOrderId} on ${theirs.symbol}): one account, one bot`;
  await haltSharedAccount(reason, dependencies);
}
