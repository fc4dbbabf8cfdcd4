/**
 * npm and the launcher pass Ctrl-C on to a process that the terminal has told already: what comes this soon after the first is the same
 * key stroke.
 */
const sameStrokeMs = 500;

export interface Interruption {
  /** Aborted by the first Ctrl-C (or SIGTERM). */
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/** The first Ctrl-C asks for an orderly end, a second one leaves at once. */
export function watchInterruption(source: SignalSource, leave: () => void, nowMs: () => number): Interruption {
  const controller = new AbortController();
  let firstAtMs: number | undefined;
  const listener = () => {
    if (firstAtMs === undefined) {
      firstAtMs = nowMs();
      controller.abort();
    } else if (nowMs() - firstAtMs >= sameStrokeMs) leave();
  };
  source.on("SIGINT", listener);
  source.on("SIGTERM", listener);
  return {
    signal: controller.signal,
    release: () => {
      source.off("SIGINT", listener);
      source.off("SIGTERM", listener);
    },
  };
}
