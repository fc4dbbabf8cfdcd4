import type { Cycle } from "@winiswin/application/ports/cycle-store";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { usdt } from "@winiswin/domain/decimal";
import type { Books } from "@winiswin/local/books";
import { aCycle } from "@winiswin/testkit/cycles";
import { anExchangePosition, anOpenPosition } from "@winiswin/testkit/positions";
import { aTrade } from "@winiswin/testkit/trades";
import { describe, expect, it } from "vitest";
import type { CycleReport } from "./render-cycle.ts";
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
    trades: { latest: async () => stored.trades },
    gateway: { balance: () => ask(balance), positions: () => ask([anExchangePosition()]) },
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
