import type { InvocationResult } from "@winiswin/local/lambda";
import type { AroundInvocation } from "@winiswin/local/system-options";
import { Death, withDeath } from "./killed-requests.ts";

export interface DisturbanceCounts {
  invocations: number;
  killed: number;
  repeated: number;
  overlapped: number;
  late: number;
}

export interface DisturbanceOptions {
  readonly random: () => number;
  /** Asked for every invocation; 0 leaves it alone. */
  readonly intensity: () => number;
  readonly sleepFor: (milliseconds: number) => Promise<void>;
}

/** An invocation asks rarely more often; a death that would come later does not happen. */
const mostRequests = 25;

/** Kills invocations at any of their requests, delivers them twice, one after the other or at once, and shards too late. */
export function disturbInvocations(options: DisturbanceOptions): { readonly around: AroundInvocation; readonly counts: DisturbanceCounts } {
  const counts: DisturbanceCounts = { invocations: 0, killed: 0, repeated: 0, overlapped: 0, late: 0 };
  const { random } = options;

  async function killed(invoke: () => Promise<InvocationResult>): Promise<InvocationResult> {
    const death = new Death(1 + Math.floor(random() * mostRequests), random() < 0.5 ? "before" : "after");
    const result = await withDeath(death, invoke);
    if (death.happened) counts.killed++;
    return result;
  }

  const around: AroundInvocation = async (functionName, _event, invoke) => {
    const intensity = options.intensity();
    if (intensity === 0) return invoke();
    counts.invocations++;
    const chance = random() / intensity;
    if (chance < 0.06) return killed(invoke);
    if (chance < 0.1) {
      counts.repeated++;
      const first = await invoke();
      await invoke();
      return first;
    }
    if (chance < 0.13) {
      counts.overlapped++;
      const [first] = await Promise.all([invoke(), invoke()]);
      return first;
    }
    if (chance < 0.16 && functionName === "analyzeShard") {
      counts.late++;
      await options.sleepFor(Math.round(random() * 90_000));
    }
    return invoke();
  };
  return { around, counts };
}
