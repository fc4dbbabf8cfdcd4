import type { Violation } from "@winiswin/soak/laws";
import { boundMs, classOf, type FaultClass } from "./fault-classes.ts";
import { type FaultVariant, faultVariants } from "./fault-variants.ts";
import { type WirePath, wirePaths } from "./paths.ts";
import { type CaseHit, type CaseResult, type PreparedPath, preparePath, runCase } from "./run-case.ts";
import type { WireRequest } from "./wire-exchange.ts";

/** What is run: everything, unless a part of it is named. */
export interface MatrixOptions {
  readonly paths?: readonly WirePath[];
  readonly variants?: readonly FaultVariant[];
  /** Only this request, such as "POST /fapi/v1/order 1". */
  readonly at?: string;
  /** Whether a fault, counted among those that can meet it, is tried at the request with that place in its path; by default each is. */
  readonly isTried?: (path: WirePath, at: WireRequest, requestIndex: number, variantIndex: number) => boolean;
  /** So many cases at once: most of what a case waits for is the client's patience. */
  readonly atOnce?: number;
  readonly onCase?: (ran: RanCase, done: number, total: number) => void;
}

export interface RanCase extends Omit<CaseResult, "requests"> {
  readonly path: string;
  readonly at: string;
  readonly fault: string;
  readonly faultClass: FaultClass;
}

export interface MatrixResult {
  readonly cases: readonly RanCase[];
  /** The run of each path without a fault. */
  readonly wholes: readonly {
    readonly path: string;
    readonly requests: number;
    readonly outcome: string;
    readonly withoutStopMs: number;
  }[];
}

/** A path as it is, whose own requests make the cases. */
interface Recorded {
  readonly prepared: PreparedPath;
  readonly whole: CaseResult;
}

interface PlannedCase extends CaseHit {
  readonly prepared: PreparedPath;
}

export const nameOf = ({ request, occurrence }: WireRequest): string => `${request} ${occurrence}`;

/** How a person runs one case alone. */
export const commandOf = ({ path, at, fault }: Pick<RanCase, "path" | "at" | "fault">): string =>
  `npm run fault-matrix -- --path '${path}' --fault '${fault}' --at '${at}'`;

/** Runs each path once and then once for each of its requests and each fault that can meet it. */
export async function runMatrix(options: MatrixOptions = {}): Promise<MatrixResult> {
  const { paths = wirePaths, atOnce = 12 } = options;
  const recorded: Recorded[] = [];
  for (const path of paths) {
    const prepared = await preparePath(path);
    const whole = await runCase(prepared);
    if (whole.violations.length > 0) throw new Error(`${path.name} breaks laws by itself: ${lawsOf(whole.violations)}`);
    recorded.push({ prepared, whole });
  }
  const planned = recorded.flatMap((one) => casesOf(one, options));
  const cases = new Array<RanCase>(planned.length);
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    for (let index = next++; index < planned.length; index = next++) {
      const { prepared, at, variant } = planned[index]!;
      const { path } = prepared;
      const { outcome, violations, withoutStopMs } = await runCase(prepared, { at, variant });
      const named = { path: path.name, at: nameOf(at), fault: variant.name, faultClass: classOf(variant) };
      const tooLong = withoutStopMs > boundMs(variant, path) ? [unprotectedFor(withoutStopMs, boundMs(variant, path))] : [];
      const ran: RanCase = { ...named, outcome, violations: [...violations, ...tooLong], withoutStopMs };
      cases[index] = ran;
      options.onCase?.(ran, ++done, planned.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const wholes = recorded.map(({ prepared: { path }, whole: { requests, outcome, withoutStopMs } }) => ({
    path: path.name,
    requests: requests.length,
    outcome,
    withoutStopMs,
  }));
  return { cases, wholes };
}

function casesOf({ prepared, whole }: Recorded, { variants = faultVariants, at: only, isTried }: MatrixOptions): PlannedCase[] {
  return whole.requests.flatMap((at, requestIndex) => {
    if (only !== undefined && nameOf(at) !== only) return [];
    const meeting = variants.filter(({ meets }) => meets === "every request" || !at.request.startsWith("GET "));
    return meeting
      .filter((_variant, variantIndex) => isTried === undefined || isTried(prepared.path, at, requestIndex, variantIndex))
      .map((variant) => ({ prepared, at, variant }));
  });
}

const unprotectedFor = (ms: number, mostMs: number): Violation => ({
  law: "no position is without a stop for longer than the bound",
  detail: `${ms / 1_000} s, the bound is ${mostMs / 1_000} s`,
});

export const lawsOf = (violations: readonly Violation[]): string => violations.map(({ law, detail }) => `${law}: ${detail}`).join("; ");
