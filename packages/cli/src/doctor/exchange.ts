import { z } from "zod";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** What one look at the exchange's clock gave. */
export type ExchangeLook =
  | { readonly outcome: "answered"; readonly serverTimeMs: number; readonly sentAtMs: number; readonly receivedAtMs: number }
  | { readonly outcome: "regionBlocked" }
  | { readonly outcome: "refused"; readonly status: number }
  | { readonly outcome: "unreachable"; readonly reason: string };

const regionBlockedStatus = 451;
const timeAnswer = z.object({ serverTime: z.number().int().positive() });

/** Asks for the time once, without keys; never throws, and is over within the timeout. */
export async function lookAtExchange(baseUrl: string, timeoutMs: number): Promise<ExchangeLook> {
  const sentAtMs = Date.now();
  try {
    const response = await fetch(new URL("/fapi/v1/time", baseUrl), { signal: AbortSignal.timeout(timeoutMs), redirect: "manual" });
    if (response.status === regionBlockedStatus) return { outcome: "regionBlocked" };
    const parsed = response.ok ? timeAnswer.safeParse(await response.json()) : undefined;
    return parsed?.success === true
      ? { outcome: "answered", serverTimeMs: parsed.data.serverTime, sentAtMs, receivedAtMs: Date.now() }
      : { outcome: "refused", status: response.status };
  } catch (error) {
    return { outcome: "unreachable", reason: reasonOf(error, timeoutMs) };
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof DOMException && error.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return error instanceof Error ? error.message : String(error);
}

/** A request older than its window or more than a second early is refused by the exchange. */
export const refusedSkewMs = 1_000;
const noticedSkewMs = 500;

export function exchangeFindings(look: ExchangeLook, baseUrl: string): readonly Finding[] {
  const { host } = new URL(baseUrl);
  switch (look.outcome) {
    case "regionBlocked":
      return [
        problem(
          "Binance",
          `${host} refuses this region (HTTP 451)`,
          "Run where Binance serves you; the simulated and the recorded market need no exchange.",
        ),
        warning("clock", "not compared: the exchange did not tell its time", "Compare it with a time server."),
      ];
    case "unreachable":
      return [
        warning(
          "Binance",
          `${host} cannot be reached (${look.reason})`,
          "Check network, DNS and proxy; the simulated and the recorded market work without.",
        ),
        warning("clock", "not compared: no network", "Check again with a network."),
      ];
    case "refused":
      return [
        warning(
          "Binance",
          `${host} answered with HTTP ${look.status}`,
          "Try again in a minute; 418 and 429 mean too many requests from this address.",
        ),
        warning("clock", "not compared: the exchange did not tell its time", "Check again later."),
      ];
    case "answered":
      return [ok("Binance", `${host} answers in ${look.receivedAtMs - look.sentAtMs} ms, region served`), clockFinding(look)];
  }
}

export type AnsweredLook = Extract<ExchangeLook, { outcome: "answered" }>;

/** How far this machine's clock is ahead of the exchange's. */
export function clockSkewOf({ serverTimeMs, sentAtMs, receivedAtMs }: AnsweredLook): number {
  // The answer was made somewhere between: half the way is the best guess, and wrong by at most half the round trip.
  return Math.round((sentAtMs + receivedAtMs) / 2 - serverTimeMs);
}

function clockFinding(look: AnsweredLook): Finding {
  const skewMs = clockSkewOf(look);
  const detail = `${Math.abs(skewMs)} ms ${skewMs < 0 ? "behind" : "ahead of"} the exchange`;
  const advice = "Synchronise this machine's clock (NTP).";
  if (Math.abs(skewMs) >= refusedSkewMs) return problem("clock", `${detail}: its orders would be refused`, advice);
  return Math.abs(skewMs) >= noticedSkewMs ? warning("clock", detail, advice) : ok("clock", detail);
}
