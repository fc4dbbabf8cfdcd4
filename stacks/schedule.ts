import { createFunction } from "./function.ts";
import * as topology from "./topology.ts";

export function runOnSchedule(name: topology.ScheduleName): sst.aws.Function {
  const { expression, function: functionName, retries, usefulForSeconds } = topology.schedules[name];
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
