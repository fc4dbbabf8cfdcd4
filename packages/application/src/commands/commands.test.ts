import { cycleIdOf } from "@winiswin/domain/cycle";
import { usdt } from "@winiswin/domain/decimal";
import { answeringGateway } from "@winiswin/testkit/answering-gateway";
import { aCommandContext, aCrowdedContext, commandTimeMs, type StoredFacts, someCommandOptions } from "@winiswin/testkit/command-context";
import { aCycle, aShardReport } from "@winiswin/testkit/cycles";
import { aDecision } from "@winiswin/testkit/decisions";
import { anExchangePosition, anOpenPosition, someProtections } from "@winiswin/testkit/positions";
import { aRiskContext } from "@winiswin/testkit/risk";
import { aSignal } from "@winiswin/testkit/signals";
import { aTrade } from "@winiswin/testkit/trades";
import { describe, expect, test } from "vitest";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { CommandContext } from "./command.ts";
import { commands, findCommand } from "./registry.ts";
import { renderText } from "./render-text.ts";

const quarterMs = 900_000;

async function answerTo(name: string, given: Record<string, unknown>, context: CommandContext): Promise<string> {
  const prepared = findCommand(name)?.prepare(given);
  if (prepared === undefined || !prepared.ok) throw new Error(prepared === undefined ? `no command ${name}` : prepared.failure);
  return renderText(await prepared.value(context));
}

const ask = async (name: string, facts: StoredFacts = {}, given: Record<string, unknown> = {}): Promise<string> =>
  answerTo(name, given, await aCommandContext(facts));

describe("/status", () => {
  test("tells the last and the next cycle with their distance and what was analysed", async () => {
    const shards = [aShardReport(), aShardReport({ shard: 1, analyzed: 50, warming: 7, failed: 3 })];

    const answer = await ask("status", { cycles: [aCycle({ shards, shardCount: 2, symbols: 120, signals: 4, orders: 1 })] });

    expect(answer).toContain("Alive: the last cycle closed 4m 00s ago.");
    expect(answer).toMatch(/last cycle +2026-11-21 10:15:00 UTC \(4m 00s ago\)/);
    expect(answer).toMatch(/next cycle +2026-11-21 10:30:00 UTC \(in 11m 00s\)/);
    expect(answer).toMatch(/analysed +108 of 120 symbols, 3\.1 s after the close/);
    expect(answer).toMatch(/warming +8\n/);
    expect(answer).toMatch(/failed +4\n/);
    expect(answer).toMatch(/signals +4\n/);
    expect(answer).toMatch(/orders +1\n/);
    expect(answer).toMatch(/mode +paper\n/);
    expect(answer).toMatch(/halted +no/);
  });

  test("tells which protection keeps entries out, as long as it does", async () => {
    const context = await aCommandContext({ cycles: [aCycle()] });
    const { equityMarks } = aRiskContext();
    const halt = { code: "STOP_LOSS_GUARD", reason: "4 stops were hit within 24 candles", sinceMs: commandTimeMs - 60_000 } as const;
    const halts = [
      { ...halt, untilMs: commandTimeMs + 60_000 },
      { ...halt, code: "MAXIMUM_DAILY_LOSS", reason: "yesterday's", untilMs: commandTimeMs - 1 } as const,
    ];
    await context.control.saveRiskRecord({
      bot: "main",
      version: 1,
      marks: equityMarks!,
      history: { settled: equityMarks, looks: [], transfers: [] },
      halts,
      drawdownHaltedAtMs: undefined,
      drawdownRetractedAtMs: undefined,
    });

    const answer = await answerTo("status", {}, context);

    expect(answer).toContain("No entries (STOP_LOSS_GUARD): 4 stops were hit within 24 candles.");
    expect(answer).not.toContain("yesterday's");
  });

  test("counts refusals by reason with an example", async () => {
    const refused = (symbol: string, reasons: { code: string; reason: string }[]) => aDecision({ symbol, decision: "refused", reasons });
    const spread = { code: "SPREAD_TOO_WIDE", reason: "spread 0.310 % is above 0.2 %" };
    const full = { code: "NO_FREE_SLOT", reason: "3 of 3 positions are open" };

    const answer = await ask("status", { cycles: [aCycle({ decisions: [refused("AUSDT", [spread, full]), refused("BUSDT", [full])] })] });

    expect(answer).toMatch(/NO_FREE_SLOT +2 +AUSDT BUSDT +3 of 3 positions are open/);
    expect(answer).toMatch(/SPREAD_TOO_WIDE +1 +AUSDT +spread 0\.310 % is above 0\.2 %/);
  });

  test("says that it is late when a cycle is missing, and how long ago the last one was", async () => {
    const answer = await ask("status", { cycles: [aCycle()], nowMs: commandTimeMs + 2 * quarterMs });

    expect(answer).toContain("Status [attention]");
    expect(answer).toContain("LATE: the cycle of 2026-11-21 10:45:00 UTC is missing; the last one that was analysed closed 34m 00s ago.");
  });

  test("does not call a cycle late that is still within its grace", async () => {
    const closeTimeMs = Date.UTC(2026, 10, 21, 10, 30);
    const inFlight = aCycle({ closeTimeMs, status: "dispatched", analyzedAtMs: undefined, executedAtMs: undefined, shards: [] });

    const answer = await ask("status", { cycles: [aCycle(), inFlight], nowMs: closeTimeMs + 20_000 });

    expect(answer).toContain("Alive: the last cycle closed 15m 20s ago.");
  });

  test("says so when nothing ever ran, when trading is disabled and when everything is halted", async () => {
    const context = await aCommandContext({ tradingEnabled: false });
    await context.control.setHalt({ reason: "testing the brakes", by: "anna", atMs: commandTimeMs - 60_000 });

    const answer = await answerTo("status", {}, context);

    expect(answer).toContain("No cycle has been analysed yet.");
    expect(answer).toContain("HALTED by anna 1m 00s ago: testing the brakes.");
    expect(answer).toMatch(/trading +disabled/);
    expect(answer).toMatch(/halted +YES/);
  });
});

describe("/balance", () => {
  test("shows what the exchange says, with signs and thousands", async () => {
    const balance = {
      walletBalance: usdt("12345.678"),
      availableBalance: usdt("9000"),
      unrealisedProfit: usdt("-0.004"),
      equity: usdt("12345.674"),
    };

    const answer = await ask("balance", { gateway: answeringGateway({ balance }) });

    expect(answer).toMatch(/equity +12,345\.67 USDT/);
    expect(answer).toMatch(/wallet +12,345\.68 USDT/);
    expect(answer).toMatch(/unrealised +0\.00 USDT/);
    expect(answer).toMatch(/available +9,000\.00 USDT/);
  });

  test.each([
    [undefined, "No API key of the exchange is configured"],
    [new ExchangeError("retryable", "connect ECONNREFUSED"), "The exchange could not be reached: connect ECONNREFUSED"],
    [new ExchangeError("fatal", "Invalid API-key"), "The exchange refused the question: Invalid API-key"],
    [
      new ExchangeError("banned", "way too many", { retryAtMs: Date.UTC(2026, 10, 21, 11) }),
      "banned this address for too many requests until 2026-11-21 11:00:00 UTC",
    ],
  ])("answers with one sentence and no stack when the exchange gives nothing (%s)", async (failure, sentence) => {
    const answer = await ask("balance", { gateway: failure === undefined ? undefined : answeringGateway({ failure }) });

    expect(answer).toContain(sentence);
    expect(answer).not.toMatch(/\n\s+at /);
  });

  test("lets a bug of ours through instead of calling it an outage", async () => {
    await expect(ask("balance", { gateway: answeringGateway({ failure: new TypeError("undefined is not a function") }) })).rejects.toThrow(
      TypeError,
    );
  });
});

describe("/positions", () => {
  test("shows the exchange's truth beside our record, with distances, R and age", async () => {
    const answer = await ask("positions", {
      positions: [anOpenPosition()],
      gateway: answeringGateway({ positions: [anExchangePosition()], protections: someProtections() }),
    });

    expect(answer).toMatch(
      /BTCUSDT +long +0\.02 +50,000 +50,250 +\+5\.00 USDT +\+0\.50 +49,500 \(-1\.49 %\) +first stop +yes +2 at 51,000 \(\+1\.49 %\) +open +3m 55s/,
    );
  });

  test("shouts when no stop rests on the exchange", async () => {
    const answer = await ask("positions", {
      positions: [anOpenPosition()],
      gateway: answeringGateway({
        positions: [anExchangePosition()],
        protections: someProtections().filter((order) => order.leg !== "stopLoss"),
      }),
    });

    expect(answer).toContain("UNPROTECTED: no stop rests on the exchange for BTCUSDT.");
    expect(answer).toMatch(/BTCUSDT .* NO +2 at 51,000 \S+ %\) +open/);
  });

  test("puts what needs somebody first, because a surface may shorten the table", async () => {
    const answer = await ask("positions", {
      positions: [anOpenPosition("AUSDT"), anOpenPosition("BUSDT"), anOpenPosition("CUSDT")],
      gateway: answeringGateway({
        positions: [anExchangePosition("AUSDT"), anExchangePosition("CUSDT")],
        protections: someProtections("AUSDT"),
      }),
    });

    expect(answer.match(/^[ABC]USDT/gm)).toEqual(["CUSDT", "BUSDT", "AUSDT"]);
  });

  test("does not take a stop of the other direction or a finished one for protection", async () => {
    const [stop] = someProtections();
    if (stop === undefined) throw new Error("no stop to spoil");

    const spoiled = [
      { ...stop, side: "buy" as const },
      { ...stop, status: "finished" as const },
    ];
    const answer = await ask("positions", {
      positions: [anOpenPosition()],
      gateway: answeringGateway({ positions: [anExchangePosition()], protections: spoiled }),
    });

    expect(answer).toMatch(/BTCUSDT .* NO +2 at/);
  });

  test("names positions that are only on one side", async () => {
    const answer = await ask("positions", {
      positions: [anOpenPosition("GONEUSDT")],
      gateway: answeringGateway({ positions: [anExchangePosition("ALIENUSDT")] }),
    });

    expect(answer).toMatch(/ALIENUSDT .* not ours/);
    expect(answer).toMatch(/GONEUSDT .* NOT on the exchange/);
  });

  test("tells a row that cannot be read from a position of somebody else", async () => {
    const context = await aCommandContext({
      positions: [anOpenPosition("BTCUSDT")],
      gateway: answeringGateway({ positions: [anExchangePosition("BTCUSDT")] }),
    });
    const unreadable = { positionId: "2026-01-01T00:00:00Z#BTCUSDT", symbol: "BTCUSDT", reason: "no state fits" };
    const store = { ...context.positions, open: async () => [], unreadable: async () => [unreadable] };

    const answer = await answerTo("positions", {}, { ...context, positions: store });

    expect(answer).toMatch(/BTCUSDT .* row unreadable/);
  });

  test("shows our record alone when the exchange cannot be asked", async () => {
    const answer = await ask("positions", { positions: [anOpenPosition()], gateway: undefined });

    expect(answer).toContain("No API key of the exchange is configured");
    expect(answer).toMatch(/BTCUSDT +long +0\.02 +50,000 +49,500 +first stop +2 at 51,000 +open/);
  });
});

describe("/signals", () => {
  const decided = aDecision({ symbol: "ETHUSDT", score: 9 });

  test("shows the latest cycle that has signals, best first, each with its decision", async () => {
    const quiet = aCycle({ closeTimeMs: Date.UTC(2026, 10, 21, 10, 30) });
    const answer = await ask("signals", {
      nowMs: commandTimeMs + quarterMs,
      cycles: [aCycle({ signals: 2, decisions: [decided] }), quiet],
      signals: [aSignal(), aSignal({ symbol: "ETHUSDT", score: 9, entryPrice: 0.0000123456789 })],
    });

    expect(answer).toContain("Signals of 2026-11-21T10:15:00Z");
    expect(answer).toMatch(/1 +ETHUSDT +long +9\.00 +80 % +0\.00001234568 +49,500 +51,000 +entered\n/);
    expect(answer).toMatch(/2 +BTCUSDT +long +8\.00 .* no decision is stored/);
  });

  test("takes a cycle as option and says when none is stored under it", async () => {
    const facts = { cycles: [aCycle({ signals: 1 })], signals: [aSignal()] };

    expect(await ask("signals", facts, { cycle: "2026-11-21T10:15:00Z" })).toContain("BTCUSDT");
    expect(await ask("signals", facts, { cycle: "2026-11-20T10:15:00Z" })).toContain("No cycle 2026-11-20T10:15:00Z is stored.");
    expect(await ask("signals")).toContain("None of the last 96 cycles has a signal.");
  });
});

describe("/why", () => {
  test("gives the stored decision with every reason and the parts of the score", async () => {
    const reasons = [
      { code: "SPREAD_TOO_WIDE", reason: "spread 0.310 % is above 0.2 %" },
      { code: "NO_FREE_SLOT", reason: "3 of 3 positions are open" },
    ];
    const decision = aDecision({ rank: 2, decision: "refused", reasons });

    const answer = await ask("why", { cycles: [aCycle({ signals: 1, decisions: [decision] })], signals: [aSignal()] }, { symbol: "btc" });

    expect(answer).toContain("Why BTCUSDT");
    expect(answer).toContain("refused: SPREAD_TOO_WIDE spread 0.310 % is above 0.2 %; NO_FREE_SLOT 3 of 3 positions are open");
    expect(answer).toMatch(/trend1h +1\.00 +0\.40 +three of three agree/);
  });

  test("takes a cycle, also one without a signal of the symbol, one that is not stored, and the latest alone", async () => {
    const facts = { cycles: [aCycle({ signals: 1 })], signals: [aSignal()] };
    const at = (cycle: string, symbol = "BTC") => ask("why", facts, { symbol, cycle });

    expect(await at("2026-11-21T10:15:00Z")).toContain("ict-smc long");
    expect(await at("2026-11-21T10:15:00Z", "ETH")).toContain("No strategy gave a signal for ETHUSDT in this cycle.");
    expect(await at("2026-11-20T10:15:00Z")).toContain("No cycle 2026-11-20T10:15:00Z is stored.");
    expect(await at("latest")).toContain("ict-smc long");
  });

  test("goes back to the cycle before when the latest has nothing, and says so", async () => {
    const quiet = aCycle({ closeTimeMs: Date.UTC(2026, 10, 21, 10, 30) });

    const answer = await ask(
      "why",
      { cycles: [aCycle({ signals: 1 }), quiet], signals: [aSignal()], nowMs: commandTimeMs + quarterMs },
      { symbol: "BTCUSDT" },
    );

    expect(answer).toContain("The latest cycle 2026-11-21T10:30:00Z has no signal for BTCUSDT");
    expect(answer).toContain("no decision is stored");
  });

  test("is honest when nothing is stored", async () => {
    expect(await ask("why", {}, { symbol: "BTCUSDT" })).toContain("No cycle has been analysed yet");
    expect(await ask("why", { cycles: [aCycle()] }, { symbol: "DOGE" })).toContain(
      "No signal and no decision is stored for DOGEUSDT in the last 1 analysed cycle (latest 2026-11-21T10:15:00Z)",
    );
  });

  test("says that nothing is decided yet while the cycle waits for the executor", async () => {
    const waiting = aCycle({ status: "analyzed", executedAtMs: undefined, orders: undefined, signals: 1 });

    expect(await ask("why", { cycles: [waiting], signals: [aSignal()] }, { symbol: "BTCUSDT" })).toContain("not decided yet");
  });
});

describe("/stats", () => {
  test("shows funding beside the fees, and what virtual positions brought apart from what was earned", async () => {
    const context = await aCommandContext({ trades: [aTrade({ funding: usdt("-1.25") })] });
    const none = await answerTo("stats", {}, context);
    expect(none).toMatch(/funding +-1\.25 USDT/);
    expect(none).not.toContain("Virtual");
    await context.features.addResult({ strategy: "order-flow", atMs: commandTimeMs - 3_600_000, resultR: 1.5 });
    await context.features.addResult({ strategy: "order-flow", atMs: commandTimeMs - 90_000_000, resultR: -1 });
    await context.features.addResult({ strategy: "rsi", atMs: commandTimeMs - 31 * 86_400_000, resultR: 9 });

    const answer = await answerTo("stats", {}, context);
    expect(answer).toContain("Virtual positions of all signals, 30 days: no money was at risk");
    expect(answer).toMatch(/order-flow +2 +50% +1\.50 +\+0\.25/);
    expect(answer).not.toContain("rsi");
  });

  test("shows figures without meaning as a dash", async () => {
    const answer = await ask("stats");

    expect(answer).toMatch(/trades +0\n/);
    expect(answer).toMatch(/win rate +—\n/);
    expect(answer).toMatch(/profit factor +—\n/);
    expect(answer).toMatch(/expectancy +—\n/);
  });

  test("counts won, lost and even, and groups them", async () => {
    const at = (index: number) => cycleIdOf(Date.UTC(2026, 10, 21) + index * quarterMs);
    const lost = aTrade({ cycleId: at(1), exitReason: "stopLoss", netProfit: usdt("-10"), rMultiple: -1 });

    const answer = await ask("stats", { trades: [aTrade({ cycleId: at(0) }), lost] });

    expect(answer).toMatch(/won \/ lost \/ even +1 \/ 1 \/ 0/);
    expect(answer).toMatch(/win rate +50\.0 %/);
    expect(answer).toMatch(/profit factor +1\.90/);
    expect(answer).toMatch(/expectancy +\+0\.45 R/);
    expect(answer).toMatch(/net result +\+8\.99 USDT/);
    expect(answer).toMatch(/stopLoss +1 +0% +-1\.00 +-10\.00/);
  });

  test("counts only as many as asked", async () => {
    const trades = Array.from({ length: 5 }, (_, index) => aTrade({ cycleId: cycleIdOf(Date.UTC(2026, 10, 21) + index * quarterMs) }));

    expect(await ask("stats", { trades }, { trades: 3 })).toMatch(/trades +3 \(the newest\)/);
  });
});

describe("/cost", () => {
  test("forecasts the month of the symbols of the last cycle, or of as many as asked", async () => {
    const answer = await ask("cost", { cycles: [aCycle({ symbols: 120 })] });

    expect(answer).toContain("A month of 120 symbols");
    expect(answer).toMatch(/at list prices +7\.50 USD/);
    expect(answer).toMatch(/Lambda +5\.00 +3\.00/);
    expect(await ask("cost", {}, { symbols: 50 })).toContain("A month of 50 symbols");
    expect(await ask("cost")).toContain("A month of 650 symbols");
  });
});

describe("/help", () => {
  test("names every command with its options", async () => {
    const answer = await ask("help");

    for (const command of commands) expect(answer).toContain(`/${command.name}`);
    expect(answer).toContain("/signals [cycle]");
    expect(answer).toContain("/why symbol");
  });
});

describe("arguments", () => {
  test.each([
    ["why", {}, '/why: the option "symbol" is missing'],
    ["why", { symbol: "BTC USDT; DROP" }, '/why: "symbol" is not a symbol (expected the form BTCUSDT)'],
    ["signals", { cycle: "yesterday" }, '/signals: "cycle" is not a cycle (expected the form 2026-11-21T10:15:00Z)'],
    ["signals", { cycle: "2026-11-21T10:16:00Z" }, '/signals: "cycle" is not a cycle'],
    ["stats", { trades: 0 }, '/stats: "trades" must be at least 1'],
    ["stats", { trades: "many" }, '/stats: "trades" must be a whole number'],
    ["status", { verbose: true }, '/status: there is no option "verbose"'],
  ])("of /%s %j are refused with a sentence", (name, given, sentence) => {
    const prepared = findCommand(name)?.prepare(given);

    expect(prepared).toMatchObject({ ok: false, failure: expect.stringContaining(sentence) });
  });
});

describe("the text of every command", () => {
  test.each([0, 1, 50, 250])("shows all of %i rows, one line each", async (count) => {
    const context = await aCrowdedContext(count);
    for (const { name } of commands) {
      const answer = await answerTo(name, someCommandOptions[name] ?? {}, context);
      expect(answer).not.toMatch(/undefined|NaN|\[object/);
      if (name === "positions" || name === "signals") expect(answer.match(/^ *(\d+ +)?LONGNAME_\d{3}USDT /gm) ?? []).toHaveLength(count);
    }
  });
});
