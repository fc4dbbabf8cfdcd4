import type { AwsCall } from "./aws-call.ts";

/** What was asked of one resource by one function since the start. */
export interface Usage {
  /** Undefined for what no function asked: the watcher, the polling of queues. */
  readonly functionName: string | undefined;
  readonly service: AwsCall["service"];
  readonly action: string;
  /** As the rights name it; the part of a key after the first two is left out. */
  readonly resource: string;
  readonly requests: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Capacity units of DynamoDB, as it bills them; 0 elsewhere. */
  readonly capacityUnits: number;
}

export interface UsageCounter {
  add(
    functionName: string | undefined,
    call: AwsCall | undefined,
    size: { sentBytes: number; receivedBytes: number; capacityUnits?: number },
  ): void;
  all(): readonly Usage[];
}

/** Counts what AWS would bill. */
export function createUsageCounter(): UsageCounter {
  const counted = new Map<string, Usage>();
  return {
    add(functionName, call, { sentBytes, receivedBytes, capacityUnits = 0 }) {
      if (call === undefined) return;
      const resource = (call.resources[0] ?? "").split("/").slice(0, 2).join("/");
      const key = [functionName, call.service, call.action, resource].join("|");
      const { service, action } = call;
      const former = counted.get(key) ?? {
        functionName,
        service,
        action,
        resource,
        requests: 0,
        sentBytes: 0,
        receivedBytes: 0,
        capacityUnits: 0,
      };
      counted.set(key, {
        ...former,
        requests: former.requests + 1,
        sentBytes: former.sentBytes + sentBytes,
        receivedBytes: former.receivedBytes + receivedBytes,
        capacityUnits: former.capacityUnits + capacityUnits,
      });
    },
    all: () => [...counted.values()],
  };
}
