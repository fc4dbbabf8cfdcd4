import { deadLetters, failedInvocations, queues } from "./messaging.ts";
import { alarmArns } from "./monitoring.ts";
import { physicalNameOf } from "./names.ts";
import { tables } from "./storage.ts";
import * as topology from "./topology.ts";

type Metric = readonly unknown[];

const region = aws.getRegionOutput().region;
const quarterHour = 900;
const widthOfAll = 24;

const ours = (name: string, options: Record<string, unknown> = {}): Metric => ["Winiswin", name, "stage", $app.stage, options];
const ofFunctions = (name: string, options: Record<string, unknown> = {}): readonly Metric[] =>
  functionNames.map((functionName) => [
    "AWS/Lambda",
    name,
    "FunctionName",
    physicalNameOf(functionName),
    { label: functionName, ...options },
  ]);

const functionNames = Object.keys(topology.functions) as topology.FunctionName[];

interface Graph {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly stat?: string;
  readonly period?: number;
  readonly width?: number;
  readonly view?: "timeSeries" | "singleValue";
  readonly stacked?: boolean;
}

const graph = ({ title, metrics, stat = "Sum", period = quarterHour, width = 8, view = "timeSeries", stacked = false }: Graph) => ({
  type: "metric",
  width,
  height: view === "singleValue" ? 4 : 6,
  properties: { title, metrics, stat, period, view, stacked, region },
});

const heading = (markdown: string) => ({ type: "text", width: widthOfAll, height: 1, properties: { markdown } });

/** Asked of the executor's log each time somebody looks: cheap, because it writes a line a cycle. */
const refusalCodes = () => ({
  type: "log",
  width: 8,
  height: 6,
  properties: {
    title: "Refusals by code (last lines)",
    region,
    view: "table",
    query: [
      `SOURCE '/aws/lambda/${physicalNameOf("executeCycle")}'`,
      "filter ispresent(refusalCodes)",
      "stats count(*) as cycles by refusalCodes",
      "sort cycles desc",
      "limit 20",
    ].join(" | "),
  },
});

const lastErrors = () => ({
  type: "log",
  width: widthOfAll,
  height: 6,
  properties: {
    title: "The last twenty errors",
    region,
    view: "table",
    query: [
      ...functionNames.map((name) => `SOURCE '/aws/lambda/${physicalNameOf(name)}'`),
      "fields @timestamp, message, reason",
      'filter level = "error"',
      "sort @timestamp desc",
      "limit 20",
    ].join(" | "),
  },
});

const rows = [
  [heading(`# ${$app.name} · ${$app.stage}: is it alive, is it protected, what did it earn, what does it cost`)],
  [{ type: "alarm", width: widthOfAll, height: 3, properties: { title: "Alarms", alarms: alarmArns } }],
  [
    graph({
      title: "Now",
      view: "singleValue",
      width: widthOfAll,
      stat: "Maximum",
      metrics: [
        ours("CyclesExecuted", { stat: "Sum", label: "cycles in this quarter" }),
        ours("OpenPositions"),
        ours("UnprotectedPositions"),
        ours("Equity"),
        ours("DrawdownPercent"),
        ours("GrossExposure"),
      ],
    }),
  ],
  [heading("## The cycle")],
  [
    graph({
      title: "From the close to the executor (ms)",
      metrics: [
        ours("CloseToExecutorMs", { stat: "p50", label: "p50" }),
        ours("CloseToExecutorMs", { stat: "p99", label: "p99" }),
        ours("CloseToExecutedMs", { stat: "p99", label: "last order, p99" }),
      ],
    }),
    graph({ title: "Cycles and symbols", metrics: [ours("CyclesExecuted"), ours("SymbolsAnalyzed"), ours("SymbolsFailed")] }),
    graph({
      title: "Request weight of the exchange (limit 2,400)",
      stat: "Maximum",
      period: 60,
      metrics: [ours("RequestWeight"), ours("ExchangeBans", { stat: "Sum" })],
    }),
  ],
  [heading("## Decisions")],
  [
    graph({ title: "Signals and what became of them", metrics: [ours("Signals"), ours("Entries"), ours("Refusals")] }),
    refusalCodes(),
    graph({ title: "Errors of the executor and the guard", metrics: [ours("ExecutionErrors")] }),
  ],
  [heading("## Money and protection")],
  [
    graph({ title: "Equity and gross exposure (USDT)", stat: "Maximum", metrics: [ours("Equity"), ours("GrossExposure")] }),
    graph({
      title: "Open and unprotected positions (the second must be 0)",
      stat: "Maximum",
      period: 60,
      metrics: [ours("OpenPositions"), ours("UnprotectedPositions")],
    }),
    graph({
      title: "Closed trades, their profit, drawdown",
      metrics: [ours("TradesClosed"), ours("RealisedProfit"), ours("DrawdownPercent", { stat: "Maximum" })],
    }),
  ],
  [heading("## Queues and what was given up")],
  [
    graph({
      title: "Age of the oldest message (s)",
      stat: "Maximum",
      period: 60,
      metrics: Object.values(queues).map((queue) => ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue.nodes.queue.name]),
    }),
    graph({
      title: "Dead letters",
      stat: "Maximum",
      period: 300,
      metrics: [...Object.values(deadLetters), failedInvocations].map((queue) => [
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "QueueName",
        queue.nodes.queue.name,
      ]),
    }),
    graph({ title: "Schedules that could not be delivered", metrics: [["AWS/Scheduler", "TargetErrorCount", "ScheduleGroup", "default"]] }),
  ],
  [heading("## Functions")],
  [
    graph({ title: "Errors", metrics: ofFunctions("Errors"), stacked: true }),
    graph({ title: "Duration p99 (ms)", stat: "p99", metrics: ofFunctions("Duration") }),
    graph({ title: "Throttles and cold starts", metrics: [...ofFunctions("Throttles"), ours("ColdStarts", { label: "cold starts" })] }),
  ],
  [lastErrors()],
  [heading("## What it costs: `npx winiswin cost` shows the bill line by line")],
  [
    graph({ title: "Invocations", metrics: ofFunctions("Invocations"), stacked: true }),
    graph({ title: "Milliseconds of computing", metrics: ofFunctions("Duration"), stacked: true }),
    graph({
      title: "Write units by table",
      stacked: true,
      metrics: Object.entries(tables).map(([name, table]) => [
        "AWS/DynamoDB",
        "ConsumedWriteCapacityUnits",
        "TableName",
        table.name,
        { label: name },
      ]),
    }),
  ],
];

/** Placed from the top down, each row from the left. */
const placed = () => {
  let y = 0;
  return rows.flatMap((row) => {
    let x = 0;
    const top = y;
    y += Math.max(...row.map(({ height }) => height));
    return row.map((widget) => {
      const at = { x, y: top };
      x += widget.width;
      return { ...at, ...widget };
    });
  });
};

export const dashboard = new aws.cloudwatch.Dashboard("Dashboard", {
  dashboardName: `${$app.name}-${$app.stage}`,
  dashboardBody: $jsonStringify({ start: "-PT24H", periodOverride: "inherit", widgets: placed() }),
});
