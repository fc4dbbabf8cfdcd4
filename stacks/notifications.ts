import { createFunction } from "./function.ts";
import { routeToFunction } from "./messaging.ts";

export const notify = createFunction("notify");

routeToFunction("EventsToPeople", notify);
