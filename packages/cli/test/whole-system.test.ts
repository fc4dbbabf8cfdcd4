import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signedInteraction } from "@winiswin/discord";
import { decimal } from "@winiswin/domain/decimal";
import { seededRandom } from "@winiswin/testkit/candles";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { exchangeAccount } from "./exchange-account.ts";
import { span, writeRecording } from "./recorded-folder.ts";
import { commandEnd, type Ended, endAllCommands, type RunningCommand, runCommand } from "./running-command.ts";
import { storedCycles } from "./stored-cycles-of.ts";

const decimalText = z.string().regex(/^-?\d+(\.\d+)?$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** The contract of `--json`: nothing missing, nothing more at the outside and in a cycle. */
const runDocument = z.strictObject({
  cycles: z.array(
    z.strictObject({
      cycleId: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/),
      symbols: z.int(),
      warming: z.int(),
      failed: z.int(),
      signals: z.int(),
      signalsHash: sha256,
      orders: z.int(),
      durationMs: z.int().nonnegative(),
    }),
  ),
  positions: z.array(z.looseObject({ symbol: z.string(), stopConfirmed: z.boolean(), unrealisedProfit: decimalText })),
  trades: z.array(
    z.looseObject({
      symbol: z.string(),
      closedAt: z.iso.datetime(),
      grossProfit: decimalText,
      fees: decimalText,
      netProfit: decimalText,
    }),
  ),
  equity: decimalText,
  metrics: z.record(
    z.string(),
    z.strictObject({ unit: z.string(), samples: z.int(), sum: z.number(), minimum: z.number(), maximum: z.number(), last: z.number() }),
  ),
});
type RunDocument = z.output<typeof runDocument>;

const runtime = z.object({ urls: z.object({ functions: z.object({ discordInteractions: z.url() }) }) });

/** The recording is a week long, and a contract is traded from its thirtieth day unless told otherwise. */
const tradesAtOnce = { MIN_LISTING_AGE_DAYS: "0" };

/** Five starts one after the other. */
const killPatienceMs = 150_000;

interface KillMoment {
  readonly after: "spawn" | "cycle" | "order";
  readonly thenMs: number;
}

/** In the start, in the middle of entries (their stops not yet placed), between cycles, and whatever the delay makes of it. */
const killSeed = 20_261_121;
const random = seededRandom(killSeed);
const killMoments: readonly KillMoment[] = [
  { after: "spawn", thenMs: Math.round(1_500 * random()) },
  { after: "order", thenMs: Math.round(10 * random()) },
  { after: "cycle", thenMs: Math.round(120 * random()) },
  { after: "order", thenMs: Math.round(30 * random()) },
];

const root = mkdtempSync(join(tmpdir(), "winiswin-whole-system-"));
const folder = (name: string) => join(root, name);
const recordedRun = (state: string): readonly string[] =>
  `start --market recorded --data ${folder("data")} --from ${span.from} --to ${span.to} --speed max --port 0 --json --state`
    .split(" ")
    .concat(folder(state));

/** Calls of AWS that a function has no right to: on AWS they would fail for ever, here each names the line to add. */
const refusedCalls = (stderr: string): readonly string[] => [...new Set(stderr.match(/\w+ may not \w+:\w+ on .* in its rights/g))];

function documentOf({ exitCode, stdout, stderr }: Ended): RunDocument {
  if (exitCode !== 0) throw new Error(`the command ended with ${exitCode}: ${stderr}`);
  expect(refusedCalls(stderr)).toEqual([]);
  return runDocument.parse(JSON.parse(stdout));
}

/** All that must come out the same; how long it took need not. */
const outcomeOf = ({ cycles, metrics: _figures, ...rest }: RunDocument) => ({
  ...rest,
  cycles: cycles.map(({ durationMs: _, ...cycle }) => cycle),
});

afterAll(async () => {
  await endAllCommands();
  rmSync(root, { recursive: true, force: true });
});

describe("a recorded market, run as fast as it goes", () => {
  let first: RunDocument;
  let second: RunDocument;

  beforeAll(async () => {
    writeRecording(folder("data"));
    const run = async (state: string) => documentOf(await commandEnd([...recordedRun(state), "--fresh"], tradesAtOnce));
    [first, second] = await Promise.all([run("first"), run("second")]);
  });

  test("has every cycle of the span once and whole, with trades, a position and signals at several closes", () => {
    const closes = Array.from({ length: span.cycles }, (_, index) => Date.parse(span.from) + (index + 1) * 900_000);

    expect(first.cycles.map(({ cycleId }) => Date.parse(cycleId))).toEqual(closes);
    expect(first.cycles.map(({ symbols, warming, failed }) => ({ symbols, warming, failed }))).toEqual(
      closes.map(() => ({ symbols: 3, warming: 0, failed: 0 })),
    );
    expect(new Set(first.cycles.map(({ signalsHash }) => signalsHash)).size).toBeGreaterThan(3);
    expect(first.trades.length).toBeGreaterThan(0);
    expect(first.positions.length).toBeGreaterThan(0);
  });

  test("comes out the same a second time: signals, orders, trades, positions and equity", () => {
    expect(outcomeOf(second)).toEqual(outcomeOf(first));
    expect(exchangeAccount(folder("second")).orders).toEqual(exchangeAccount(folder("first")).orders);
  });

  test("has an equity that is the starting balance and everything that was earned, paid and is still open", () => {
    const account = exchangeAccount(folder("first"));
    const closed = first.trades.reduce((total, { netProfit }) => total.plus(netProfit), decimal("0"));
    const open = first.positions.reduce((total, { symbol, unrealisedProfit }) => {
      const closes = first.trades.filter((trade) => trade.symbol === symbol).map(({ closedAt }) => Date.parse(closedAt));
      return total.plus(unrealisedProfit).plus(account.bookedSince(symbol, Math.max(0, ...closes) + 1));
    }, decimal("0"));

    expect(account.income("FUNDING_FEE").toFixed()).toBe("0");
    expect(account.income("TRANSFER").plus(closed).plus(open).toFixed()).toBe(first.equity);
    for (const { grossProfit, fees, netProfit } of first.trades) expect(decimal(grossProfit).minus(fees).toFixed()).toBe(netProfit);
  });

  test(
    `ends as if nothing had happened when it is killed ${killMoments.map(({ after, thenMs }) => `${thenMs} ms after ${after}`).join(", ")} (seed ${killSeed})`,
    async () => {
      for (const moment of killMoments) {
        const command = runCommand(recordedRun("killed"), tradesAtOnce);
        await untilMoment(command, moment);
        await command.crash();
        expect(await command.leftBehind()).toEqual([]);
      }
      const last = runCommand(recordedRun("killed"), tradesAtOnce);
      const { cycles: own, ...ending } = outcomeOf(documentOf(await last.ended));

      const { cycles: undisturbed, ...expected } = outcomeOf(first);
      expect(await last.leftBehind()).toEqual([]);
      expect(ending).toEqual(expected);
      expect(undisturbed.slice(-own.length)).toEqual(own);
      expect(await storedCycles(folder("killed"), span.to)).toEqual(await storedCycles(folder("first"), span.to));
      const account = exchangeAccount(folder("killed"));
      const again = outcomeOf(documentOf(await commandEnd(recordedRun("killed"), tradesAtOnce)));
      expect(again).toEqual({ ...ending, cycles: [] });
      expect(account.orders).toEqual(exchangeAccount(folder("first")).orders);
      expect(account.openSymbols).toEqual(ending.positions.map(({ symbol }) => symbol).sort());
      expect(account.stoppedSymbols).toEqual(account.openSymbols);
      expect(ending.positions.filter(({ stopConfirmed }) => !stopConfirmed)).toEqual([]);
    },
    killPatienceMs,
  );
});

/** Resolves at the moment, or when the run has ended before it. */
async function untilMoment(command: RunningCommand, { after, thenMs }: KillMoment): Promise<void> {
  if (after !== "spawn") await command.up();
  if (after === "cycle") await command.heard((stderr) => /^cycle /m.test(stderr));
  if (after === "order") await nextOrder(command);
  await new Promise((resolve) => setTimeout(resolve, thenMs));
}

/** Resolves as soon as the exchange has written down another order: its stop is not there yet. */
async function nextOrder(command: RunningCommand): Promise<void> {
  const written = () => readFileSync(join(folder("killed"), "exchange.jsonl"), "utf8").split('"kind":"order"').length;
  let isOver = false;
  void command.ended.finally(() => {
    isOver = true;
  });
  for (const before = written(); !isOver && written() === before; ) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe("one cycle of a generated market", () => {
  test("is one JSON document on stdout and nothing else, and leaves no process", async () => {
    const command = runCommand(["start", "--once", "--json", "--symbols", "5", "--speed", "max", "--port", "0", "--state", folder("once")]);
    const ended = await command.ended;

    expect(ended.stdout.trim().split("\n")).toHaveLength(1);
    expect(documentOf(ended).cycles).toEqual([expect.objectContaining({ symbols: 5, warming: 0, failed: 0 })]);
    expect(await command.leftBehind()).toEqual([]);
  });

  test("is refused with one sentence where somebody has the port", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { exitCode, stdout, stderr } = await commandEnd(["start", "--once", "--port", String(port), "--state", folder("port")]);
    server.close();

    expect(exitCode).toBeGreaterThan(0);
    expect(stdout).toBe("");
    expect(lastLine(stderr)).toMatch(new RegExp(`^[^.]*\\b${port}\\b.*\\.$`));
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("a running system", () => {
  const state = folder("running");
  let system: RunningCommand;

  beforeAll(async () => {
    system = runCommand(["start", "--symbols", "5", "--speed", "60x", "--port", "0", "--state", state]);
    await system.up();
  });

  test("keeps its folder for itself and says so in one sentence", async () => {
    const { exitCode, stdout, stderr } = await commandEnd(["start", "--once", "--port", "0", "--state", state]);

    expect(exitCode).toBeGreaterThan(0);
    expect(stdout).toBe("");
    expect(lastLine(stderr)).toContain(`is running on ${state} already`);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each([
    ["/status", /cycle/i],
    ["/positions", /position/i],
  ])("answers %s through the signed endpoint", async (command, words) => {
    const { exitCode, stdout } = await commandEnd(["discord", command, "--state", state]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(words);
  });

  test("defers what has to be read to the queue, and refuses what nobody signed", async () => {
    const endpoint = runtime.parse(JSON.parse(readFileSync(join(state, "runtime.json"), "utf8"))).urls.functions.discordInteractions;
    const signed = signedInteraction({
      command: "/positions",
      privateKey: readFileSync(join(state, "discord-private-key.pem"), "utf8"),
      applicationId: "1",
      userId: "1",
      nowMs: Date.now(),
    });
    if (!signed.ok) throw new Error(signed.failure);
    const { body, headers } = signed.value;
    const deferred = await fetch(endpoint, { method: "POST", headers, body });
    const forged = await fetch(endpoint, { method: "POST", headers, body: body.replace("positions", "status") });

    expect(await deferred.json()).toMatchObject({ type: 5 });
    expect(forged.status).toBe(401);
  });

  test("ends in order when it is interrupted, with everything that it started", async () => {
    system.interrupt();
    const { exitCode } = await system.ended;

    expect(exitCode).toBe(130);
    expect(await system.leftBehind()).toEqual([]);
  });
});

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";
