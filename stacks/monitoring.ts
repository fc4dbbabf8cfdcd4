import { deadLetters, failedInvocations, undeliverableRules } from "./messaging.ts";
import { physicalNameOf } from "./names.ts";
import * as topology from "./topology.ts";

interface Alarm {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions?: Record<string, $util.Input<string>>;
  readonly statistic: "Sum" | "Maximum";
  readonly periodSeconds: number;
  /** How many periods in a row. */
  readonly periods: number;
  readonly comparison: "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Silence is what a dead system says: then it must ring too. */
  readonly isSilenceBad?: true;
  /** What it means and what to look at. */
  readonly description: string;
}

const own = (metric: string) => ({ namespace: "Winiswin", metric, dimensions: { stage: $app.stage } });
const ofFunction = (metric: string, name: topology.FunctionName) => ({
  namespace: "AWS/Lambda",
  metric,
  dimensions: { FunctionName: physicalNameOf(name) },
});
const atLeast = (threshold: number) => ({ comparison: "GreaterThanOrEqualToThreshold" as const, threshold });
const below = (threshold: number) => ({ comparison: "LessThanThreshold" as const, threshold, isSilenceBad: true as const });

const alarms: Readonly<Record<string, Alarm>> = {
  CyclesMissing: {
    ...own("CyclesExecuted"),
    ...below(1),
    statistic: "Sum",
    periodSeconds: 900,
    periods: 2,
    description: "No cycle went the whole way in half an hour. Runbook: no cycles.",
  },
  DispatchMissing: {
    ...ofFunction("Invocations", "dispatchCycle"),
    ...below(1),
    statistic: "Sum",
    periodSeconds: 900,
    periods: 2,
    description: "The schedule of the candle closes does not fire. Runbook: no cycles.",
  },
  GuardMissing: {
    ...ofFunction("Invocations", "guardPositions"),
    ...below(3),
    statistic: "Sum",
    periodSeconds: 300,
    periods: 1,
    description: "The guard ran less than three times in five minutes: positions may be unprotected. Runbook: guard failing.",
  },
  GuardFailing: {
    ...ofFunction("Errors", "guardPositions"),
    ...atLeast(3),
    statistic: "Sum",
    periodSeconds: 300,
    periods: 1,
    description: "The guard failed three times in five minutes. Runbook: guard failing.",
  },
  ExecutionErrors: {
    ...own("ExecutionErrors"),
    ...atLeast(3),
    statistic: "Sum",
    periodSeconds: 900,
    periods: 1,
    description: "The executor or the guard failed three times in a quarter of an hour. Runbook: stuck order.",
  },
  Unprotected: {
    ...own("UnprotectedPositions"),
    ...atLeast(1),
    statistic: "Maximum",
    periodSeconds: 60,
    periods: 2,
    description: "A position has had no confirmed stop for two minutes: look at it on the exchange now. Runbook: unprotected position.",
  },
  Drawdown: {
    ...own("DrawdownPercent"),
    ...atLeast(topology.drawdownAlarmPercent),
    statistic: "Maximum",
    periodSeconds: 900,
    periods: 1,
    description: `The equity is ${topology.drawdownAlarmPercent} % below its highest value. Runbook: halt.`,
  },
  Banned: {
    ...own("ExchangeBans"),
    ...atLeast(1),
    statistic: "Sum",
    periodSeconds: 300,
    periods: 1,
    description: "The exchange asked for silence. Runbook: ban.",
  },
  Throttled: {
    namespace: "AWS/Lambda",
    metric: "Throttles",
    ...atLeast(1),
    statistic: "Sum",
    periodSeconds: 300,
    periods: 1,
    description: "Lambda refused invocations: the limit of the account or a reservation is reached. Runbook: throttles.",
  },
  ...Object.fromEntries(
    Object.entries({ ...deadLetters, [topology.failedInvocations.name]: failedInvocations }).map(([name, queue]) => [
      `DeadLetters${name}`,
      {
        namespace: "AWS/SQS",
        metric: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue.nodes.queue.name },
        ...atLeast(1),
        statistic: "Maximum" as const,
        periodSeconds: 300,
        periods: 1,
        description: `Something lies in the dead letters of ${name}. Runbook: dead letters.`,
      },
    ]),
  ),
};

const topic = new aws.sns.Topic("Alarms", { name: `${$app.name}-${$app.stage}-alarms` });

const address = process.env.WINISWIN_ALARM_EMAIL;
if (address) new aws.sns.TopicSubscription("AlarmsByMail", { topic: topic.arn, protocol: "email", endpoint: address });

const created = Object.entries(alarms).map(
  ([name, { namespace, metric, dimensions, statistic, periodSeconds, periods, comparison, threshold, isSilenceBad, description }]) =>
    new aws.cloudwatch.MetricAlarm(name, {
      name: `${$app.name}-${$app.stage}-${name}`,
      alarmDescription: description,
      namespace,
      metricName: metric,
      ...(dimensions === undefined ? {} : { dimensions }),
      statistic,
      period: periodSeconds,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      comparisonOperator: comparison,
      threshold,
      treatMissingData: isSilenceBad ? "breaching" : "notBreaching",
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    }),
);

export const alarmArns = created.map(({ arn }) => arn);

/** CloudWatch says each change of an alarm on the bus of the account; translated into an event of ours it goes the way of all others. */
export function tellAlarmsTo(notify: sst.aws.Function): void {
  const rule = new aws.cloudwatch.EventRule("AlarmsToPeople", {
    name: `${$app.name}-${$app.stage}-AlarmsToPeople`,
    eventPattern: $jsonStringify({
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      resources: alarmArns,
      // A new alarm goes from "insufficient data" to "OK": a deployment would tell people of each of them.
      detail: { $or: [{ state: { value: ["ALARM"] } }, { previousState: { value: ["ALARM"] } }] },
    }),
  });
  new aws.cloudwatch.EventTarget("AlarmsToPeopleTarget", {
    rule: rule.name,
    arn: notify.arn,
    inputTransformer: topology.alarmTranslation,
    deadLetterConfig: { arn: failedInvocations.arn },
  });
  undeliverableRules.push(rule.arn);
  new aws.lambda.Permission("AlarmsToPeoplePermission", {
    action: "lambda:InvokeFunction",
    function: notify.arn,
    principal: "events.amazonaws.com",
    sourceArn: rule.arn,
  });
}
