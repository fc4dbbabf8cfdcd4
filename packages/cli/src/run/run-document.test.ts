import { usdt } from "@winiswin/domain/decimal";
import { aCycle } from "@winiswin/testkit/cycles";
import { anExchangePosition, anOpenPosition } from "@winiswin/testkit/positions";
import { aTrade } from "@winiswin/testkit/trades";
import { describe, expect, it } from "vitest";
import { heldPositions } from "./held-position.ts";
import { runDocument } from "./run-document.ts";

describe("the document of a run", () => {
  it("has one entry per cycle with the promised keys", () => {
    const { cycles } = runDocument({
      cycles: [{ cycle: aCycle({ signals: 2, orders: 1 }), durationMs: 1234.6 }],
      positions: [],
      trades: [],
      equity: undefined,
    });

    expect(cycles).toEqual([
      {
        cycleId: "2026-11-21T10:15:00Z",
        symbols: 60,
        warming: 1,
        failed: 1,
        signals: 2,
        signalsHash: "0".repeat(64),
        orders: 1,
        durationMs: 1235,
      },
    ]);
  });

  it("writes money as text and times in ISO, and survives JSON unchanged", () => {
    const document = runDocument({
      cycles: [],
      positions: heldPositions([anOpenPosition()], [anExchangePosition()]),
      trades: [aTrade()],
      equity: usdt("10000.10"),
    });

    expect(document.positions[0]).toMatchObject({ quantity: "0.02", stopPrice: "49500", unrealisedProfit: "5", stopConfirmed: true });
    expect(document.positions[0]?.openedAt).toBe("2026-11-21T10:15:05.000Z");
    expect(document.trades[0]).toMatchObject({ netProfit: "18.99", closedAt: "2026-11-21T11:15:05.000Z", rMultiple: 1.899 });
    expect(document.equity).toBe("10000.1");
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it("lists trades in the order in which they closed", () => {
    const first = aTrade({ symbol: "ETHUSDT", closedAtMs: 1 });
    const second = aTrade({ closedAtMs: 2 });

    const { trades } = runDocument({ cycles: [], positions: [], trades: [second, first], equity: undefined });

    expect(trades.map((trade) => trade.symbol)).toEqual(["ETHUSDT", "BTCUSDT"]);
  });
});
