import { readFile } from "node:fs/promises";
import { type FaultPlanInput, parseFaultPlan } from "@winiswin/exchange-simulator";
import { usageFailure } from "../command-failure.ts";

/** The fault plan of a JSON file; throws a usage failure that names what is wrong with it. */
export async function faultPlanIn(file: string): Promise<FaultPlanInput> {
  const hint = 'A plan is JSON such as {"seed":1,"rules":[{"on":"POST /fapi/v1/order","nth":2,"fault":"lostResponse"}]}.';
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw usageFailure(`--faults ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, hint);
  }
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    throw usageFailure(`--faults ${file} holds no valid JSON.`, hint);
  }
  try {
    parseFaultPlan(plan);
  } catch (error) {
    throw usageFailure(`--faults ${file}: ${error instanceof Error ? error.message : String(error)}`, hint);
  }
  return plan as FaultPlanInput;
}
