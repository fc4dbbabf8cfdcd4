import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { commandEnd, endAllCommands, runCommand } from "./running-command.ts";

let followed: ExchangeSimulator;
beforeAll(async () => {
  followed = await startExchangeSimulator({ market: { kind: "generated", symbols: 3, seed: "followed" }, clock: { kind: "real" } });
});
afterAll(async () => {
  await endAllCommands();
  await followed.stop();
});

const ticker = z.object({ symbol: z.string(), price: z.string() });
const priceAt = async (url: string): Promise<number> =>
  Number(ticker.parse(await (await fetch(`${url}/fapi/v2/ticker/price?symbol=BTCUSDT`)).json()).price);

/** Free at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

it("follows the exchange of --market binance: its prices, an account and keys of its own", async () => {
  const port = await freePort();
  const command = runCommand(["exchange", "--port", String(port), "--market", "binance"], { BINANCE_BASE_URL: followed.url });
  await command.heard((stderr) => stderr.includes("Ctrl-C ends it"));
  const [theirs, ours] = await Promise.all([priceAt(followed.url), priceAt(`http://127.0.0.1:${port}`)]);
  command.interrupt();
  const { stdout, stderr } = await command.ended;

  expect(Math.abs(ours / theirs - 1)).toBeLessThan(0.01);
  expect(stderr).toContain("A simulated exchange, no real money");
  expect(stdout).toMatch(/^url {5}http:\/\/127\.0\.0\.1:\d+\nkey {5}SIMULATORfakeKEY/);
  expect(stdout).not.toContain(followed.apiKey);
});

it("says in one sentence that the exchange cannot be reached, with the exit code for trying later", async () => {
  const { exitCode, stderr } = await commandEnd(["exchange", "--port", "0", "--market", "binance"], {
    BINANCE_BASE_URL: "http://127.0.0.1:9",
  });

  expect(exitCode).toBe(75);
  expect(stderr).toContain("127.0.0.1:9 cannot be reached");
});
