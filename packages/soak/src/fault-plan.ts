import type { FaultPlanInput } from "@winiswin/exchange-simulator/faults/fault";

const placing = ["POST /fapi/v1/order", "POST /fapi/v1/algoOrder"];
const cancelling = ["DELETE /fapi/v1/order", "DELETE /fapi/v1/algoOrder"];
const reading = ["GET /fapi/*"];

/** The longest time for which a plan lets the exchange refuse everything. */
export const longestBanMs = 20_000;

/**
 * Everything an exchange does to its clients on a bad day, each kind as often as the intensity says (at 1 every third request that
 * places or cancels an order meets one).
 */
export function faultPlan(seed: number, intensity: number): FaultPlanInput {
  const often = (share: number) => Math.min(1, share * intensity);
  const writes = [...placing, ...cancelling];
  return {
    seed,
    rules: [
      ...writes.flatMap((on) => [
        { on, probability: often(0.06), fault: { kind: "lostRequest" as const } },
        { on, probability: often(0.06), fault: { kind: "lostResponse" as const } },
        { on, probability: often(0.03), fault: { kind: "reset" as const, executed: true } },
        { on, probability: often(0.045), fault: { kind: "unknownError" as const, executed: true } },
        { on, probability: often(0.045), fault: { kind: "unknownError" as const, executed: false } },
        { on, probability: often(0.03), fault: { kind: "backendTimeout" as const, executed: true } },
        { on, probability: often(0.03), fault: { kind: "backendTimeout" as const, executed: false } },
        { on, probability: often(0.03), fault: { kind: "serviceUnavailable" as const } },
        { on, probability: often(0.03), fault: { kind: "overload" as const } },
      ]),
      // Of an entry too: no client can prevent an exchange that executes one request twice, but it can give back what it did not want.
      ...writes.map((on) => ({ on, probability: often(0.03), fault: { kind: "duplicateDelivery" as const } })),
      ...placing.map((on) => ({ on, probability: often(0.09), fault: { kind: "lateVisibility" as const, ms: 3_000 } })),
      ...reading.flatMap((on) => [
        { on, probability: often(0.01), fault: { kind: "lostResponse" as const } },
        { on, probability: often(0.005), fault: { kind: "serviceUnavailable" as const } },
        { on, probability: often(0.002), fault: { kind: "firewall" as const } },
        { on, probability: often(0.0005), fault: { kind: "ban" as const, status: 429 as const, ms: longestBanMs } },
      ]),
      { on: "* /fapi/*", probability: often(0.001), fault: { kind: "clockSkew", ms: -8_000 } },
      { on: "* /fapi/*", probability: often(0.001), fault: { kind: "clockSkew", ms: 8_000 } },
      { on: "* /fapi/*", probability: often(0.01), fault: { kind: "delay", ms: 40, way: "back" } },
      { on: "GET /fapi/*", probability: often(0.0003), fault: { kind: "region" } },
    ],
  };
}
