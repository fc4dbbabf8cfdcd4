import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExchangePosition } from "@winiswin/application/ports/order-gateway";
import { createBinanceOrderGateway } from "@winiswin/binance";
import { createRestClient } from "@winiswin/binance/rest-client";
import { asPrice, decimal, price } from "@winiswin/domain/decimal";
import { type OpenPosition, stopOf } from "@winiswin/domain/position";
import { type ExchangeSimulator, startExchangeSimulator } from "@winiswin/exchange-simulator";
import { openStoppedState } from "@winiswin/local/stopped-state";
import { openStoredBooks } from "@winiswin/local/stored-books";
import { anIntent, anOpenPosition } from "@winiswin/testkit/positions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandEnd, endAllCommands, runCommand } from "./running-command.ts";

let exchange: ExchangeSimulator;
const root = mkdtempSync(join(tmpdir(), "winiswin-account-"));
const state = join(root, "demo");
/** Several starts one after the other. */
const patienceMs = 200_000;
const realClock = {
  nowMs: () => Date.now(),
  sleepUntil: (atMs: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now()))),
  realMsUntil: (atMs: number) => Math.max(0, atMs - Date.now()),
};

beforeAll(async () => {
  exchange = await startExchangeSimulator({ market: { kind: "generated", symbols: 5, seed: "account" }, clock: { kind: "real" } });
});
afterAll(async () => {
  await endAllCommands();
  await exchange.stop();
  rmSync(root, { recursive: true });
});

const given = (over: Record<string, string> = {}) => ({
  BINANCE_BASE_URL: exchange.url,
  BINANCE_API_KEY: exchange.apiKey,
  BINANCE_API_SECRET: exchange.apiSecret,
  ...over,
});
const start = (account: string, folder: string, ...more: string[]) =>
  ["start", "--market", "binance", "--account", account, "--port", "0", "--state", folder, ...more] as const;

const gateway = () =>
  createBinanceOrderGateway({ baseUrl: exchange.url, clock: realClock, apiKey: exchange.apiKey, apiSecret: exchange.apiSecret });

const heldOf = async (wanted: string) => (await gateway().positions()).find(({ symbol }) => symbol === wanted);

/** Buys as somebody else would: by the exchange's own interface, without a word to the system. */
async function bought(symbol: string, amount: string): Promise<ExchangePosition> {
  const connection = { baseUrl: exchange.url, clock: realClock, apiKey: exchange.apiKey, apiSecret: exchange.apiSecret };
  const client = createRestClient({ ...connection, credentials: connection, readTimeoutMs: 5_000, writeTimeoutMs: 5_000 });
  await client.write("POST", "fapi/v1/order", { symbol, side: "BUY", type: "MARKET", quantity: amount }, "entry");
  const held = await heldOf(symbol);
  if (held === undefined) throw new Error(`${symbol} was not bought`);
  return held;
}

/** As the executor leaves a position: on our record, with its first stop on the exchange. */
async function recorded({ symbol, entryPrice, quantity: size }: ExchangePosition): Promise<void> {
  const stopPrice = asPrice(entryPrice.times(decimal("0.5")).round(0));
  const targetPrice = price(entryPrice.times(decimal("2")).round(0).toFixed());
  const intent = anIntent({ symbol, quantity: size, entryPrice, stopPrice, targetPrice });
  const now = Date.now();
  const record: OpenPosition = {
    ...anOpenPosition(symbol),
    ...{ intent, quantity: size, openQuantity: size, entryPrice, stopPrice, targetPrice, targets: [] },
    ...{ createdAtMs: now, filledAtMs: now, stopConfirmedAtMs: now },
  };
  const stopped = await openStoppedState(state);
  if (stopped === undefined) throw new Error("there is no state");
  await (await openStoredBooks(stopped.urls)).positions.create(record);
  await stopped.close();
  await gateway().placeProtection(stopOf(intent));
}

test(
  "a demo account is looked at, told and guarded; a kill and a restart find what was open; Ctrl-C says what stays",
  async () => {
    const first = runCommand(start("demo", state), given());
    await first.up();
    first.interrupt();
    const empty = await first.ended;
    const held = await bought("BTCUSDT", "0.01");
    await recorded(held);
    await bought("ETHUSDT", "0.1");

    const killed = runCommand(start("demo", state), given({ ENABLE_TRADING: "true" }));
    await killed.up();
    await killed.crash();
    const again = runCommand(start("demo", state), given({ ENABLE_TRADING: "true" }));
    await again.up();
    const asked = await commandEnd(["discord", "/positions", "--state", state]);
    again.interrupt();
    const { exitCode, stderr } = await again.ended;

    expect(empty.stderr).toContain("stands in: no real money");
    expect(empty.stderr).toContain("OFF: ENABLE_TRADING is not true, so signals are recorded and nothing is entered");
    expect(empty.stderr).toContain("open      nothing: neither ours nor somebody else's");
    expect(empty.stderr).toContain("Nothing of ours stays open at");
    expect(stderr).toMatch(/ON: ENABLE_TRADING is true/);
    expect(stderr).toContain("2 positions on the exchange, 1 of them ours, 1 somebody else's");
    expect(stderr).toMatch(/BTCUSDT long 0\.01 at [\d,.]+: ours, its stop at [\d,.]+ on the exchange\. It is guarded/);
    expect(stderr).toMatch(/ETHUSDT long 0\.1 at [\d,.]+: somebody else's, left alone/);
    expect(asked.stdout).toMatch(/bot main · demo/);
    expect(asked.stdout).toMatch(/open on the exchange +2\non our record +1/);
    expect(stderr).toMatch(
      /1 position of ours stays open at .*:\n {2}BTCUSDT long 0\.01 at [\d,.]+: its stop at [\d,.]+ on the exchange\.\n/,
    );
    expect(stderr).toContain("Until the next start nothing is trailed");
    expect(exitCode).toBe(130);
    expect(await again.leftBehind()).toEqual([]);
    expect((await heldOf("BTCUSDT"))?.quantity.eq(held.quantity)).toBe(true);
  },
  patienceMs,
);

test(
  "its folder is for no other account, and a fresh start does not forget what may be open",
  async () => {
    const live = await commandEnd(start("live", state, "--yes"), given());
    const simulated = await commandEnd(["start", "--once", "--symbols", "5", "--port", "0", "--state", state]);
    const fresh = await commandEnd(["start", "--once", "--symbols", "5", "--port", "0", "--fresh", "--state", state]);

    expect(live.stderr).toMatch(/is about the demo account at .* and cannot be used for the live account at/);
    expect(simulated.stderr).toMatch(/is about the demo account at .* and cannot be used for a simulated account/);
    expect(fresh.stderr).toContain("--fresh would delete what is known of the demo account");
    for (const { exitCode, stdout } of [live, simulated, fresh]) expect([exitCode, stdout]).toEqual([1, ""]);
    expect(readdirSync(state)).toContain("tables");
  },
  patienceMs,
);

test(
  "a live account is not started without a word of confirmation, and says what it is about to do with one",
  async () => {
    const folder = join(root, "live");
    const unanswered = await commandEnd(start("live", folder), given({ ENABLE_TRADING: "true" }));
    const command = runCommand(start("live", folder, "--yes"), given({ ENABLE_TRADING: "true" }));
    await command.up();
    command.interrupt();
    const { stderr, stdout } = await command.ended;

    expect(unanswered.exitCode).toBe(2);
    expect(unanswered.stderr).toContain("--account live asks before it starts, and here is no terminal to answer in");
    expect(stderr).toMatch(
      /LIVE account at 127\.0\.0\.1:\d+.*\n {2}equity .*\n {2}bot .*\n {2}risk .*\n {2}leverage .*\n {2}entries .*\n {2}open /,
    );
    expect(stderr.indexOf("Confirmed by --yes.")).toBeGreaterThan(stderr.indexOf("stop it"));
    expect(stdout).toBe("");
  },
  patienceMs,
);

test("no half of the key is printed, logged or stored", () => {
  const secrets = [exchange.apiKey, exchange.apiSecret];
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(root, name)).isFile());

  expect(files.some((name) => name.endsWith("log.jsonl"))).toBe(true);
  expect(files.filter((name) => secrets.some((secret) => readFileSync(join(root, name), "latin1").includes(secret)))).toEqual([]);
});

test("a wrong key ends with the exit code of keys, before anything is started or stored", async () => {
  const folder = join(root, "wrong");
  const wrong = "aWrongSecret0123456789";
  const { exitCode, stdout, stderr } = await commandEnd(start("demo", folder), given({ BINANCE_API_SECRET: wrong }));

  expect(exitCode).toBe(4);
  expect(`${stdout}${stderr}`).not.toContain(wrong);
  expect(`${stdout}${stderr}`).not.toContain(exchange.apiKey);
  expect(stderr).toMatch(/refuses BINANCE_API_KEY with BINANCE_API_SECRET/);
  expect(readdirSync(root)).not.toContain("wrong");
});
