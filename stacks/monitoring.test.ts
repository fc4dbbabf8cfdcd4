import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { metrics } from "../packages/application/src/metrics.ts";
import { deploymentOf } from "../packages/cost/src/deployment.ts";
import { parseDomainEvent } from "../packages/discord/src/parse-event.ts";
import { type Evaluation, evaluateStacks } from "./offline/evaluation.ts";
import { installedPlatform } from "./offline/platform.ts";
import * as topology from "./topology.ts";

const root = join(import.meta.dirname, "..");
const functionNames = Object.keys(topology.functions);
const queueNames = Object.keys(topology.queues);

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly metrics?: readonly (readonly unknown[])[];
    readonly query?: string;
    readonly alarms?: readonly string[];
    readonly markdown?: string;
    readonly region?: string;
  };
}

beforeAll(async () => {
  await installedPlatform(root);
}, 600_000);

describe.each(["dev", "production"])("the stage %s is watched", (stage) => {
  let evaluation: Evaluation;
  let widgets: readonly Widget[];
  const ofType = (type: string) => evaluation.resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs);
  const alarms = () => ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
  const arnOf = (alarm: Readonly<Record<string, unknown>>) => `arn:aws:cloudwatch:eu-central-1:123456789012:${String(alarm.name)}`;
  const drawn = () => widgets.flatMap(({ properties }) => properties.metrics ?? []);

  beforeAll(async () => {
    evaluation = await evaluateStacks({ root, stage, environment: { WINISWIN_ALARM_EMAIL: "trader@example.com" } });
    const [dashboard] = ofType("aws:cloudwatch/dashboard:Dashboard");
    widgets = (JSON.parse(String(dashboard?.dashboardBody)) as { widgets: Widget[] }).widgets;
  });

  it("by one dashboard that bears the stage in its name", () => {
    expect(ofType("aws:cloudwatch/dashboard:Dashboard").map(({ dashboardName }) => dashboardName)).toEqual([`winiswin-${stage}`]);
  });

  it("on which no two widgets lie over each other and none leaves the page", () => {
    const overlaps = widgets.flatMap((first, index) =>
      widgets
        .slice(index + 1)
        .filter(
          (second) =>
            first.x < second.x + second.width &&
            second.x < first.x + first.width &&
            first.y < second.y + second.height &&
            second.y < first.y + first.height,
        ),
    );
    expect(overlaps).toEqual([]);
    expect(widgets.every(({ x, width }) => x + width <= 24)).toBe(true);
    expect(widgets.length).toBeGreaterThan(20);
  });

  it("on which every figure of ours is one that the code emits, with the stage as its only dimension, and each of the list is shown", () => {
    const ours = drawn().filter(([namespace]) => namespace === "Winiswin");
    for (const [, name, dimension, value] of ours)
      expect([String(name) in metrics ? name : undefined, dimension, value]).toEqual([name, "stage", stage]);
    expect([...new Set(ours.map(([, name]) => name))].toSorted()).toEqual(Object.keys(metrics).toSorted());
  });

  it("on which every figure of AWS is of something that exists", () => {
    const known: Record<string, readonly unknown[]> = {
      "AWS/Lambda": functionNames.map((name) => `winiswin-${stage}-${name}`),
      "AWS/SQS": ofType("aws:sqs/queue:Queue").map(({ name }) => name),
      "AWS/DynamoDB": ofType("aws:dynamodb/table:Table").map(({ name }) => name),
      "AWS/Scheduler": ["default"],
    };
    const foreign = drawn().filter(([namespace]) => namespace !== "Winiswin");
    expect(foreign.filter(([namespace, , , resource]) => !known[String(namespace)]?.includes(resource))).toEqual([]);
    expect(foreign.length).toBeGreaterThan(functionNames.length);
  });

  it("by questions to logs that exist, about what the code writes there", () => {
    const questions = widgets.flatMap(({ properties }) => properties.query ?? []);
    const groups = ofType("aws:cloudwatch/logGroup:LogGroup").map(({ name }) => name);
    const asked = questions.flatMap((query) => [...query.matchAll(/SOURCE '([^']+)'/g)].map(([, group]) => group));
    expect(asked.filter((group) => !groups.includes(group))).toEqual([]);
    const written = readFileSync(join(root, "packages", "application", "src", "metrics", "cycle-metrics.ts"), "utf8");
    expect(questions.some((query) => query.includes("refusalCodes"))).toBe(true);
    expect(written).toContain("refusalCodes");
  });

  it("by alarms on figures that are emitted, each in words that say what to look at", () => {
    for (const { namespace, metricName, dimensions, alarmDescription } of alarms()) {
      if (namespace === "Winiswin") {
        expect(Object.keys(metrics)).toContain(metricName);
        expect(dimensions).toEqual({ stage });
      }
      expect(alarmDescription).toMatch(/Runbook: [a-z ]+\.$/);
    }
  });

  it("by alarms whose runbook entry is written", () => {
    const runbook = readFileSync(join(root, "docs", "runbook.md"), "utf8").toLowerCase();
    const entries = alarms().map(({ alarmDescription }) => /Runbook: ([a-z ]+)\.$/.exec(String(alarmDescription))?.[1] ?? "");
    expect(entries.filter((entry) => !runbook.includes(`## ${entry}\n`))).toEqual([]);
  });

  it("by a dead man's switch that rings when nothing is heard, and by nothing else that does", () => {
    const silent = alarms().filter(({ treatMissingData }) => treatMissingData === "breaching");
    expect(silent.map(({ metricName }) => metricName).toSorted()).toEqual(["CyclesExecuted", "Invocations", "Invocations"]);
    expect(alarms().every(({ treatMissingData }) => ["breaching", "notBreaching"].includes(String(treatMissingData)))).toBe(true);
  });

  it("by one alarm for each place where something can be given up", () => {
    const rings = alarms().filter(({ metricName }) => metricName === "ApproximateNumberOfMessagesVisible");
    expect(rings).toHaveLength(queueNames.length + 1);
  });

  it("by as many figures, alarms and dashboards as the bill reckons with", () => {
    const reckoned = deploymentOf(topology, Object.keys(metrics).length, false);
    expect(alarms()).toHaveLength(reckoned.alarms);
    expect(ofType("aws:cloudwatch/dashboard:Dashboard")).toHaveLength(reckoned.dashboards);
    expect(Object.keys(metrics)).toHaveLength(reckoned.metrics);
  });

  it("and is told by mail and by the way of all events", () => {
    const [topic] = ofType("aws:sns/topic:Topic");
    expect(ofType("aws:sns/topicSubscription:TopicSubscription")).toEqual([
      { topic: expect.stringContaining(String(topic?.name)), protocol: "email", endpoint: "trader@example.com" },
    ]);
    for (const { alarmActions } of alarms()) expect(alarmActions).toEqual([expect.stringContaining(String(topic?.name))]);
    const rule = ofType("aws:cloudwatch/eventRule:EventRule").find(({ name }) => String(name).endsWith("AlarmsToPeople"));
    expect(JSON.parse(String(rule?.eventPattern))).toEqual({
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      resources: expect.any(Array),
      detail: { $or: [{ state: { value: ["ALARM"] } }, { previousState: { value: ["ALARM"] } }] },
    });
    expect((JSON.parse(String(rule?.eventPattern)) as { resources: string[] }).resources.toSorted()).toEqual(
      alarms().map(arnOf).toSorted(),
    );
    const target = ofType("aws:cloudwatch/eventTarget:EventTarget").find((candidate) => candidate.rule === rule?.name);
    expect(String(target?.arn)).toContain(`winiswin-${stage}-notify`);
    const [failedInvocations] = ofType("aws:sqs/queue:Queue").filter(({ name }) => String(name).includes(topology.failedInvocations.name));
    expect(target?.deadLetterConfig).toEqual({ arn: expect.stringMatching(new RegExp(`:${String(failedInvocations?.name)}$`)) });
  });

  it("on one page of alarms, all of them", () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(shown.toSorted()).toEqual(alarms().map(arnOf).toSorted());
  });
});

it("an alarm of CloudWatch becomes an event of ours that can be told", () => {
  const said = {
    id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    time: "2026-11-21T10:19:00Z",
    detail: {
      alarmName: "winiswin-production-CyclesMissing",
      state: { value: "ALARM", reason: 'no datapoints were received for 2 "periods"' },
    },
  };
  const at = (path: string) =>
    path
      .split(".")
      .slice(1)
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], said);
  const { inputPaths, inputTemplate } = topology.alarmTranslation;
  const translated = Object.entries(inputPaths).reduce(
    (text, [name, path]) => text.replace(`<${name}>`, JSON.stringify(at(path))),
    inputTemplate as string,
  );

  expect(parseDomainEvent((JSON.parse(translated) as { detail: unknown }).detail)).toEqual({
    type: "AlarmChanged",
    alarm: "winiswin-production-CyclesMissing",
    state: "ALARM",
    reason: said.detail.state.reason,
  });
});

it("nobody is mailed who was not named", async () => {
  const { resources } = await evaluateStacks({ root, stage: "dev" });
  expect(resources.filter(({ type }) => type === "aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
});

it("one fixed address is had by asking for it, for the functions that hold the exchange keys alone", async () => {
  const { resources } = await evaluateStacks({ root, stage: "dev", environment: { WINISWIN_STATIC_IP: "true" } });
  const inside = resources.filter(({ type, inputs }) => type === "aws:lambda/function:Function" && inputs.vpcConfig !== undefined);
  const holders = functionNames.filter((name) => {
    const { secrets = [] }: topology.FunctionDescription = topology.functions[name as topology.FunctionName];
    return secrets.includes("BinanceApiSecret");
  });
  expect(inside.map(({ name }) => name.replace(/Function$/, "")).toSorted()).toEqual(holders.toSorted());
  expect(resources.filter(({ type }) => type === "aws:ec2/instance:Instance")).toHaveLength(1);
  expect(resources.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway")).toEqual([]);
});
