import { type MetricName, type MetricValues, metrics } from "@winiswin/application/metrics";

/** What CloudWatch would show of one figure over the whole run. */
export interface FigureSummary {
  readonly unit: string;
  readonly samples: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly last: number;
}

export interface Figures {
  readonly record: (values: MetricValues) => void;
  /** Those that were told, in the order of the list. */
  summary(): Readonly<Partial<Record<MetricName, FigureSummary>>>;
}

/** Collects the figures of a run; `ExchangeBans` missing means that there was none. */
export function createFigures(): Figures {
  const collected = new Map<string, FigureSummary>();
  return {
    record(values) {
      for (const [name, value] of Object.entries(values)) {
        const former = collected.get(name);
        collected.set(name, {
          unit: metrics[name as MetricName].unit,
          samples: (former?.samples ?? 0) + 1,
          sum: (former?.sum ?? 0) + value,
          minimum: Math.min(former?.minimum ?? value, value),
          maximum: Math.max(former?.maximum ?? value, value),
          last: value,
        });
      }
    },
    summary: () => Object.fromEntries(Object.keys(metrics).flatMap((name) => (collected.has(name) ? [[name, collected.get(name)]] : []))),
  };
}
