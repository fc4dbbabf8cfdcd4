import type { Answer } from "../http/answer.ts";
import type { Conditions, Treatment } from "./faults.ts";

const pause = (ms: number): Promise<void> => (ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms).unref()));

/** Executes a request as often as its treatment says, and gives what leaves the exchange: an answer, or how the connection ends without one. */
export async function carryOut(
  treatment: Treatment,
  execute: (conditions: Conditions) => Answer | Promise<Answer>,
): Promise<Answer | Exclude<Treatment["end"], "answer">> {
  await pause(treatment.delayInMs);
  let executed: Answer | undefined;
  for (let execution = 1; execution <= treatment.executions; execution++) {
    const answer = await execute(treatment.conditions);
    if (execution === 1 || treatment.answeredBy === "second") executed = answer;
  }
  await pause(treatment.delayBackMs);
  if (treatment.end !== "answer") return treatment.end;
  return treatment.answer ?? executed ?? "close";
}
