import { createFunction } from "./function.ts";
import { failedInvocations } from "./messaging.ts";
import * as topology from "./topology.ts";

export function runOnSchedule(name: topology.ScheduleName): sst.aws.Function {
  const { expression, function: functionName } = topology.schedules[name];
  const scheduled = createFunction(functionName);
  new sst.aws.CronV2(name, {
    function: scheduled,
    schedule: expression,
    timezone: "UTC",
    event: topology.scheduleEvent("<aws.scheduler.scheduled-time>"),
    retries: 2,
    dlq: failedInvocations.arn,
  });
  return scheduled;
}
