/**
 * Every figure that the system shows over time, once: the dashboard, the alarms and the embedded run read this list and no other.
 *
 * `stage` is the only dimension, because each combination of dimensions is billed as a metric of its own; what is counted per symbol or per
 * bot is in the tables.
 */
export const metrics = {
  CyclesExecuted: { unit: "Count", emittedBy: "executeCycle", meaning: "cycles that went the whole way, one each quarter of an hour" },
  CloseToExecutorMs: {
    unit: "Milliseconds",
    emittedBy: "executeCycle",
    meaning: "from the close of the candle to the start of the executor",
  },
  CloseToExecutedMs: {
    unit: "Milliseconds",
    emittedBy: "executeCycle",
    meaning: "from the close of the candle to the last order of the cycle",
  },
  SymbolsAnalyzed: { unit: "Count", emittedBy: "executeCycle", meaning: "symbols whose candle was analysed in time" },
  SymbolsFailed: { unit: "Count", emittedBy: "executeCycle", meaning: "symbols whose candles could not be had or were refused" },
  Signals: { unit: "Count", emittedBy: "executeCycle", meaning: "opinions of the strategies in a cycle" },
  Entries: { unit: "Count", emittedBy: "executeCycle", meaning: "signals that became a position" },
  Refusals: { unit: "Count", emittedBy: "executeCycle", meaning: "signals that our own review or the exchange turned down" },
  Equity: { unit: "None", emittedBy: "executeCycle", meaning: "wallet balance and unrealised profit, USDT" },
  DrawdownPercent: {
    unit: "Percent",
    emittedBy: "executeCycle",
    meaning: "fall of the equity from its peak, deposits and withdrawals aside",
  },
  OpenPositions: { unit: "Count", emittedBy: "guardPositions", meaning: "positions that the exchange holds for us" },
  UnprotectedPositions: { unit: "Count", emittedBy: "guardPositions", meaning: "positions that the guard could not give a confirmed stop" },
  GrossExposure: { unit: "None", emittedBy: "guardPositions", meaning: "sum of absolute notionals, USDT" },
  TradesClosed: { unit: "Count", emittedBy: "guardPositions", meaning: "positions that ended" },
  RealisedProfit: { unit: "None", emittedBy: "guardPositions", meaning: "net profit of what closed, USDT" },
  RequestWeight: {
    unit: "Count",
    emittedBy: "analyzeShard",
    meaning: "weight of the minute as the exchange reported it, 2,400 is the limit",
  },
  ExchangeBans: { unit: "Count", emittedBy: "any function", meaning: "times that the exchange asked for silence" },
  ExecutionErrors: {
    unit: "Count",
    emittedBy: "executeCycle, guardPositions",
    meaning: "runs of the executor or the guard that failed; AWS counts no error where a message alone is given back",
  },
  ColdStarts: { unit: "Count", emittedBy: "every function", meaning: "processes that were started for an invocation" },
} as const satisfies Record<string, MetricDefinition>;

export interface MetricDefinition {
  readonly unit: "Count" | "Milliseconds" | "Percent" | "None";
  readonly emittedBy: string;
  readonly meaning: string;
}

export type MetricName = keyof typeof metrics;

export type MetricValues = { readonly [Name in MetricName]?: number };

/** Text that belongs to a record and can be searched, never a dimension. */
export type MetricProperties = Readonly<Record<string, string | number>>;

/** Where figures go: a line of the log on AWS, a table when embedded. */
export interface Metrics {
  record(values: MetricValues, properties?: MetricProperties): void;
}
