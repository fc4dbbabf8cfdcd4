import { Market } from "@winiswin/exchange-simulator/matching/market";
import type { Violation } from "@winiswin/soak/laws";
import type { FaultVariant } from "./fault-variants.ts";
import type { Run, WirePath } from "./paths.ts";
import { ScriptedFeed } from "./scripted-feed.ts";
import { type DeskMoment, type WireDesk, wireDesk } from "./wire-desk.ts";
import type { WireRequest } from "./wire-exchange.ts";
import { brokenLaws, longestWithoutStopMs, outcomeOf } from "./wire-laws.ts";

/** A path just before its run, from which any number of cases can go on. */
export interface PreparedPath {
  readonly path: WirePath;
  readonly market: Market;
  readonly run: Run;
  readonly moment: DeskMoment;
}

/** What is done to one request of a run. */
export interface CaseHit {
  readonly at: WireRequest;
  readonly variant: FaultVariant;
}

export interface CaseResult {
  readonly outcome: string;
  readonly violations: readonly Violation[];
  readonly withoutStopMs: number;
  /** What was asked in the run itself, in the order of arrival. */
  readonly requests: readonly WireRequest[];
}

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
/** How long the schedule and the queue come again after the trouble has ended. */
const calmMs = 5 * minuteMs;
/** What a run tells its caller, who comes again. */
const toldFailures = ["ExchangeError", "AggregateError", "AccountBusy", "LeaseLost"];

export async function preparePath(path: WirePath): Promise<PreparedPath> {
  const market = new Market(new ScriptedFeed(path.script));
  const desk = await wireDesk({ market, signals: path.signals });
  try {
    const run = await path.prepare(desk);
    return { path, market, run, moment: desk.moment() };
  } finally {
    await desk.stop();
  }
}

/** Runs a case from its beginning to its laws; without a hit: the path as it is. */
export async function runCase({ path, market, moment, run: { run, later } }: PreparedPath, hit?: CaseHit): Promise<CaseResult> {
  const desk = await wireDesk({ market, signals: path.signals, from: moment });
  try {
    const surprises: Violation[] = [];
    const attempt = async (work: () => Promise<unknown>): Promise<Error | undefined> => {
      try {
        await work();
        return undefined;
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        if (!toldFailures.includes(failure.name)) surprises.push({ law: "failures are told", detail: failure.stack ?? failure.message });
        return failure;
      }
    };
    const startMs = desk.clock.nowMs();
    desk.wire.watch(hit === undefined ? undefined : { ...hit.variant, at: hit.at });
    await attempt(() => run(desk));
    const { requests, isHit } = desk.wire;
    if (hit !== undefined && !isHit) surprises.push({ law: "the request comes again", detail: `${hit.at.request} ${hit.at.occurrence}` });
    const untilMs = desk.clock.nowMs() + (hit?.variant.troubleMs ?? 0) + calmMs;
    const asked = [...requests];
    while (desk.clock.nowMs() < untilMs) {
      desk.aMinuteLater();
      if (later !== undefined) await attempt(() => desk.execute(later));
      await attempt(() => desk.guard());
    }
    await desk.wire.settled();
    // The minute in which also a flat account is searched for orders that nobody wants.
    desk.clock.advanceTo(Math.ceil(desk.clock.nowMs() / quarterMs) * quarterMs + 3_000);
    const failure = await attempt(() => desk.guard());
    await desk.wire.settled();
    const outcome = await outcomes(desk, path);
    const isTwice = hit?.variant.fault.kind === "duplicateDelivery" && hit.at.request === "POST /fapi/v1/order" && later === desk.cycleId;
    const violations: Violation[] = [
      ...surprises,
      ...(failure === undefined ? [] : [{ law: "the last guard has nothing to complain of", detail: failure.message }]),
      ...(await brokenLaws(desk, { entryDelivered: isTwice ? "twice" : "once" })),
      ...(path.ends === undefined || path.ends.test(outcome) ? [] : [{ law: "it ends as the market and the rules say", detail: outcome }]),
    ];
    const symbols = path.signals.map(({ symbol }) => symbol);
    return { outcome, violations, withoutStopMs: longestWithoutStopMs(desk, startMs, symbols), requests: asked };
  } finally {
    await desk.stop();
  }
}

async function outcomes(desk: WireDesk, { signals }: WirePath): Promise<string> {
  const ends: string[] = [];
  for (const { symbol } of signals) ends.push(await outcomeOf(desk, symbol));
  return ends.join("; ");
}
