import { createServer } from "node:net";
import { portsFrom } from "@winiswin/local/ports";
import type { RunningSystem } from "../running-system.ts";
import { type Finding, ok, problem } from "./finding.ts";

/** The ports that `winiswin start` listens on. */
export function wantedPorts(): readonly number[] {
  const { functions, ...others } = portsFrom(undefined, ["discordInteractions"]);
  return [...Object.values(others), ...Object.values(functions)];
}

/** Whether a start would get its ports; a system of ours that runs already may have them. */
export async function checkPorts(running: RunningSystem | undefined, ports: readonly number[] = wantedPorts()): Promise<Finding> {
  if (running !== undefined) return ok("ports", `${portsOf(running)} are used by the running system (process ${running.pid})`);
  const span = `${ports[0]} to ${ports.at(-1)}`;
  const states = await Promise.all(ports.map(async (port) => ({ port, refusal: await refusalOf(port) })));
  const refused = states.filter(({ refusal }) => refusal !== undefined);
  if (refused.length === 0) return ok("ports", `${span} on 127.0.0.1 are free`);
  const isTaken = refused.every(({ refusal }) => refusal === "EADDRINUSE");
  return problem(
    "ports",
    `${refused.map(({ port }) => port).join(", ")} on 127.0.0.1 ${isTaken ? "in use" : `cannot be listened on (${refused[0]?.refusal})`}`,
    isTaken ? "Stop what uses them, or start with --port N." : "Allow local servers on this machine.",
  );
}

/** Those that it really took, which are others than the usual ones with --port. */
function portsOf({ urls }: RunningSystem): string {
  const { functions, exchange, ...others } = urls;
  const taken = [exchange, ...Object.values(others), ...Object.values(functions)].filter(isHere).map((url) => Number(new URL(url).port));
  return taken.sort((first, second) => first - second).join(", ");
}

/** The exchange of a real account is somewhere else. */
const isHere = (url: string): boolean => URL.canParse(url) && new URL(url).hostname === "127.0.0.1";

function refusalOf(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(undefined)));
  });
}
