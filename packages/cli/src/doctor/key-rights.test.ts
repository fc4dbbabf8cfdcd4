import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { afterEach, describe, expect, it } from "vitest";
import { keyFindings, lookAtKey } from "./key-rights.ts";

const servers: Server[] = [];
const simulators: ExchangeSimulator[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
});

/** Answers every request alike. */
async function answering(status: number, body: unknown): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const key = { apiKey: "the-key-7f3a-0123456789", apiSecret: "the-secret-91bc-0123456789" };
const account = { canTrade: true, canWithdraw: true };
const found = async (asked: Parameters<typeof lookAtKey>[0]) =>
  keyFindings(await lookAtKey(asked)).map(({ check, level, detail }) => `${check}: ${level}, ${detail}`);

describe("the rights of the key", () => {
  it("are fine on the simulated exchange, whose account cannot withdraw", async () => {
    const simulator = await startExchangeSimulator({ market: { kind: "generated", symbols: 1, seed: 1 }, clock: { kind: "real" } });
    simulators.push(simulator);
    const { url: baseUrl, apiKey, apiSecret } = simulator;

    expect(await found({ baseUrl, apiKey, apiSecret })).toEqual(["key may trade: ok, yes, futures", "key may withdraw: ok, no"]);
  });

  it("are a problem when the key can take the money out, and a warning when it works from everywhere", async () => {
    const spotBaseUrl = await answering(200, { enableWithdrawals: true, enableFutures: true, ipRestrict: false });

    expect(await found({ ...key, baseUrl: await answering(200, account), spotBaseUrl })).toEqual([
      "key may trade: ok, yes, futures",
      "key may withdraw: problem, yes: whoever has the key can take the money out",
      "key addresses: warning, the key works from every address",
    ]);
  });

  it("are a problem when the key may not trade futures", async () => {
    const spotBaseUrl = await answering(200, { enableWithdrawals: false, enableFutures: false, ipRestrict: true });

    expect(await found({ ...key, baseUrl: await answering(200, account), spotBaseUrl })).toEqual([
      "key may trade: problem, no: the key or its account may not trade futures",
      "key may withdraw: ok, no",
    ]);
  });

  it("are said to be unknown where only the account tells, and not taken for good", async () => {
    expect(await found({ ...key, baseUrl: await answering(200, account) })).toEqual([
      "key may trade: ok, yes, futures",
      "key may withdraw: warning, unknown: this exchange does not tell the rights of keys",
    ]);
  });

  it("are unknown when the exchange refuses the key, and the reason names neither half of it", async () => {
    const baseUrl = await answering(401, { code: -2015, msg: `Invalid API-key ${key.apiKey}, IP, or permissions for action` });

    const [finding, ...others] = await found({ ...key, baseUrl });

    expect(others).toEqual([]);
    expect(finding).toMatch(/^key rights: warning, unknown: .*-2015/);
    expect(finding).not.toContain(key.apiKey);
    expect(finding).not.toContain(key.apiSecret);
  });
});
