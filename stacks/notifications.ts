import { createFunction } from "./function.ts";
import { routeToFunction } from "./messaging.ts";
import { tellAlarmsTo } from "./monitoring.ts";

export const notify = createFunction("notify");

routeToFunction("EventsToPeople", notify);

tellAlarmsTo(notify);
