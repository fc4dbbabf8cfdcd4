import { byName } from "./by-name.ts";
import * as topology from "./topology.ts";

const fourteenDaysInSeconds = 14 * 24 * 60 * 60;

// Without these the links would bring rights of their own: `sqs:*` and `events:*`.
sst.Linkable.wrap(sst.aws.Queue, (queue) => ({ properties: { url: queue.url } }));
sst.Linkable.wrap(sst.aws.Bus, ({ name, arn }) => ({ properties: { name, arn } }));

export const bus = new sst.aws.Bus(topology.bus.name);

export const deadLetters = byName<topology.QueueName, topology.QueueDescription, sst.aws.Queue>(
  topology.queues,
  (name, { fifo }) =>
    new sst.aws.Queue(topology.deadLettersOf(name), {
      fifo,
      transform: { queue: { messageRetentionSeconds: fourteenDaysInSeconds } },
    }),
);

export const failedInvocations = new sst.aws.Queue(topology.failedInvocations.name, {
  transform: { queue: { messageRetentionSeconds: fourteenDaysInSeconds } },
});

export const queues = byName<topology.QueueName, topology.QueueDescription, sst.aws.Queue>(
  topology.queues,
  (name, { fifo, visibilityTimeoutSeconds, maximumReceives }) =>
    new sst.aws.Queue(name, {
      // A rule on the bus cannot give a deduplication id, so the content is it.
      fifo: fifo ? { contentBasedDeduplication: true } : false,
      visibilityTimeout: `${visibilityTimeoutSeconds} seconds`,
      dlq: { queue: deadLetters[name].arn, retry: maximumReceives },
    }),
);

/** Rules whose events go to the failed ones when their target cannot be reached. */
export const undeliverableRules: $util.Output<string>[] = [];

/** What matches the rule goes to its queue. */
export function routeToQueue(name: topology.RuleName): void {
  const { detailTypes, target }: topology.RuleDescription = topology.rules[name];
  if (!("queue" in target)) throw new Error(`The rule ${name} does not lead to a queue.`);
  const queue = queues[target.queue];
  const rule = new aws.cloudwatch.EventRule(name, {
    name: `${$app.name}-${$app.stage}-${name}`,
    eventBusName: bus.name,
    eventPattern: JSON.stringify({ source: [topology.eventSource], "detail-type": detailTypes }),
  });
  // Not Bus.subscribeQueue: its policy lets the rules of every AWS account send here, and what arrives here places orders.
  new aws.sqs.QueuePolicy(`${name}Policy`, {
    queueUrl: queue.url,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ["sqs:SendMessage"],
          resources: [queue.arn],
          principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
          conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: [rule.arn] }],
        },
      ],
    }).json,
  });
  new aws.cloudwatch.EventTarget(`${name}Target`, {
    rule: rule.name,
    eventBusName: bus.name,
    arn: queue.arn,
    sqsTarget: { messageGroupId: target.messageGroupId },
    deadLetterConfig: { arn: failedInvocations.arn },
  });
  undeliverableRules.push(rule.arn);
}

/** What matches the rule wakes the function. */
export function routeToFunction(name: topology.RuleName, target: sst.aws.Function): void {
  const { detailTypes }: topology.RuleDescription = topology.rules[name];
  const subscriber = bus.subscribe(name, target, {
    pattern: { source: [topology.eventSource], detailType: [...detailTypes] },
    transform: { target: { deadLetterConfig: { arn: failedInvocations.arn } } },
  });
  undeliverableRules.push(subscriber.nodes.rule.arn);
}

/** Called when all rules are there: their undeliverable events may be kept, those of other rules and accounts may not. */
export function keepUndeliverableEvents(): void {
  new aws.sqs.QueuePolicy(`${topology.failedInvocations.name}Policy`, {
    queueUrl: failedInvocations.url,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ["sqs:SendMessage"],
          resources: [failedInvocations.arn],
          principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
          conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: undeliverableRules }],
        },
      ],
    }).json,
  });
}
