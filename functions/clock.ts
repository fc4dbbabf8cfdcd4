import type { Clock } from "@winiswin/application/ports/clock";
import type { LogFields, Logger } from "@winiswin/application/ports/logger";

const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleepUntil: (atMs) => new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now()))),
  realMsUntil: (atMs) => Math.max(0, atMs - Date.now()),
};

const line = (level: string) => (message: string, fields?: LogFields) => console.log(JSON.stringify({ level, message, ...fields }));

const jsonLines: Logger = { info: line("info"), warn: line("warn"), error: line("error") };

let clock = systemClock;
let logger = jsonLines;

/** The system's clock, unless the process that hosts the handlers gave another. */
export const currentClock = (): Clock => clock;

export const currentLogger = (): Logger => logger;

/** Gives all handlers of this process their time; called before the first event by whoever hosts them. */
export const useClock = (given: Clock): void => {
  clock = given;
};

export const useLogger = (given: Logger): void => {
  logger = given;
};
