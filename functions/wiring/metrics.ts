import { metrics as definitions, type MetricName, type Metrics } from "@winiswin/application/metrics";
import type { Context } from "aws-lambda";
import { Resource } from "sst";
import { currentClock } from "../clock.ts";

const namespace = "Winiswin";

/** A line that CloudWatch reads as metrics (EMF); whatever is not named as a metric is only text beside it. */
const emfLines: Metrics = {
  record(values, properties) {
    const recorded = Object.entries(values) as [MetricName, number][];
    const named = recorded.map(([Name]) => ({ Name, Unit: definitions[Name].unit }));
    const line = {
      _aws: { Timestamp: currentClock().nowMs(), CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [["stage"]], Metrics: named }] },
      stage: Resource.App.stage,
      ...properties,
      ...values,
    };
    console.log(JSON.stringify(line));
  },
};

let metrics = emfLines;

/** Where this process says its figures, unless whoever hosts the handlers gave another place. */
export const currentMetrics = (): Metrics => metrics;

export const useMetrics = (given: Metrics): void => {
  metrics = given;
};

type Handler<Event, Answer> = (event: Event, context?: Context) => Promise<Answer>;

/** The same handler; the first invocation of a process is counted as a cold start. */
export function measured<Event, Answer>(name: string, handler: Handler<Event, Answer>): Handler<Event, Answer> {
  let isWarm = false;
  return (event, context) => {
    if (!isWarm) currentMetrics().record({ ColdStarts: 1 }, { function: name });
    isWarm = true;
    return handler(event, context);
  };
}

/** The same handler; a run that fails, or gives a message back, is counted: of the latter Lambda counts no error. */
export function countingFailures<Event, Answer>(handler: Handler<Event, Answer>): Handler<Event, Answer> {
  const failed = () => currentMetrics().record({ ExecutionErrors: 1 });
  return async (event, context) => {
    try {
      const answer = await handler(event, context);
      if (isPartialFailure(answer)) failed();
      return answer;
    } catch (error) {
      failed();
      throw error;
    }
  };
}

const isPartialFailure = (answer: unknown): boolean =>
  typeof answer === "object" &&
  answer !== null &&
  "batchItemFailures" in answer &&
  Array.isArray(answer.batchItemFailures) &&
  answer.batchItemFailures.length > 0;

/** The same gate; each time that the exchange asks for silence is counted. */
export function measureBans<Gate extends { banned(untilMs: number, reason: string): Promise<void> }>(gate: Gate, told: Metrics): Gate {
  return {
    ...gate,
    banned: (untilMs: number, reason: string) => {
      told.record({ ExchangeBans: 1 }, { reason });
      return gate.banned(untilMs, reason);
    },
  };
}
