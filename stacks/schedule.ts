import { createFunction } from "./function.ts";
import * as topology from "./topology.ts";

interface Patience {
  /** A run that could not start within this time is dropped. */
  readonly usefulForSeconds: number;
  /** How often Lambda tries a failed run again, after one minute and then after two. */
  readonly retries: number;
}

export function runOnSchedule(name: topology.ScheduleName, { usefulForSeconds, retries }: Patience): sst.aws.Function {
  const { expression, function: functionName } = topology.schedules[name];
  const scheduled = createFunction(functionName, {
    retries,
    transform: { eventInvokeConfig: { maximumEventAgeInSeconds: usefulForSeconds } },
  });
  new sst.aws.CronV2(name, {
    function: scheduled,
    schedule: expression,
    timezone: "UTC",
    event: topology.scheduleEvent("<aws.scheduler.scheduled-time>"),
    retries: 2,
  });
  return scheduled;
}
