import { Crash, Interruption, type WriteFault } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

/** Redelivers and guards until nothing changes, as the queue and the schedule would. */
async function recover(desk: TradingDesk): Promise<void> {
  for (let minute = 0; minute < 6; minute++) {
    desk.aMinuteLater();
    await desk.execute();
    await desk.guard();
  }
}

async function expectInvariants(desk: TradingDesk, story: string): Promise<void> {
  const entries = desk.exchange.received.filter((request) => request.startsWith("entry"));
  expect(entries.length, `${story}: entries`).toBeLessThanOrEqual(1);
  const protections = await desk.exchange.openProtections();
  const stored = await desk.positions.open("main");
  for (const [symbol] of desk.exchange.held) {
    expect(
      protections.filter((order) => order.symbol === symbol && order.leg === "stopLoss"),
      `${story}: stops of ${symbol}`,
    ).toHaveLength(1);
    expect(
      stored.map((position) => [position.state, position.intent.symbol]),
      `${story}: our copy`,
    ).toEqual([["open", symbol]]);
  }
  if (desk.exchange.held.size === 0) {
    expect(protections, `${story}: orphans`).toEqual([]);
    expect(stored, `${story}: our copy`).toEqual([]);
  }
  expect((await desk.cycle()).status, `${story}: cycle`).toBe("executed");
  const trades = await desk.trades.latest("main", 10);
  const closes = desk.exchange.fills.filter((fill) => fill.side === "sell").length;
  expect(trades, `${story}: trades`).toHaveLength(closes > 0 ? 1 : 0);
}

const dies = async (work: Promise<unknown>) => {
  await expect(work).rejects.toThrow(Crash);
};

describe("death at any call", () => {
  it("of the executor leaves at most one entry, never a naked position, and our copy equal to the exchange", async () => {
    const whole = new Interruption();
    await (await tradingDesk()).execute(whole);
    expect(whole.calls.length).toBeGreaterThan(20);
    for (const moment of ["before", "after"] as const) {
      for (const [index, call] of whole.calls.entries()) {
        const desk = await tradingDesk();
        await dies(desk.execute(new Interruption(index, moment)));
        await recover(desk);
        await expectInvariants(desk, `${moment} ${index} ${call}`);
      }
    }
  });

  it("of the guard, while it records a stop that was hit, loses no trade and counts none twice", async () => {
    const prepared = async () => {
      const desk = await tradingDesk();
      await desk.execute();
      desk.exchange.setPrice("BTCUSDT", "49400");
      return desk;
    };
    const whole = new Interruption();
    await (await prepared()).guard(whole);
    for (const moment of ["before", "after"] as const) {
      for (const [index, call] of whole.calls.entries()) {
        const desk = await prepared();
        await dies(desk.guard(new Interruption(index, moment)));
        await recover(desk);
        await expectInvariants(desk, `${moment} ${index} ${call}`);
      }
    }
  });

  it("of the guard, while it repairs a position whose stop is gone, leaves it protected or closed", async () => {
    const prepared = async (at: string) => {
      const desk = await tradingDesk();
      await desk.execute();
      for (const [id, order] of desk.exchange.protections) if (order.leg === "stopLoss") desk.exchange.protections.delete(id);
      desk.exchange.setPrice("BTCUSDT", at);
      return desk;
    };
    for (const at of ["50000", "49000"]) {
      const whole = new Interruption();
      await (await prepared(at)).guard(whole);
      for (const moment of ["before", "after"] as const) {
        for (const [index, call] of whole.calls.entries()) {
          const desk = await prepared(at);
          await dies(desk.guard(new Interruption(index, moment)));
          await recover(desk);
          await expectInvariants(desk, `${at} ${moment} ${index} ${call}`);
        }
      }
    }
  });
});

describe("a fault of the exchange at any write", () => {
  const faults: readonly WriteFault[] = [
    { fault: "lostRequest" },
    { fault: "lostResponse" },
    { fault: "rejected", code: -1008, meaning: "busy" },
    { fault: "rejected", code: -4509, meaning: "needsPosition" },
    { fault: "rejected", code: -4045, meaning: "other" },
  ];

  it("once, leaves at most one entry, never a naked position, and our copy equal to the exchange", async () => {
    for (const fault of faults) {
      for (let occurrence = 0; occurrence < 6; occurrence++) {
        const desk = await tradingDesk();
        let writes = 0;
        desk.exchange.faultAt = () => (writes++ === occurrence ? fault : undefined);
        await desk.execute();
        await recover(desk);
        await expectInvariants(desk, `${JSON.stringify(fault)} at write ${occurrence}`);
      }
    }
  });

  it("at every write until the executor is done, is healed by the guard", async () => {
    for (const fault of faults) {
      const desk = await tradingDesk();
      desk.exchange.faultAt = (write) => (write.startsWith("entry") ? undefined : fault);
      await desk.execute();
      desk.exchange.faultAt = () => undefined;
      await recover(desk);
      await expectInvariants(desk, `${JSON.stringify(fault)} at every write but the entry`);
    }
  });
});
