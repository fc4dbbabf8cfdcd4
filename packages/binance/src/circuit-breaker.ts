/** Whether requests are sent to an exchange that has been failing: as usual, not at all until a time, or one as a trial. */
export type Circuit =
  | { readonly state: "closed"; readonly failures: number }
  | { readonly state: "open"; readonly untilMs: number; readonly openings: number }
  | { readonly state: "halfOpen"; readonly openings: number; readonly trialSinceMs: number };

export type CircuitEvent = { readonly kind: "answered" } | { readonly kind: "failed"; readonly atMs: number };

export const closedCircuit: Circuit = { state: "closed", failures: 0 };

/** Failures one after the other, of whatever requests, until the circuit opens. */
const patience = 5;
const firstRestMs = 5_000;
const longestRestMs = 60_000;
/** A trial that nobody told the end of, because its process was frozen, is given up. */
const trialMs = 15_000;
/** How often the others look whether the trial is back. */
const lookMs = 1_000;

/** Whether a request may be sent now, and the circuit after that decision. */
export function admit(circuit: Circuit, nowMs: number): { readonly circuit: Circuit; readonly waitUntilMs: number | undefined } {
  switch (circuit.state) {
    case "closed":
      return { circuit, waitUntilMs: undefined };
    case "open":
      if (nowMs < circuit.untilMs) return { circuit, waitUntilMs: circuit.untilMs };
      return { circuit: { state: "halfOpen", openings: circuit.openings, trialSinceMs: nowMs }, waitUntilMs: undefined };
    case "halfOpen":
      if (nowMs < circuit.trialSinceMs + trialMs) return { circuit, waitUntilMs: Math.min(nowMs + lookMs, circuit.trialSinceMs + trialMs) };
      return { circuit: { ...circuit, trialSinceMs: nowMs }, waitUntilMs: undefined };
  }
}

/** The circuit after a request was answered (also with a refusal: the exchange works) or failed. */
export function after(circuit: Circuit, event: CircuitEvent): Circuit {
  if (event.kind === "answered") return closedCircuit;
  switch (circuit.state) {
    case "closed":
      return circuit.failures + 1 < patience ? { state: "closed", failures: circuit.failures + 1 } : open(1, event.atMs);
    case "halfOpen":
      return open(circuit.openings + 1, event.atMs);
    // What was sent before it opened, or past it, changes nothing.
    case "open":
      return circuit;
  }
}

const open = (openings: number, atMs: number): Circuit => ({
  state: "open",
  openings,
  untilMs: atMs + Math.min(longestRestMs, firstRestMs * 2 ** (openings - 1)),
});
