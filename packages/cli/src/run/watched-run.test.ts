import type { Cycle } from "@winiswin/application/ports/cycle-store";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { usdt } from "@winiswin/domain/decimal";
import type { Books } from "@winiswin/local/books";
import type { BusEvent } from "@winiswin/local/bus";
import { aCycle } from "@winiswin/testkit/cycles";
import { anExchangePosition, anOpenPosition } from "@winiswin/testkit/positions";
import { aTrade } from "@winiswin/testkit/trades";
import { describe, expect, it } from "vitest";
import type { CycleReport } from "./render-cycle.ts";
import type { ShownTrades } from "./shown-trades.ts";
import { createWatchedRun } from "./watched-run.ts";

const balance = { walletBalance: usdt("10000"), availableBalance: usdt("9000"), unrealisedProfit: usdt("5"), equity: usdt("10005") };

function watching({ trades = [aTrade()], gatewayFails = false } = {}) {
  const stored = { cycles: [aCycle({ equity: "10001" })] as Cycle[], trades: [] as ReturnType<typeof aTrade>[], questions: 0 };
  const ask = async <Answer>(answer: Answer): Promise<Answer> => {
    stored.questions++;
    if (gatewayFails) throw new ExchangeError("retryable", "busy");
    return answer;
  };
  const books: Books = {
    cycles: { find: async (cycleId) => stored.cycles.find((cycle) => cycle.cycleId === cycleId), latest: async () => stored.cycles },
    positions: { open: async () => [anOpenPosition()] },
    control: { halt: async () => undefined },
    trades: { latest: async () => stored.trades },
    gateway: {
      balance: () => ask(balance),
      positions: () => ask([anExchangePosition(), anExchangePosition("XRPUSDT")]),
      openProtections: () => ask([]),
    },
  };
  const reports: CycleReport[] = [];
  const view = {
    cycleMoved: () => undefined,
    cycleDone: (report: CycleReport) => void reports.push(report),
    complaint: () => undefined,
    tick: () => undefined,
    end: () => undefined,
  };
  return { stored, books, reports, view, trades, run: createWatchedRun() };
}

const executed = (cycle: Cycle) => ({ kind: "executed" as const, cycleId: cycle.cycleId, detail: undefined });

const aBusEvent = (type: string, detail: unknown): BusEvent => ({
  version: "0",
  id: "1",
  source: "winiswin",
  account: "000000000000",
  time: "2026-11-21T10:15:02Z",
  region: "eu-central-1",
  resources: [],
  "detail-type": type,
  detail,
});

function memoryOfShown(): ShownTrades {
  let ids: ReadonlySet<string> | undefined;
  return {
    known: () => ids,
    remember: (positionIds) => {
      ids = new Set(positionIds);
    },
  };
}

describe("a watched run", () => {
  it("shows a cycle that ended before anybody looked, once", async () => {
    const { stored, books, reports, view, run } = watching();
    run.onProgress(executed(stored.cycles[0]!));

    await run.watch({ books, view, isHurried: false });
    run.onProgress(executed(stored.cycles[0]!));
    const { cycles, equity } = await run.result();

    expect(cycles).toHaveLength(1);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.positions[0]?.unrealisedProfit?.toFixed()).toBe("5");
    expect(equity?.toFixed()).toBe("10005");
  });

  it("tells a closed trade with the first cycle after it, and not those of former runs", async () => {
    const { stored, books, reports, view, run, trades } = watching();
    stored.trades.push(aTrade({ symbol: "ETHUSDT" }));
    await run.watch({ books, view, isHurried: false });
    const second = aCycle({ closeTimeMs: Date.UTC(2026, 10, 21, 10, 30) });
    stored.cycles.push(second);

    stored.trades.unshift(...trades);
    run.onProgress(executed(stored.cycles[0]!));
    run.onProgress(executed(second));
    await run.result();

    expect(reports.map(({ closed }) => closed.map(({ symbol }) => symbol))).toEqual([["BTCUSDT"], []]);
  });

  it("asks the exchange nothing while a run is hurried, so that it comes out the same every time", async () => {
    const { stored, books, reports, view, run } = watching();
    await run.watch({ books, view, isHurried: true });

    run.onProgress(executed(stored.cycles[0]!));
    await new Promise((resolve) => setTimeout(resolve, 10));

    expect(reports).toHaveLength(1);
    expect(reports[0]?.equity?.toFixed()).toBe("10001");
    expect(stored.questions).toBe(0);
  });

  it("tells what the exchange holds that is not ours, and once when it was noticed", async () => {
    const { stored, books, reports, view, run } = watching();
    await run.watch({ books, view, isHurried: false });
    const second = aCycle({ closeTimeMs: Date.UTC(2026, 10, 21, 10, 30) });
    stored.cycles.push(second);
    const detail = { symbol: "XRPUSDT", detail: "long 10 at 2.5" };

    run.onProgress({ kind: "event", event: aBusEvent("ForeignPositionSeen", detail) });
    run.onProgress(executed(stored.cycles[0]!));
    run.onProgress(executed(second));
    await run.result();

    expect(reports.map(({ foreign }) => foreign)).toEqual([["XRPUSDT"], ["XRPUSDT"]]);
    expect(reports.map(({ foreignSeen }) => foreignSeen)).toEqual([[detail], []]);
  });

  it("tells once which targets were taken and which stops were moved", async () => {
    const { stored, books, reports, view, run } = watching();
    await run.watch({ books, view, isHurried: false });
    const second = aCycle({ closeTimeMs: Date.UTC(2026, 10, 21, 10, 30) });
    stored.cycles.push(second);
    const about = { positionId: "p", symbol: "BTCUSDT", direction: "long" };

    run.onProgress({
      kind: "event",
      event: aBusEvent("PartlyClosed", { ...about, quantity: "0.006", price: "50500", remaining: "0.014" }),
    });
    run.onProgress({ kind: "event", event: aBusEvent("StopMoved", { ...about, to: "50055", detail: "breakeven" }) });
    run.onProgress(executed(stored.cycles[0]!));
    run.onProgress(executed(second));
    await run.result();

    expect(reports.map(({ changes }) => changes.map(({ change }) => change))).toEqual([["partTaken", "stopMoved"], []]);
  });

  it("tells at the next start what closed after the last report, once", async () => {
    const { stored, books, view, run } = watching();
    const shown = memoryOfShown();
    expect(await run.closedBefore({ books, shown })).toEqual([]);
    await run.watch({ books, view, isHurried: false });
    stored.trades.unshift(aTrade());

    const next = createWatchedRun();
    const missed = await next.closedBefore({ books, shown });
    const again = await createWatchedRun().closedBefore({ books, shown });

    expect(missed.map(({ symbol }) => symbol)).toEqual(["BTCUSDT"]);
    expect(again).toEqual([]);
  });

  it("tells at the end what closed after the last report, and not again at the next start", async () => {
    const { stored, books, view, run } = watching();
    const shown = memoryOfShown();
    await run.closedBefore({ books, shown });
    await run.watch({ books, view, isHurried: true });
    stored.trades.unshift(aTrade());

    const { closed } = await run.result();

    expect(closed.map(({ symbol }) => symbol)).toEqual(["BTCUSDT"]);
    expect(await createWatchedRun().closedBefore({ books, shown })).toEqual([]);
  });

  it("goes on without figures when the exchange does not answer", async () => {
    const { stored, books, reports, view, run } = watching({ gatewayFails: true });
    await run.watch({ books, view, isHurried: false });

    run.onProgress(executed(stored.cycles[0]!));
    const { positions, equity } = await run.result();

    expect(reports[0]?.positions[0]).toMatchObject({ symbol: "BTCUSDT", markPrice: undefined });
    expect(positions).toHaveLength(1);
    expect(equity).toBeUndefined();
  });
});
