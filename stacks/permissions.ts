import { bus, failedInvocations, queues } from "./messaging.ts";
import { buckets, tables } from "./storage.ts";
import * as topology from "./topology.ts";

type Statement = NonNullable<Exclude<sst.aws.FunctionArgs["permissions"], Promise<unknown> | $util.Output<unknown>>>[number];

/** One IAM statement for each resource that the function has rights on, one for the queue that wakes it, one for its own log. */
export function statementsOf(name: topology.FunctionName, physicalName: string): Statement[] {
  const { rights }: topology.FunctionDescription = topology.functions[name];
  const consumed = Object.entries(topology.queues).filter(([, { subscriber }]) => subscriber.function === name);
  return [
    ...Object.entries(rights).map(([resource, actions]) => statement(resource, actions ?? [])),
    ...consumed.map(([queue]) => statement(queue, topology.consumerActions)),
    ...(topology.asynchronousInvocation(name) === undefined ? [] : [{ actions: ["sqs:SendMessage"], resources: [failedInvocations.arn] }]),
    ownLog(physicalName),
    tracing,
  ];
}

function statement(resource: string, actions: readonly string[]): Statement {
  const [service, arn] = addressOf(resource);
  const [name = "", row] = resource.split("/");
  return {
    actions: actions.map((action) => `${service}:${action}`),
    resources: [arn],
    ...(name in tables && row !== undefined ? { conditions: [onlyRows(row)] } : {}),
  };
}

/** The resource of DynamoDB is the whole table; which rows of it are meant says the partition key that a request names. */
const onlyRows = (partitionKeys: string) => ({
  test: "ForAllValues:StringLike",
  variable: "dynamodb:LeadingKeys",
  values: [partitionKeys],
});

function addressOf(resource: string): [service: string, arn: $util.Output<string>] {
  const [name = "", ...key] = resource.split("/");
  // A telephone number has no name in IAM.
  if (name === "textMessages") return ["sns", $util.output("*")];
  if (name in tables) return ["dynamodb", tables[name as topology.TableName].arn];
  if (name in queues) return ["sqs", queues[name as topology.QueueName].arn];
  if (name in buckets) return ["s3", $interpolate`${buckets[name as topology.BucketName].arn}${key.map((part) => `/${part}`).join("")}`];
  return ["events", bus.arn];
}

/** Traces have no names that a policy could name. */
const tracing: Statement = { actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] };

/** The group itself is made by the stacks, so that its retention is known from the first line on. */
function ownLog(physicalName: string): Statement {
  const region = aws.getRegionOutput().region;
  const account = aws.getCallerIdentityOutput().accountId;
  return {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [$interpolate`arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${physicalName}:*`],
  };
}
