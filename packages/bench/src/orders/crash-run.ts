// The whole system in real time, in a process of its own that is to be killed: `enter` dies by SIGKILL as soon as its entry is answered,
// `recover` tells when the stop was answered.
import { fileURLToPath } from "node:url";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { openTimeOf } from "@winiswin/domain/timeframe";
import { startSystem } from "@winiswin/local";
import { analyzedEvent, storeSignal } from "./stored-signal.ts";
import { watchWire } from "./wire.ts";

export type CrashMessage =
  | { readonly told: "started" }
  | { readonly told: "entering"; readonly atMs: number }
  /** What the exchange says of the account when the stop was answered. */
  | { readonly told: "protected"; readonly atMs: number; readonly by: string; readonly held: number; readonly stops: number };

const [, , part, stateFolder = ""] = process.argv;
const tell = (message: CrashMessage): void => void process.send?.(message);

const isEntering = part === "enter";
let working = "nobody";
watchWire(({ what }) => {
  if (isEntering && what === "POST /fapi/v1/order") process.kill(process.pid, "SIGKILL");
  if (!isEntering && what === "POST /fapi/v1/algoOrder") void tellProtected(Date.now());
});

const system = await startSystem({
  market: { kind: "generated", symbols: 4, seed: "bench" },
  speed: 1,
  stateFolder,
  basePort: 0,
  environment: { ENABLE_TRADING: "true", MAX_SYMBOLS: "4", WINISWIN_CONFIG: fileURLToPath(new URL("../../orders.yaml", import.meta.url)) },
  exchange: { latencyMs: 50, startingBalance: "100000" },
  onLog: () => undefined,
  aroundInvocation(functionName, _event, invoke) {
    working = functionName;
    return invoke();
  },
});
tell({ told: "started" });
if (isEntering) {
  const nowMs = system.clock.nowMs();
  const cycleId = cycleIdOf(openTimeOf("15m", nowMs));
  await storeSignal(cycleId, "ETHUSDT", nowMs);
  const { eventBus } = await import("@winiswin/functions/wiring/events");
  tell({ told: "entering", atMs: Date.now() });
  await eventBus().publish([{ ...analyzedEvent(cycleId), complete: true, signals: 1, signalsHash: "" }]);
}

let isTold = false;
async function tellProtected(atMs: number): Promise<void> {
  if (isTold) return;
  isTold = true;
  const by = working;
  const { orderGateway } = await import("@winiswin/functions/wiring/exchange");
  const [held = [], resting = []] = await Promise.all([orderGateway()?.positions(), orderGateway()?.openProtections()]);
  const stops = resting.filter(({ leg, closePosition }) => leg === "stopLoss" && closePosition).length;
  tell({ told: "protected", atMs, by, held: held.length, stops });
}
process.once("disconnect", () => process.exit());
