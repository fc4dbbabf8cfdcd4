import type { Fault } from "@winiswin/exchange-simulator";
import type { Hit } from "./wire-exchange.ts";

/** One way in which a request is made to go wrong. */
export interface FaultVariant extends Omit<Hit, "at"> {
  readonly name: string;
  /** Requests for which it differs from another variant: whether a read was executed makes no difference. */
  readonly meets: "every request" | "writes";
  /** How long after the request the exchange is still in trouble because of it. */
  readonly troubleMs: number;
}

type Settings = Partial<Omit<FaultVariant, "name" | "fault">>;

const variant = (name: string, fault: Fault, settings: Settings = {}): FaultVariant => ({
  name,
  fault,
  meets: "every request",
  troubleMs: settings.lastsMs ?? 0,
  ...settings,
});
const writes = { meets: "writes" } as const;

/** Executed and not: nobody can tell which of the two it was. */
const inDoubt = (name: string, make: (executed: boolean) => Fault): readonly FaultVariant[] => [
  variant(`${name}, not executed`, make(false)),
  variant(`${name}, executed`, make(true), writes),
];

const coded = (status: number, code: number, msg: string, executed = false): Fault => ({ kind: "answer", status, code, msg, executed });

const outageMs = 90_000;
const lasting = { lastsMs: outageMs };

/** In real milliseconds: well within the client's patience, and well beyond it. */
const [slowMs, tooSlowMs] = [30, 1_150];

/**
 * Every kind of fault that the simulated exchange knows, in the forms in which it makes a difference.
 *
 * The compiler asks for a new kind here. Bans and late views go on by themselves; an outage is the same fault for 90 s from the request on.
 */
const byKind: { readonly [Kind in Fault["kind"]]: readonly FaultVariant[] } = {
  delay: [
    variant("answer 4 s later", { kind: "delay", ms: slowMs, way: "back" }, { underwayMs: 4_000 }),
    variant("arrival 4 s later", { kind: "delay", ms: slowMs, way: "in" }, { underwayMs: 4_000 }),
    variant("answer after the client's patience", { kind: "delay", ms: tooSlowMs, way: "back" }),
    variant("arrival beyond the receive window", { kind: "delay", ms: tooSlowMs, way: "in" }),
  ],
  lostRequest: [variant("request lost", { kind: "lostRequest" }), variant("requests lost for 90 s", { kind: "lostRequest" }, lasting)],
  lostResponse: [variant("answer lost", { kind: "lostResponse" }), variant("answers lost for 90 s", { kind: "lostResponse" }, lasting)],
  reset: inDoubt("connection reset", (executed) => ({ kind: "reset", executed })),
  silence: inDoubt("no answer at all", (executed) => ({ kind: "silence", executed })),
  unknownError: inDoubt('503 "Unknown error"', (executed) => ({ kind: "unknownError", executed })),
  serviceUnavailable: [
    variant('503 "Service Unavailable"', { kind: "serviceUnavailable" }),
    variant('503 "Service Unavailable" for 90 s', { kind: "serviceUnavailable" }, lasting),
  ],
  overload: [variant("503 -1008", { kind: "overload" }), variant("503 -1008 for 90 s", { kind: "overload" }, lasting)],
  internalError: inDoubt("503 -1001", (executed) => ({ kind: "internalError", executed })),
  backendTimeout: [
    ...inDoubt("408 -1007", (executed) => ({ kind: "backendTimeout", executed })),
    variant("408 -1007, executed, for 90 s", { kind: "backendTimeout", executed: true }, lasting),
  ],
  lateVisibility: [3_000, 45_000, 200_000].map((ms) =>
    variant(`seen ${ms / 1_000} s late`, { kind: "lateVisibility", ms }, { troubleMs: ms }),
  ),
  duplicateDelivery: [
    variant("delivered twice, second answer", { kind: "duplicateDelivery", answer: "second" }, writes),
    variant("delivered twice, first answer", { kind: "duplicateDelivery", answer: "first" }, writes),
  ],
  clockSkew: [
    variant("the exchange's clock 8 s ahead", { kind: "clockSkew", ms: 8_000 }),
    variant("the exchange's clock 8 s behind", { kind: "clockSkew", ms: -8_000 }),
    variant("the exchange's clock 8 s ahead for 90 s", { kind: "clockSkew", ms: 8_000 }, lasting),
    variant("the exchange's clock 8 s behind for 90 s", { kind: "clockSkew", ms: -8_000 }, lasting),
    // 0.9 s behind is within the exchange's own tolerance, so that a request of the last moment still counts as young enough.
    variant("carried out after the first question", { kind: "clockSkew", ms: -900 }, { ...writes, overtaken: true }),
  ],
  ban: [
    variant("429 for 60 s", { kind: "ban", status: 429, ms: 60_000, states: "both" }, { troubleMs: 60_000 }),
    variant("429 for 60 s without its end", { kind: "ban", status: 429, ms: 60_000, states: "neither" }, { troubleMs: 180_000 }),
    variant("418 for 120 s", { kind: "ban", status: 418, ms: 120_000, states: "both" }, { troubleMs: 120_000 }),
  ],
  firewall: [variant("403 of the firewall", { kind: "firewall" }, { troubleMs: 120_000 })],
  region: [variant("451", { kind: "region" })],
  answer: [
    ...inDoubt("400 -1000", (executed) => coded(400, -1000, "An unknown error occurred while processing the request.", executed)),
    ...inDoubt("400 -1006", (executed) =>
      coded(400, -1006, "An unexpected response was received from the message bus. Execution status unknown.", executed),
    ),
    variant("400 -1003", coded(400, -1003, "Too many requests; please use the websocket for live updates."), { troubleMs: 60_000 }),
    variant("400 -1015", coded(400, -1015, "Too many new orders; current limit is 300 orders per 10 SECOND.")),
    variant("401 -2015", coded(401, -2015, "Invalid API-key, IP, or permissions for action.")),
    variant("400 -4045", coded(400, -4045, "Reach max stop order limit."), writes),
    ...inDoubt("502 of a proxy", (executed) => ({ kind: "answer", status: 502, text: "<html>502 Bad Gateway</html>", executed })),
    variant("200 that is no JSON", { kind: "answer", status: 200, text: "OK", executed: true }),
    variant("200 without the fields", { kind: "answer", status: 200, text: "{}", executed: true }),
  ],
};

export const faultVariants: readonly FaultVariant[] = Object.values(byKind).flat();
