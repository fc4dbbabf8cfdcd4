import { consume } from "./function.ts";
import { runOnSchedule } from "./schedule.ts";

/** Dispatching twice creates one cycle, so a failure is worth a second try until the deadline of the cycle is long past. */
export const dispatchCycle = runOnSchedule("EveryCandleClose");

export const analyzeShard = consume("AnalysisQueue");
