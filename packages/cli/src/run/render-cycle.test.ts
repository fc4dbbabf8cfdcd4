import type { Cycle } from "@winiswin/application/ports/cycle-store";
import { price, quantity, usdt } from "@winiswin/domain/decimal";
import { aCycle, aShardReport } from "@winiswin/testkit/cycles";
import { aDecision } from "@winiswin/testkit/decisions";
import { anExchangePosition, anOpenPosition } from "@winiswin/testkit/positions";
import { aTrade } from "@winiswin/testkit/trades";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { heldPositions } from "./held-position.ts";
import { type CycleReport, cycleBlock, cycleLine, progressText } from "./render-cycle.ts";

const plain = picocolors.createColors(false);

const refused = (symbol: string, code: string, reason: string) =>
  aDecision({ symbol, score: 7.2, rank: 2, decision: "refused", reasons: [{ code, reason }] });

const traded: Cycle = aCycle({
  signals: 4,
  orders: 1,
  decisions: [
    aDecision({ score: 8.25 }),
    refused("ETHUSDT", "SPREAD", "0.31 % is above 0.2 %"),
    refused("SOLUSDT", "SPREAD", "0.42 % is above 0.2 %"),
  ],
  setAside: [{ code: "NOT_IN_TOP", decision: "notRanked", signals: 1, symbol: "ADAUSDT", reason: "rank 4" }],
});

const report = (over: Partial<CycleReport> = {}): CycleReport => ({
  cycle: traded,
  durationMs: 1_940,
  positions: heldPositions([anOpenPosition()], [anExchangePosition()]),
  closed: [],
  changes: [],
  foreign: undefined,
  foreignSeen: [],
  equity: usdt("10012.2"),
  ...over,
});

describe("the block of a cycle", () => {
  it("says what was analysed, what was decided and what is held", () => {
    const lines = cycleBlock(report(), plain);

    expect(lines[0]).toBe(
      "2026-11-21 10:15  58/60 analysed · 1 warming · 1 failed · 1.9 s · 4 signals (1 entered, 2 refused, 1 below the best) · equity 10,012.20 USDT",
    );
    expect(lines[1]).toBe("  + BTCUSDT entered, score 8.3");
    expect(lines[2]).toBe("  - SPREAD  ETHUSDT and 1 more: 0.31 % is above 0.2 %");
    expect(lines[3]).toMatch(/position +quantity +entry +stop +target +unrealised/);
    expect(lines[4]).toMatch(/BTCUSDT +long +0\.02 +50,000 +49,500 \(-1\.49 %\) +51,000 \(\+1\.49 %\) +\+5\.00 USDT +stop on the exchange/);
    expect(lines).toHaveLength(5);
  });

  it("is one line when nothing happened", () => {
    expect(cycleBlock(report({ cycle: aCycle(), positions: [], equity: undefined }), plain)).toEqual([
      "2026-11-21 10:15  58/60 analysed · 1 warming · 1 failed · 1.9 s · 0 signals",
    ]);
  });

  it("tells a loss by sign and mark, not by colour alone", () => {
    const trade = aTrade({ netProfit: usdt("-10.4"), rMultiple: -1.04, exitReason: "stopLoss", exitPrice: price("49500") });

    expect(cycleBlock(report({ closed: [trade] }), plain)).toContain("  ▼ BTCUSDT long closed by stopLoss: -10.40 USDT (-1.04 R)");
  });

  it("says what the exchange holds that is not ours, loudly when it is new", () => {
    const lines = cycleBlock(
      report({ foreign: ["XRPUSDT", "ADAUSDT"], foreignSeen: [{ symbol: "XRPUSDT", detail: "long 10 at 2.5" }] }),
      plain,
    );

    expect(lines).toContain("  ! XRPUSDT long 10 at 2.5 on the exchange is not ours: it is left alone, and XRPUSDT takes no entries");
    expect(lines).toContain("  ! 1 position on the exchange not ours: ADAUSDT");
  });

  it("says when a position has no confirmed stop", () => {
    const [naked] = heldPositions([anOpenPosition("BTCUSDT", { stopConfirmedAtMs: undefined })], []);

    expect(cycleBlock(report({ positions: [naked!] }), plain).at(-1)).toContain("NO STOP CONFIRMED YET");
  });

  it("names three reasons and counts the others, however many there are", () => {
    const decisions = ["A", "B", "C", "D", "E"].map((code) => refused(`${code}USDT`, code, "because"));

    const lines = cycleBlock(report({ cycle: aCycle({ signals: 5, decisions }), positions: [] }), plain);

    expect(lines.filter((line) => line.includes("because"))).toHaveLength(3);
    expect(lines.at(-1)).toContain("and 2 more reasons");
  });

  it("says how many shards came before the deadline", () => {
    const lines = cycleBlock(report({ cycle: aCycle({ complete: false, shardCount: 16 }) }), plain);

    expect(lines[0]).toContain("only 1 of 16 shards in time");
  });
});

describe("the line of a cycle", () => {
  it("holds everything in one line", () => {
    const line = cycleLine(report({ closed: [aTrade()] }));

    expect(line).not.toContain("\n");
    expect(line).toContain("cycle 2026-11-21T10:15:00Z · 58/60 analysed");
    expect(line).toContain("SPREAD 2");
    expect(line).toContain("▲ BTCUSDT long closed by takeProfit: +18.99 USDT (+1.90 R)");
    expect(line).toContain("1 open (BTCUSDT long +5.00 USDT)");
    expect(line).toContain("equity 10,012.20 USDT");
  });
});

it("the line of a cycle does not count a position that is being closed as open, and tells targets and stops", () => {
  const closing = { ...anOpenPosition("ETHUSDT"), state: "closing", closeCause: "timeStop", closeReason: "", closeRevision: 1 } as const;
  const positions = heldPositions([anOpenPosition(), closing], []);
  const line = cycleLine(
    report({
      positions,
      changes: [
        { change: "partTaken", symbol: "BTCUSDT", direction: "long", quantity: "0.006", price: "50500", remaining: "0.014" },
        { change: "stopMoved", symbol: "BTCUSDT", direction: "long", to: "50055", detail: "breakeven" },
      ],
    }),
  );

  expect(line).toContain("1 open, 1 closing (BTCUSDT long, ETHUSDT long closing)");
  expect(line).toContain("◆ BTCUSDT long target taken: 0.006 at 50500, 0.014 still open · ◆ BTCUSDT long stop moved to 50055: breakeven");
});

it("the block of a cycle shows what is still open of a position, its targets and what put its stop there", () => {
  const taken = { tier: 1 as const, price: price("50500"), quantity: quantity("0.006"), revision: 1 };
  const [waiting] = anOpenPosition().targets;
  const position = anOpenPosition("BTCUSDT", {
    openQuantity: quantity("0.014"),
    stopLeg: "breakeven",
    targets: [{ ...taken, taken: { price: price("50500"), quantity: quantity("0.006"), atMs: 1 } }, waiting!],
  });

  expect(cycleBlock(report({ positions: heldPositions([position], []) }), plain).at(-1)).toMatch(
    /BTCUSDT +long +0\.014 .*breakeven stop on the exchange, 1 of 2 targets taken/,
  );
});

it("the line of a cycle counts what the exchange holds beside ours", () => {
  expect(cycleLine(report({ foreign: ["XRPUSDT", "ADAUSDT", "SOLUSDT"] }))).toContain("1 open, 3 not ours (BTCUSDT long +5.00 USDT)");
});

describe("the progress of a cycle", () => {
  it("counts shards and symbols while they report", () => {
    const cycle = aCycle({ status: "dispatched", shardCount: 4, shards: [aShardReport(), aShardReport({ shard: 1 })] });

    expect(progressText(cycle)).toBe("2026-11-21 10:15  [##########..........] 2/4 shards · 116 analysed · 2 warming · 2 failed");
  });

  it("says that it decides once all have reported", () => {
    expect(progressText(aCycle({ status: "analyzed" }))).toBe("2026-11-21 10:15  [####################] 1 signal · deciding");
  });
});
