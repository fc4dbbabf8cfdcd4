import { consume } from "./function.ts";
import { routeToQueue } from "./messaging.ts";
import { tellAlarmsTo } from "./monitoring.ts";
import { runOnSchedule } from "./schedule.ts";

routeToQueue("EventsToPeople");

export const notify = consume("NotificationQueue");

tellAlarmsTo(notify);

export const watchSystem = runOnSchedule("EveryQuarterHour");
