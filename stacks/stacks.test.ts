import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Evaluation, evaluateStacks, type RegisteredResource } from "./offline/evaluation.ts";
import { installedPlatform } from "./offline/platform.ts";
import * as topology from "./topology.ts";

const root = join(import.meta.dirname, "..");
const secretValues = Object.fromEntries(Object.keys(topology.secrets).map((name) => [name, `value-of-${name}`]));
const settings = { ENABLE_TRADING: "true", MAX_SYMBOLS: "50" };
const everyFunction = Object.entries(topology.functions) as [topology.FunctionName, topology.FunctionDescription][];
const everyQueue = Object.entries(topology.queues) as [topology.QueueName, topology.QueueDescription][];
const everyTable = Object.entries(topology.tables) as [topology.TableName, topology.TableDescription][];
const everyBucket = Object.entries(topology.buckets) as [topology.BucketName, topology.BucketDescription][];
const everyRule = Object.entries(topology.rules) as [topology.RuleName, topology.RuleDescription][];
const everySchedule = Object.entries(topology.schedules);

interface Statement {
  readonly effect?: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals?: readonly unknown[];
  readonly conditions?: readonly unknown[];
}

// The handlers have a test of their own, so that one that is missing does not hide everything else.
const handlersRoot = mkdtempSync(join(tmpdir(), "winiswin-handlers-"));
const sourceOf = (handler: string) => join(handlersRoot, handler.replace(/\.handler$/, ".ts"));

beforeAll(async () => {
  await installedPlatform(root);
  for (const [, { handler }] of everyFunction) {
    mkdirSync(dirname(sourceOf(handler)), { recursive: true });
    writeFileSync(sourceOf(handler), "export const handler = async () => {};\n");
  }
}, 600_000);
afterAll(() => rmSync(handlersRoot, { recursive: true }));

describe.each(["dev", "production"])("the stage %s", (stage) => {
  let evaluation: Evaluation;
  const ofType = (type: string) => evaluation.resources.filter((resource) => resource.type === type);
  const one = (type: string, matches: (resource: RegisteredResource) => boolean) => {
    const found = ofType(type).filter(matches);
    expect(found, `resources of type ${type}`).toHaveLength(1);
    return found[0]!.inputs;
  };
  const named = (type: string, name: string) => one(type, (resource) => resource.name === name);
  const table = (name: string) => named("aws:dynamodb/table:Table", `${name}Table`);
  const queue = (name: string) => named("aws:sqs/queue:Queue", `${name}Queue`);
  const lambda = (name: string) => named("aws:lambda/function:Function", `${name}Function`);
  const bus = () => named("aws:cloudwatch/eventBus:EventBus", `${topology.bus.name}Bus`);
  const bucket = (name: string) => named("aws:s3/bucket:Bucket", `${name}Bucket`);
  const mappingOf = (queueName: string) =>
    one("aws:lambda/eventSourceMapping:EventSourceMapping", ({ inputs }) => pointsTo(inputs.eventSourceArn, queue(queueName)));
  const ruleFor = (detailTypes: readonly string[]) => {
    const pattern = { source: [topology.eventSource], "detail-type": detailTypes };
    return one("aws:cloudwatch/eventRule:EventRule", ({ inputs }) => same(JSON.parse(String(inputs.eventPattern)), pattern));
  };

  beforeAll(async () => {
    evaluation = await evaluateStacks({
      root,
      stage,
      handlersRoot,
      environment: { ...settings, UNRELATED: "stays at home" },
      secrets: secretValues,
    });
  });

  it("lives in Frankfurt and keeps what is production's", () => {
    const production = stage === "production";
    expect(evaluation.app).toEqual({
      name: "winiswin",
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
      providers: { aws: { region: "eu-central-1" } },
    });
    const kept = evaluation.resources.filter((resource) => resource.retainedOnDelete).map((resource) => resource.name);
    const stores = [...everyTable.map(([name]) => `${name}Table`), ...everyBucket.map(([name]) => `${name}Bucket`)];
    expect(kept.toSorted()).toEqual(production ? stores.toSorted() : []);
  });

  it("has nothing that the topology does not describe", () => {
    const counted = {
      tables: ofType("aws:dynamodb/table:Table").length,
      buckets: ofType("aws:s3/bucket:Bucket").length,
      queues: ofType("aws:sqs/queue:Queue").length,
      mappings: ofType("aws:lambda/eventSourceMapping:EventSourceMapping").length,
      functions: ofType("aws:lambda/function:Function").length,
      urls: ofType("aws:lambda/functionUrl:FunctionUrl").length,
      schedules: ofType("aws:scheduler/schedule:Schedule").length,
      buses: ofType("aws:cloudwatch/eventBus:EventBus").length,
      rules: ofType("aws:cloudwatch/eventRule:EventRule").length,
      targets: ofType("aws:cloudwatch/eventTarget:EventTarget").length,
      secrets: ofType("sst:sst:Secret").length,
    };
    expect(counted).toEqual({
      tables: everyTable.length,
      buckets: everyBucket.length,
      queues: 2 * everyQueue.length + 1,
      mappings: everyQueue.length,
      functions: everyFunction.length,
      urls: everyFunction.filter(([, { url }]) => url).length,
      schedules: everySchedule.length,
      buses: 1,
      rules: everyRule.length + 1,
      targets: everyRule.length + 1,
      secrets: Object.keys(topology.secrets).length,
    });
  });

  it.each(everyTable)("keeps %s on demand, recoverable and forgetful", (name, { partitionKey, sortKey }) => {
    expect(table(name)).toMatchObject({
      billingMode: "PAY_PER_REQUEST",
      hashKey: partitionKey,
      attributes: [partitionKey, ...(sortKey ? [sortKey] : [])].map((attribute) => ({ name: attribute, type: "S" })),
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: stage === "production",
    });
    expect(table(name).rangeKey).toBe(sortKey);
  });

  it.each(everyBucket)("keeps %s private and lets its objects expire", (name, { expireAfterDays }) => {
    const { bucket: physicalName, forceDestroy } = bucket(name);
    expect(forceDestroy).toBe(stage !== "production");
    expect(named("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", `${name}PublicAccessBlock`)).toEqual({
      bucket: physicalName,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(named("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", `${name}Lifecycle`)).toMatchObject({
      bucket: physicalName,
      rules: [{ status: "Enabled", expiration: { days: expireAfterDays } }],
    });
    expect(ofType("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")).toEqual([]);
    // S3 encrypts every object by itself; what can be forgotten is the way there.
    const [statement, ...others] = statementsOf(named("aws:s3/bucketPolicy:BucketPolicy", `${name}Policy`).policy);
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      effect: "Deny",
      actions: ["s3:*"],
      conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
    });
  });

  it.each(everyQueue)("feeds %s to its function and buries what fails too often", (name, description) => {
    const { fifo, visibilityTimeoutSeconds, maximumReceives, subscriber } = description;
    const deadLetters = queue(topology.deadLettersOf(name));
    expect(queue(name)).toMatchObject({ fifoQueue: fifo, contentBasedDeduplication: fifo, visibilityTimeoutSeconds });
    expect(String(queue(name).name).endsWith(".fifo")).toBe(fifo);
    expect(deadLetters).toMatchObject({ fifoQueue: fifo, messageRetentionSeconds: 14 * 24 * 60 * 60 });
    const redrive = JSON.parse(String(queue(name).redrivePolicy));
    expect(redrive.maxReceiveCount).toBe(maximumReceives);
    expect(pointsTo(redrive.deadLetterTargetArn, deadLetters)).toBe(true);
    const mapping = mappingOf(name);
    expect(mapping).toMatchObject({
      batchSize: subscriber.batchSize,
      maximumBatchingWindowInSeconds: 0,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: subscriber.maximumConcurrency },
    });
    expect(pointsTo(mapping.functionName, lambda(subscriber.function))).toBe(true);
    const consumer: topology.FunctionDescription = topology.functions[subscriber.function];
    expect(visibilityTimeoutSeconds).toBeGreaterThan(consumer.timeoutSeconds);
    expect(consumer.reservedConcurrency ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(subscriber.maximumConcurrency);
  });

  it.each(everyFunction)("runs %s as described", (name, description) => {
    expect(lambda(name)).toMatchObject({
      name: `winiswin-${stage}-${name}`,
      handler: description.handler,
      description: description.description,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      memorySize: description.memoryMb,
      timeout: description.timeoutSeconds,
    });
    expect(lambda(name).tracingConfig).toEqual({ mode: "Active" });
    expect(lambda(name).reservedConcurrentExecutions).toBe(stage === "production" ? description.reservedConcurrency : undefined);
    expect(named("aws:cloudwatch/logGroup:LogGroup", `${name}LogGroup`)).toEqual({
      name: `/aws/lambda/winiswin-${stage}-${name}`,
      retentionInDays: 30,
    });
    const built = evaluation.functions.filter(({ functionName }) => functionName === name);
    expect(built).toEqual([
      {
        functionName: name,
        handler: description.handler,
        runtime: "nodejs24.x",
        architecture: "arm64",
        linkNames: expect.any(Array),
        copiedFiles: [{ from: join(root, "winiswin.yaml"), to: "winiswin.yaml" }],
      },
    ]);
    expect(built[0]!.linkNames.toSorted()).toEqual(topology.linksOf(description).toSorted());
  });

  it.each(everyFunction)("gives %s the settings of the deployment and no secret", (name) => {
    const { variables } = lambda(name).environment as { variables: Record<string, string> };
    const { SST_KEY, SST_KEY_FILE, SST_RESOURCE_App, ...ours } = variables;
    expect([SST_KEY, SST_KEY_FILE]).toEqual([expect.any(String), "resource.enc"]);
    expect(JSON.parse(SST_RESOURCE_App ?? "")).toEqual({ name: "winiswin", stage });
    expect(ours).toEqual(settings);
  });

  it.each(everyFunction)("lets %s do what its rights name, where they name it, and nothing else", (name, { rights }) => {
    const role = named("aws:iam/role:Role", `${name}Role`);
    const addressOf = (resource: string) => {
      const [first = "", ...key] = resource.split("/");
      if (first in topology.tables) return `arn:aws:dynamodb:eu-central-1:123456789012:table/${table(first).name}`;
      if (first in topology.buckets) return [`arn:aws:s3:::${bucket(first).bucket}`, ...key].join("/");
      if (first in topology.queues) return `arn:aws:sqs:eu-central-1:123456789012:${queue(first).name}`;
      // A telephone number has no name in IAM.
      if (first === "textMessages") return "*";
      return `arn:aws:events:eu-central-1:123456789012:event-bus/${bus().name}`;
    };
    const serviceOf = (resource: string) => (resource === "textMessages" ? "sns" : addressOf(resource).split(":")[2]);
    const consumed = everyQueue.flatMap(([queueName, { subscriber }]) =>
      subscriber.function === name ? [[queueName, topology.consumerActions] as const] : [],
    );
    const rowsOf = (resource: string) => {
      const [first = "", row] = resource.split("/");
      if (!(first in topology.tables) || row === undefined) return {};
      return { conditions: [{ test: "ForAllValues:StringLike", variable: "dynamodb:LeadingKeys", values: [row] }] };
    };
    const expected = [...Object.entries(rights), ...consumed].map(([resource, actions = []]) => ({
      effect: "Allow",
      actions: actions.map((action) => `${serviceOf(resource)}:${action}`),
      resources: [addressOf(resource)],
      ...rowsOf(resource),
    }));
    const failures = {
      effect: "Allow",
      actions: ["sqs:SendMessage"],
      resources: [`arn:aws:sqs:eu-central-1:123456789012:${queue(topology.failedInvocations.name).name}`],
    };
    const tracing = { effect: "Allow", actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] };
    const ownLog = {
      effect: "Allow",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/winiswin-${stage}-${name}:*`],
    };
    const statements = inlineStatements(role);
    const isAsynchronous = topology.asynchronousInvocation(name) !== undefined;
    expect(statements).toEqual([...expected, ...(isAsynchronous ? [failures] : []), ownLog, tracing]);
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes("*"))).toEqual([]);
    expect(role.managedPolicyArns ?? []).toEqual([]);
  });

  it("lets nothing but what trades and what answers a person write what stops trading", () => {
    const mayStop = everyFunction.filter(([, { rights }]) =>
      Object.entries(rights).some(([resource, actions]) => resource === "Control" && actions?.some((action) => action !== "GetItem")),
    );
    expect(mayStop.map(([name]) => name).toSorted()).toEqual(["answerCommand", "executeCycle", "guardPositions"]);
  });

  it.each(everyFunction.filter(([, { url }]) => url))("opens %s to Discord or Telegram, whose requests the handler verifies", (name) => {
    const url = one("aws:lambda/functionUrl:FunctionUrl", ({ inputs }) => inputs.functionName === lambda(name).name);
    expect(url).toEqual({ functionName: lambda(name).name, authorizationType: "NONE", invokeMode: "BUFFERED" });
    const permissions = ofType("aws:lambda/permission:Permission").filter(({ inputs }) => inputs.function === lambda(name).name);
    expect(permissions.map(({ inputs }) => inputs.action).toSorted()).toEqual(["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"]);
    expect(evaluation.outputs[`${name}Url`]).toMatch(/^https:/);
  });

  it.each(everySchedule)("wakes the function of %s on time", (name, { expression, function: functionName }) => {
    const schedule = named("aws:scheduler/schedule:Schedule", `${name}Schedule`);
    const target = schedule.target as { arn: string; input: string };
    expect(schedule).toMatchObject({
      scheduleExpression: expression,
      scheduleExpressionTimezone: "UTC",
      state: "ENABLED",
      flexibleTimeWindow: { mode: "OFF" },
    });
    expect(pointsTo(target.arn, lambda(functionName))).toBe(true);
    expect(JSON.parse(target.input)).toEqual(topology.scheduleEvent("<aws.scheduler.scheduled-time>"));
    const role = named("aws:iam/role:Role", `${name}Role`);
    const failures = `arn:aws:sqs:eu-central-1:123456789012:${queue(topology.failedInvocations.name).name}`;
    expect(target).toMatchObject({ deadLetterConfig: { arn: failures } });
    expect(inlineStatements(role)).toEqual([
      { actions: ["lambda:InvokeFunction"], resources: [target.arn] },
      { actions: ["sqs:SendMessage"], resources: [failures] },
    ]);
  });

  it.each(everyFunction)("keeps what %s gave up on when nobody waits for its answer", (name) => {
    const asynchronous = topology.asynchronousInvocation(name);
    const found = ofType("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").filter(
      ({ inputs }) => inputs.functionName === lambda(name).name,
    );
    const failures = `arn:aws:sqs:eu-central-1:123456789012:${queue(topology.failedInvocations.name).name}`;
    const expected = asynchronous && {
      functionName: lambda(name).name,
      maximumRetryAttempts: asynchronous.retries,
      maximumEventAgeInSeconds: asynchronous.usefulForSeconds,
      destinationConfig: { onFailure: { destination: failures } },
    };
    expect(found.map(({ inputs }) => inputs)).toEqual(expected ? [expected] : []);
  });

  it.each(everyRule)("routes by %s", (_name, { detailTypes, target }) => {
    const rule = ruleFor(detailTypes);
    const ruleTarget = one("aws:cloudwatch/eventTarget:EventTarget", ({ inputs }) => inputs.rule === rule.name);
    expect([rule.eventBusName, ruleTarget.eventBusName]).toEqual([bus().name, bus().name]);
    expect(pointsTo((ruleTarget.deadLetterConfig as { arn: string }).arn, queue(topology.failedInvocations.name))).toBe(true);
    expect(rule.state ?? "ENABLED").toBe("ENABLED");
    if ("function" in target) {
      expect(pointsTo(ruleTarget.arn, lambda(target.function))).toBe(true);
      const permission = one("aws:lambda/permission:Permission", ({ inputs }) => pointsTo(inputs.sourceArn, rule, "rule/"));
      expect(permission).toMatchObject({ action: "lambda:InvokeFunction", principal: "events.amazonaws.com" });
      expect(pointsTo(permission.function, lambda(target.function))).toBe(true);
      return;
    }
    expect(pointsTo(ruleTarget.arn, queue(target.queue))).toBe(true);
    expect(ruleTarget.sqsTarget).toEqual({ messageGroupId: target.messageGroupId });
    const policy = one("aws:sqs/queuePolicy:QueuePolicy", ({ inputs }) => String(inputs.queueUrl).endsWith(`/${queue(target.queue).name}`));
    const [statement, ...others] = statementsOf(policy.policy);
    expect(others).toEqual([]);
    expect(statement).toEqual({
      actions: ["sqs:SendMessage"],
      resources: [ruleTarget.arn],
      principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
      conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: [expect.stringMatching(new RegExp(`:rule/${rule.name}$`))] }],
    });
  });

  it("keeps undeliverable events of its own rules and of no others", () => {
    const { messageRetentionSeconds } = queue(topology.failedInvocations.name);
    expect(messageRetentionSeconds).toBe(14 * 24 * 60 * 60);
    const policy = named("aws:sqs/queuePolicy:QueuePolicy", `${topology.failedInvocations.name}Policy`);
    const [statement, ...others] = statementsOf(policy.policy);
    expect(others).toEqual([]);
    const [condition] = (statement?.conditions ?? []) as { variable: string; values: string[] }[];
    expect(condition).toMatchObject({ test: "ArnEquals", variable: "aws:SourceArn" });
    const ruleNames = [...everyRule.map(([, { detailTypes }]) => String(ruleFor(detailTypes).name)), `winiswin-${stage}-AlarmsToPeople`];
    expect(condition?.values.map((arn) => arn.split("/").at(-1)).toSorted()).toEqual(ruleNames.toSorted());
  });

  it("gives the handlers the links that they are told to expect", () => {
    const declared = readFileSync(join(root, "functions", "links.d.ts"), "utf8").matchAll(/^ {4}(\w+): \{ (\w+): string \};$/gm);
    const expected = [...declared].map(([, name = "", property = ""]) => ({ name, property }));
    const linkNames = [topology.tables, topology.buckets, topology.queues, topology.secrets].flatMap((part) => Object.keys(part));
    expect(expected.map(({ name }) => name).toSorted()).toEqual([...linkNames, topology.bus.name].toSorted());
    for (const { name, property } of expected) {
      expect(named("sst:sst:LinkRef", `${name}LinkRef`).properties).toMatchObject({ [property]: expect.any(String) });
    }
  });

  it("shows no secret outside of the links, which are encrypted", () => {
    const open = evaluation.resources.filter(({ type }) => type !== "sst:sst:LinkRef");
    const leaks = open.filter(({ inputs }) => Object.values(secretValues).some((value) => JSON.stringify(inputs).includes(value)));
    expect(leaks.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
    for (const [name, value] of Object.entries(secretValues)) {
      expect(named("sst:sst:LinkRef", `${name}LinkRef`).properties).toEqual({ value });
    }
  });
});

describe("a deployment", () => {
  it("needs no secret the first time and goes where it is told to", async () => {
    const evaluation = await evaluateStacks({ root, stage: "dev", handlersRoot, environment: { WINISWIN_AWS_REGION: "ap-northeast-1" } });
    expect(evaluation.app.providers).toEqual({ aws: { region: "ap-northeast-1" } });
    expect(evaluation.functions).toHaveLength(everyFunction.length);
  });

  it("reserves no concurrency in an account that cannot", async () => {
    const environment = { WINISWIN_RESERVE_CONCURRENCY: "false" };
    const { resources } = await evaluateStacks({ root, stage: "production", handlersRoot, environment });
    expect(resources.filter(({ inputs }) => "reservedConcurrentExecutions" in inputs)).toEqual([]);
  });

  it("is refused where Binance is closed", async () => {
    const environment = { WINISWIN_AWS_REGION: "us-east-1" };
    await expect(evaluateStacks({ root, stage: "dev", handlersRoot, environment })).rejects.toThrow(/Binance answers 451/);
  });

  it("ships another file of settings with every function when it is named", async () => {
    const other = await evaluateStacks({ root, stage: "dev", handlersRoot, environment: { WINISWIN_CONFIG: join(root, "biome.json") } });
    expect(other.functions).toHaveLength(everyFunction.length);
    for (const { copiedFiles } of other.functions) expect(copiedFiles).toEqual([{ from: join(root, "biome.json"), to: "winiswin.yaml" }]);
  });

  it("is refused for a file of settings that is not there", async () => {
    const environment = { WINISWIN_CONFIG: "absent.yaml" };
    await expect(evaluateStacks({ root, stage: "dev", handlersRoot, environment })).rejects.toThrow(
      /names absent.yaml, but there is no such/,
    );
  });

  it("finds every handler", async () => {
    const { functions } = await evaluateStacks({ root, stage: "dev" });
    expect(functions.map(({ functionName }) => functionName).toSorted()).toEqual(Object.keys(topology.functions).toSorted());
  });

  it("fails when a handler is not there or is called otherwise", async () => {
    const [, { handler }] = everyFunction[0]!;
    const source = sourceOf(handler);
    rmSync(source);
    await expect(evaluateStacks({ root, stage: "dev", handlersRoot })).rejects.toThrow(`Handler ${handler}: there is no such file`);
    writeFileSync(source, "export const handle = async () => {};\n");
    await expect(evaluateStacks({ root, stage: "dev", handlersRoot })).rejects.toThrow(`Handler ${handler}: the file does not export`);
    writeFileSync(source, "export const handler = async () => {};\n");
  });
});

/** Whether an ARN, or a bare name, ends with the physical name of the resource. */
function pointsTo(address: unknown, target: Readonly<Record<string, unknown>>, kind = ""): boolean {
  const last = String(address).split(":").at(-1);
  return last === `${kind}${String(target.name)}`;
}

function same(left: unknown, right: unknown): boolean {
  const sorted = (value: unknown) => JSON.stringify(Object.entries(value as object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(left) === sorted(right);
}

function statementsOf(policy: unknown): Statement[] {
  return (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
}

function inlineStatements(role: Readonly<Record<string, unknown>>): Statement[] {
  return (role.inlinePolicies as { policy: string }[]).flatMap(({ policy }) => statementsOf(policy));
}
