import { listenWith } from "./listen.ts";

const defaultBasePort = 4700;

export interface Ports {
  readonly exchange: number;
  readonly dynamodb: number;
  readonly queues: number;
  readonly events: number;
  readonly discord: number;
  /** By function name. */
  readonly functions: Readonly<Record<string, number>>;
}

/** One port each, counted up from the base; all 0 for a base of 0. */
export function portsFrom(basePort: number | undefined, functionsWithUrl: readonly string[]): Ports {
  const base = basePort ?? defaultBasePort;
  const at = (index: number) => (base === 0 ? 0 : base + index);
  return {
    exchange: at(0),
    dynamodb: at(1),
    queues: at(2),
    events: at(3),
    discord: at(4),
    functions: Object.fromEntries(functionsWithUrl.map((name, index) => [name, at(5 + index)])),
  };
}

const purposes: Readonly<Record<Exclude<keyof Ports, "functions">, string>> = {
  exchange: "the exchange simulator",
  dynamodb: "tables",
  queues: "queues and objects",
  events: "events",
  discord: "the local stand-in of Discord",
};

/** Throws StartError for the first port that somebody has; waits while a killed run may still be letting go of them. */
export async function requireFreePorts(ports: Ports, patienceMs: number): Promise<void> {
  const wanted = [
    ...Object.entries(purposes).map(([name, purpose]) => [ports[name as keyof typeof purposes], purpose] as const),
    ...Object.entries(ports.functions).map(([name, port]) => [port, `the address of ${name}`] as const),
  ].filter(([port]) => port !== 0);
  const deadline = performance.now() + patienceMs;
  for (const [port, purpose] of wanted) await untilFree(port, purpose, deadline);
}

async function untilFree(port: number, purpose: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      await (await listenWith(() => undefined, port, purpose)).stop();
      return;
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
