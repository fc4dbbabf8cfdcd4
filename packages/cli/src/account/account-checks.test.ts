import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { CommandFailure } from "../command-failure.ts";
import { checkAccount } from "./account-checks.ts";
import { type KeyedAccount, keyedAccountOf } from "./account-keys.ts";

let exchange: ExchangeSimulator;
const servers: Server[] = [];
beforeAll(async () => {
  exchange = await startExchangeSimulator({ market: { kind: "generated", symbols: 1, seed: 1 }, clock: { kind: "real" } });
});
afterEach(async () => {
  await faults();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});
afterAll(() => exchange.stop());

const faults = (...rules: readonly object[]) =>
  fetch(`${exchange.url}/simulator/faults`, {
    method: "PUT",
    body: JSON.stringify({ rules }),
    headers: { "content-type": "application/json" },
  });

const answers = (on: string, body: object) => ({ on, fault: { kind: "answer", status: 200, text: JSON.stringify(body) } });
const oneWay = { canTrade: true, canWithdraw: false, dualSidePosition: false, multiAssetsMargin: false };
const accountAnswers = (over: object) => answers("GET /fapi/v1/accountConfig", { ...oneWay, ...over });
const keyAnswers = (enableWithdrawals: boolean, ipRestrict = true) =>
  answers("GET /sapi/v1/account/apiRestrictions", { enableWithdrawals, enableFutures: true, ipRestrict });

const account = (kind: "demo" | "live", over: Record<string, string> = {}): KeyedAccount =>
  keyedAccountOf(kind, {
    BINANCE_BASE_URL: exchange.url,
    BINANCE_API_KEY: exchange.apiKey,
    BINANCE_API_SECRET: exchange.apiSecret,
    ...over,
  });

async function refusalOf(asked: KeyedAccount): Promise<CommandFailure> {
  const failure = await checkAccount(asked).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof CommandFailure)) throw new Error(`it was not refused: ${String(failure)}`);
  return failure;
}

it("finds nothing wrong with the simulated exchange, as demo and as live", async () => {
  expect(await checkAccount(account("demo"))).toEqual([]);
  expect(await checkAccount(account("live"))).toEqual([]);
});

it.each([
  ["a region that is not served", [{ on: "GET /fapi/v1/time", fault: { kind: "region" } }], /refuses this region \(HTTP 451\)/, 1],
  ["a region that only the account knows", [{ on: "GET /fapi/v1/accountConfig", fault: { kind: "region" } }], /\(HTTP 451\)/, 1],
  ["a clock that is off", [answers("GET /fapi/v1/time", { serverTime: Date.now() + 3_600_000 })], /clock of this machine is .* behind/, 1],
  ["hedge mode", [accountAnswers({ dualSidePosition: true })], /is in hedge mode/, 1],
  ["multi-assets mode", [accountAnswers({ multiAssetsMargin: true })], /is in multi-assets mode/, 1],
  ["a key that can withdraw", [keyAnswers(true)], /may withdraw money/, 4],
  ["rights that are not told", [accountAnswers({ canWithdraw: true })], /could not be read, and with real money/, 4],
  ["an account that may not trade", [accountAnswers({ canTrade: false })], /may not trade futures/, 4],
  ["a ban", [{ on: "GET /fapi/v1/accountConfig", fault: { kind: "ban", status: 429 } }], /did not tell \(.*too many requests/, 75],
] as const)("refuses %s in one sentence for a live account", async (_name, rules, sentence, exitCode) => {
  await faults(...rules);

  const { message, exitCode: found } = await refusalOf(account("live"));

  expect(message).toMatch(sentence);
  expect(message).not.toContain("\n");
  expect(found).toBe(exitCode);
});

it("takes a demo account whatever its key may withdraw, because there is nothing to take", async () => {
  await faults(keyAnswers(true));

  expect(await checkAccount(account("demo"))).toEqual([]);
});

it("remarks upon a key that works from everywhere", async () => {
  await faults(keyAnswers(false, false));

  expect(await checkAccount(account("live"))).toEqual([expect.stringContaining("works from every address")]);
});

it.each([
  ["key", { BINANCE_API_KEY: "aWrongKey0123456789" }],
  ["secret", { BINANCE_API_SECRET: "aWrongSecret0123456789" }],
])("refuses a wrong %s and names neither half of it", async (_half, wrong) => {
  const asked = account("demo", wrong);
  const { message, hint, exitCode } = await refusalOf(asked);

  expect(message).toMatch(/refuses BINANCE_API_KEY with BINANCE_API_SECRET/);
  expect(exitCode).toBe(4);
  for (const half of [asked.apiKey, asked.apiSecret]) expect(`${message} ${hint}`).not.toContain(half);
});

it("says that nobody answers, with the exit code for trying later", async () => {
  expect(await refusalOf(account("live", { BINANCE_BASE_URL: "http://127.0.0.1:9" }))).toMatchObject({
    message: expect.stringContaining("127.0.0.1:9 cannot be reached"),
    exitCode: 75,
  });
});

it("does not believe an address of this machine that is no simulated exchange: it may forward to a real one", async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/fapi/v1/time" ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify({ serverTime: Date.now() }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  expect(await refusalOf(account("demo", { BINANCE_BASE_URL: url }))).toMatchObject({
    message: expect.stringContaining("no simulated exchange answers there"),
    exitCode: 2,
  });
});
