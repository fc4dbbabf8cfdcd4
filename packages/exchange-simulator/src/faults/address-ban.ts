import { type Answer, jsonAnswer } from "../http/answer.ts";
import type { Fault } from "./fault.ts";

type BanFault = Extract<Fault, { readonly kind: "ban" }>;

/** What was on its way when the 429 was said is answered with it, too. */
const graceMs = 1_000;
const shortestBanMs = 120_000;
const longestBanMs = 3 * 86_400_000;

/** A ban that a fault called down: 429 first, and 418 with growing length for whoever sends on. */
export class AddressBan {
  private current:
    | {
        readonly untilMs: number;
        readonly status: 429 | 418;
        readonly lengthMs: number;
        readonly sinceMs: number;
        readonly fault: BanFault;
      }
    | undefined;

  start(fault: BanFault, nowMs: number): Answer {
    this.current = { untilMs: nowMs + fault.ms, status: fault.status, lengthMs: fault.ms, sinceMs: nowMs, fault };
    return this.answer(nowMs);
  }

  /** The answer to a request that comes too early; undefined when sending is allowed. */
  refuse(nowMs: number): Answer | undefined {
    if (this.current === undefined || nowMs >= this.current.untilMs) return undefined;
    if (this.current.status === 429 && nowMs >= this.current.sinceMs + graceMs) {
      const lengthMs = Math.min(longestBanMs, Math.max(shortestBanMs, this.current.lengthMs * 2));
      this.current = { ...this.current, status: 418, lengthMs, untilMs: nowMs + lengthMs };
    }
    return this.answer(nowMs);
  }

  /** Undefined when nobody is banned. */
  untilMs(nowMs: number): number | undefined {
    return this.current !== undefined && nowMs < this.current.untilMs ? this.current.untilMs : undefined;
  }

  private answer(nowMs: number): Answer {
    const { untilMs, status, fault } = this.current!;
    const isStated = fault.states === "both" || fault.states === "message";
    const who = "IP(127.0.0.1)";
    const told =
      status === 418 || isStated
        ? `Way too many requests; ${who} banned until ${isStated ? untilMs : "later"}. Please use the websocket for live updates to avoid bans.`
        : `Too many requests; current limit of ${who} is 2400 requests per minute. Please use the websocket for live updates to avoid polling the API.`;
    const answer = jsonAnswer(status, JSON.stringify({ code: -1003, msg: told }));
    if (fault.states !== "both" && fault.states !== "header") return answer;
    return { ...answer, headers: { "retry-after": String(Math.ceil((untilMs - nowMs) / 1000)) } };
  }
}
