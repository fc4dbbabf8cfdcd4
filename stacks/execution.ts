import { consume } from "./function.ts";
import { routeToFunction, routeToQueue } from "./messaging.ts";
import { runOnSchedule } from "./schedule.ts";

routeToQueue("CyclesToExecution");

export const executeCycle = consume("ExecutionQueue");

/** Its repetition is the next minute; a minute is also the shortest age that Lambda accepts. */
export const guardPositions = runOnSchedule("EveryMinute");

routeToFunction("CloseRequestsToGuard", guardPositions);
