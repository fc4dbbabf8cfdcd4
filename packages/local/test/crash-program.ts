// A system of its own process, to be killed: prints its addresses as one JSON line and runs until then.
import { startSystem } from "../src/index.ts";
import { crashTopology } from "./crash-topology.ts";

const [stateFolder = "", basePort = "0"] = process.argv.slice(2);
const system = await startSystem({
  market: { kind: "external", url: "http://127.0.0.1:9", apiKey: "", apiSecret: "" },
  speed: 1,
  stateFolder,
  basePort: Number(basePort),
  topology: crashTopology,
  root: import.meta.dirname,
  useClock: () => undefined,
});
process.stdout.write(`${JSON.stringify(system.urls)}\n`);
process.once("SIGTERM", () => void system.stop().then(() => process.exit(0)));
