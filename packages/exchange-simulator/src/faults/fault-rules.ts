import { hashText, uniformAt } from "../market/noise.ts";
import type { Fault, FaultPlan, FaultRule } from "./fault.ts";
import { partsOf } from "./request-parts.ts";

/** What a rule looks at. */
export interface FaultOccasion {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly nowMs: number;
}

/** One thing that was done to a request. */
export interface InjectedFault {
  readonly atMs: number;
  readonly request: string;
  readonly rule: number;
  readonly kind: Fault["kind"];
}

export interface RuleCounts {
  readonly on: string;
  readonly kind: Fault["kind"];
  readonly matched: number;
  readonly injected: number;
}

const rememberedFaults = 1_000;

/**
 * Decides which faults meet which request.
 *
 * Chance is a function of the seed, the rule and how many requests the rule has matched, so the same requests in the same order meet the
 * same faults.
 */
export class FaultRules {
  readonly seed: string;
  private readonly rules: readonly CountedRule[];
  private readonly injected: InjectedFault[] = [];

  constructor({ rules }: FaultPlan, seed: string) {
    this.seed = seed;
    this.rules = rules.map((rule, index) => new CountedRule(rule, hashText(`${seed}:${index}`)));
  }

  get isEmpty(): boolean {
    return this.rules.length === 0;
  }

  /** Every rule that matches counts the request; all faults that are due, in the order of the rules. */
  draw(occasion: FaultOccasion): readonly Fault[] {
    const due: Fault[] = [];
    for (const [index, rule] of this.rules.entries()) {
      if (!rule.isDue(occasion)) continue;
      due.push(rule.fault);
      this.injected.push({
        atMs: occasion.nowMs,
        request: `${occasion.method} ${occasion.path}`,
        rule: index,
        kind: rule.fault.kind,
      });
      if (this.injected.length > rememberedFaults) this.injected.shift();
    }
    return due;
  }

  counts(): readonly RuleCounts[] {
    return this.rules.map((rule) => rule.counts());
  }

  /** The latest, oldest first. */
  latest(): readonly InjectedFault[] {
    return this.injected;
  }
}

class CountedRule {
  private matched = 0;
  private injected = 0;
  private readonly pattern: RegExp;
  private readonly wanted: readonly (readonly [name: string, value: RegExp])[];
  private readonly rule: FaultRule;
  private readonly seed: number;

  constructor(rule: FaultRule, seed: number) {
    this.rule = rule;
    this.seed = seed;
    this.pattern = patternOf(rule.on);
    this.wanted = Object.entries(rule.when).map(([name, value]) => [name, patternOf(value)]);
  }

  get fault(): Fault {
    return this.rule.fault;
  }

  isDue({ method, path, parameters, nowMs }: FaultOccasion): boolean {
    const { between, nth, every, probability, atMost } = this.rule;
    if (!this.pattern.test(`${method} ${path}`)) return false;
    if (between !== undefined && (nowMs < between[0] || nowMs >= between[1])) return false;
    if (this.wanted.length > 0 && !partsOf(parameters).some((part) => this.isWanted(part))) return false;
    const count = ++this.matched;
    if (atMost !== undefined && this.injected >= atMost) return false;
    if (nth !== undefined && count !== nth) return false;
    if (every !== undefined && count % every !== 0) return false;
    if (probability !== undefined && uniformAt(this.seed, count) >= probability) return false;
    this.injected++;
    return true;
  }

  private isWanted(parameters: URLSearchParams): boolean {
    return this.wanted.every(([name, value]) => value.test(parameters.get(name) ?? ""));
  }

  counts(): RuleCounts {
    return { on: this.rule.on, kind: this.rule.fault.kind, matched: this.matched, injected: this.injected };
  }
}

/** Text in which * stands for anything. */
const patternOf = (text: string): RegExp => new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");
