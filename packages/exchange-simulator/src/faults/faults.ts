import { randomBytes } from "node:crypto";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import type { Exchange } from "../matching/exchange.ts";
import { AddressBan } from "./address-ban.ts";
import { type Fault, type FaultPlan, parseFaultPlan } from "./fault.ts";
import { answerOfFault } from "./fault-answer.ts";
import { type FaultOccasion, FaultRules } from "./fault-rules.ts";
import { LateView } from "./late-view.ts";
import { partsOf } from "./request-parts.ts";

/** What a request meets when it is executed. */
export interface Conditions {
  /** In place of the exchange itself, for a reader who sees an older state. */
  readonly exchange?: Exchange;
  /** How far ahead the exchange's clock is for this request. */
  readonly skewMs?: number;
}

/** What becomes of a request: `first` and `second` are how often it is executed before that. */
export interface Treatment {
  readonly conditions: Conditions;
  readonly delayInMs: number;
  readonly delayBackMs: number;
  readonly executions: 0 | 1 | 2;
  /** Which execution is answered from. */
  readonly answeredBy: "first" | "second";
  /** In place of the executed answer. */
  readonly answer: Answer | undefined;
  readonly end: "answer" | "close" | "reset" | "silence";
}

/** What goes wrong at this exchange, and what is still going wrong because of it. */
export class Faults {
  private rules: FaultRules;
  private plan: FaultPlan;
  private ban = new AddressBan();
  private late: LateView;
  private readonly exchange: Exchange;

  constructor(plan: FaultPlan, exchange: Exchange) {
    this.exchange = exchange;
    this.late = new LateView(exchange);
    this.plan = plan;
    this.rules = new FaultRules(plan, seedOf(plan));
  }

  /** Replaces the plan, and ends what the former one began; throws Error with one sentence for a wrong plan. */
  replace(plan: unknown): void {
    this.plan = parseFaultPlan(plan);
    this.rules = new FaultRules(this.plan, seedOf(this.plan));
    this.ban = new AddressBan();
    this.late = new LateView(this.exchange);
  }

  /** One sentence for the operator at the start; undefined without rules. */
  announcement(): string | undefined {
    const { length } = this.plan.rules;
    if (length === 0) return undefined;
    return `This exchange makes faults on demand: ${length} ${length === 1 ? "rule" : "rules"}, seed ${this.rules.seed}.`;
  }

  status(nowMs: number): object {
    return {
      seed: this.rules.seed,
      plan: this.plan,
      rules: this.rules.counts(),
      bannedUntilMs: this.ban.untilMs(nowMs),
      lateVisibility: this.late.isActive(nowMs),
      latest: this.rules.latest(),
    };
  }

  /** Whether any request could meet something. */
  isActive(nowMs: number): boolean {
    return !this.rules.isEmpty || this.ban.untilMs(nowMs) !== undefined || this.late.isActive(nowMs);
  }

  /** Undefined when a request meets nothing unusual. */
  treat(occasion: FaultOccasion): Treatment | undefined {
    const { nowMs, parameters } = occasion;
    const name = `${occasion.method} ${occasion.path}`;
    const refusedEarly = this.ban.refuse(nowMs);
    if (refusedEarly !== undefined) return { ...untreated, executions: 0, answer: refusedEarly };
    const faults = this.rules.isEmpty ? [] : this.rules.draw(occasion);
    const older = this.late.of(name, nowMs);
    const unseen = this.late.refuse(name, parameters, nowMs);
    if (faults.length === 0 && older === undefined && unseen === undefined) return undefined;
    let treatment: Treatment = { ...untreated, conditions: older === undefined ? {} : { exchange: older } };
    if (unseen !== undefined) {
      const answer = {
        ...jsonAnswer(unseen.httpStatus, JSON.stringify({ code: unseen.code, msg: unseen.message })),
        isOrder: true as const,
      };
      treatment = { ...treatment, executions: 0, answer };
    }
    for (const fault of faults) treatment = this.apply(fault, treatment, occasion);
    return treatment;
  }

  /** Delays and skews add up; of the others the first rule decides. */
  private apply(fault: Fault, treatment: Treatment, occasion: FaultOccasion): Treatment {
    const { nowMs } = occasion;
    if (fault.kind === "delay") {
      return fault.way === "in"
        ? { ...treatment, delayInMs: treatment.delayInMs + fault.ms }
        : { ...treatment, delayBackMs: treatment.delayBackMs + fault.ms };
    }
    if (fault.kind === "clockSkew") {
      return { ...treatment, conditions: { ...treatment.conditions, skewMs: (treatment.conditions.skewMs ?? 0) + fault.ms } };
    }
    if (treatment.end !== "answer" || treatment.answer !== undefined || treatment.executions === 2) return treatment;
    switch (fault.kind) {
      case "lostRequest":
        return { ...treatment, executions: 0, end: "close" };
      case "lostResponse":
        return { ...treatment, end: "close" };
      case "reset":
      case "silence":
        return { ...treatment, executions: fault.executed ? 1 : 0, end: fault.kind };
      case "lateVisibility":
        this.late.start(nowMs + fault.ms);
        return treatment;
      case "duplicateDelivery":
        return { ...treatment, executions: 2, answeredBy: fault.answer };
      case "ban":
        return { ...treatment, executions: 0, answer: this.ban.start(fault, nowMs) };
      case "overload":
        return isProtective(occasion) ? treatment : { ...treatment, executions: 0, answer: answerOfFault(fault) };
      case "serviceUnavailable":
      case "firewall":
      case "region":
        return { ...treatment, executions: 0, answer: answerOfFault(fault) };
      case "unknownError":
      case "internalError":
      case "backendTimeout":
      case "answer":
        return { ...treatment, executions: fault.executed ? 1 : 0, answer: answerOfFault(fault) };
    }
  }
}

const untreated: Treatment = {
  conditions: {},
  delayInMs: 0,
  delayBackMs: 0,
  executions: 1,
  answeredBy: "first",
  answer: undefined,
  end: "answer",
};

/** Orders that only reduce (of a batch all of them) and cancellations are exempt from the overload protection. */
const isProtective = ({ method, parameters }: FaultOccasion): boolean =>
  method === "DELETE" || partsOf(parameters).every((part) => part.get("reduceOnly") === "true" || part.get("closePosition") === "true");

function seedOf({ seed }: FaultPlan): string {
  return seed === undefined ? randomBytes(4).toString("hex") : String(seed);
}
