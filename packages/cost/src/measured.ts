import * as z from "zod";
// Imported, so that a bundle carries it.
import measured from "./measured.json" with { type: "json" };

const functionFigures = z.object({ invocations: z.number(), durationMs: z.number(), cpuMs: z.number() });
const call = z.object({
  functionName: z.string(),
  service: z.enum(["dynamodb", "s3", "sqs", "events", "sns"]),
  action: z.string(),
  resource: z.string(),
  requests: z.number(),
  sentBytes: z.number(),
  capacityUnits: z.number(),
});
const run = z.object({
  symbols: z.number(),
  latencyMs: z.number(),
  functions: z.record(z.string(), functionFigures),
  calls: z.array(call),
});
const measurements = z.object({ measuredOn: z.string(), machine: z.string(), runs: z.array(run) });

export type Measurements = z.output<typeof measurements>;
export type MeasuredCall = z.output<typeof call>;

/** What the embedded system was measured to ask for in a cycle; `packages/bench/src/measure-usage.ts` writes the file again. */
export const loadMeasurements = (): Measurements => measurements.parse(measured);

/** One function in one cycle, for a number of symbols. */
export interface FunctionUse {
  readonly invocations: number;
  readonly cpuMs: number;
  /** Waiting for the services of AWS. */
  readonly waitMs: number;
  /** Requests to the exchange that it waits for one after the other. */
  readonly roundTrips: number;
}

/** Between and beyond the two measured sizes everything is taken to be a straight line, and never less than nothing. */
export function functionUses({ runs }: Measurements, symbols: number): Readonly<Record<string, FunctionUse>> {
  const names = [...new Set(runs.flatMap(({ functions }) => Object.keys(functions)))];
  const sizes = [...new Set(runs.map((one) => one.symbols))];
  const at = (size: number, name: string): FunctionUse => {
    const [fast, slow] = runs.filter((one) => one.symbols === size).toSorted((first, second) => first.latencyMs - second.latencyMs);
    const [quick, late] = [fast?.functions[name], slow?.functions[name]];
    if (quick === undefined || late === undefined || fast === undefined || slow === undefined)
      return { invocations: 0, cpuMs: 0, waitMs: 0, roundTrips: 0 };
    return {
      invocations: quick.invocations,
      cpuMs: quick.cpuMs,
      waitMs: Math.max(0, quick.durationMs - quick.cpuMs),
      roundTrips: Math.max(0, (late.durationMs - quick.durationMs) / (slow.latencyMs - fast.latencyMs)),
    };
  };
  return Object.fromEntries(
    names.map((name) => {
      const line = (of: (use: FunctionUse) => number) => straightLine(sizes, (size) => of(at(size, name)), symbols);
      return [
        name,
        {
          invocations: line((use) => use.invocations),
          cpuMs: line((use) => use.cpuMs),
          waitMs: line((use) => use.waitMs),
          roundTrips: line((use) => use.roundTrips),
        },
      ];
    }),
  );
}

/** The calls of a cycle that one service counts, with a figure of each, for a number of symbols. */
export function callsOf(
  { runs }: Measurements,
  symbols: number,
  wanted: (one: MeasuredCall) => boolean,
  of: (one: MeasuredCall) => number,
): number {
  const quick = runs.filter(({ latencyMs }) => latencyMs === Math.min(...runs.map((one) => one.latencyMs)));
  const total = (size: number) =>
    (quick.find((one) => one.symbols === size)?.calls ?? []).filter(wanted).reduce((sum, one) => sum + of(one), 0);
  return straightLine(
    quick.map((one) => one.symbols),
    total,
    symbols,
  );
}

function straightLine(sizes: readonly number[], valueAt: (size: number) => number, symbols: number): number {
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const slope = low === high ? 0 : (valueAt(high) - valueAt(low)) / (high - low);
  return Math.max(0, valueAt(low) + slope * (symbols - low));
}
