import { verifyAudit } from "@winiswin/application/audit/verify-audit";
import type { AuditRecord } from "@winiswin/domain/audit/audit-record";
import { Crash, Interruption } from "@winiswin/testkit";
import { allOf } from "@winiswin/testkit/all-of";
import { describe, expect, it } from "vitest";
import { type TradingDesk, tradingDesk } from "./trading-desk.ts";

const recordsOf = (desk: TradingDesk): Promise<readonly AuditRecord[]> => allOf(desk.audit.records());
const detailsOf = ({ details }: AuditRecord): Record<string, unknown> => JSON.parse(details);

async function recover(desk: TradingDesk): Promise<void> {
  for (let minute = 0; minute < 4; minute++) {
    desk.aMinuteLater();
    await desk.execute();
    await desk.guard();
  }
}

/** What our books hold stands in the chain too: every order and each of its outcomes, every trade, the decision about the cycle. */
async function expectNothingLost(desk: TradingDesk, story: string): Promise<void> {
  expect((await verifyAudit(desk.audit)).defect, story).toBeUndefined();
  const records = await recordsOf(desk);
  const positionId = `${desk.cycleId}#BTCUSDT`;
  for (const order of await desk.orders.ofPosition(positionId)) {
    const ofOrder = records.filter((record) => detailsOf(record).clientOrderId === order.clientOrderId);
    expect(ofOrder[0]?.kind, `${story}: ${order.leg} intended`).toBe("orderIntended");
    const outcomes = ofOrder.filter(({ kind }) => kind === "orderOutcome").map((record) => detailsOf(record).outcome);
    for (const { outcome } of order.outcomes) expect(outcomes, `${story}: ${order.leg} ${outcome}`).toContain(outcome);
  }
  const trades = await desk.trades.latest("main", 10);
  expect(new Set(records.filter(({ kind }) => kind === "tradeRecorded").map((record) => record.positionId)).size, `${story}: trades`).toBe(
    trades.length,
  );
  expect(
    records.map(({ kind }) => kind),
    `${story}: decision`,
  ).toContain("cycleDecided");
}

describe("the audit of a cycle", () => {
  it("tells of an entry what was decided, tried and learnt, each attempt before it was sent", async () => {
    const desk = await tradingDesk();
    const sent: number[] = [];
    desk.exchange.faultAt = () => {
      sent.push(desk.audit.places.size);
      return undefined;
    };
    await desk.execute();

    const records = await recordsOf(desk);
    const kinds = records.map(({ kind }) => kind);
    expect(kinds.indexOf("orderIntended")).toBe(0);
    expect(kinds).toEqual(expect.arrayContaining(["positionCreated", "positionChanged", "orderOutcome", "cycleDecided"]));
    const attempts = records.filter(({ kind }) => kind === "orderIntended");
    expect(attempts.length).toBe(sent.length);
    for (const [index, attempt] of attempts.entries()) expect(attempt.number).toBeLessThanOrEqual(sent[index] ?? 0);
    expect(detailsOf(records.at(-1)!)).toMatchObject({ decisions: [{ symbol: "BTCUSDT", decision: "entered" }], orders: 1 });
  });

  it("tells of a refusal with its reason, and of a halt and its end", async () => {
    const desk = await tradingDesk();
    await desk.control.setHalt({ reason: "maintenance", by: "ana", atMs: 1 });
    await desk.execute();

    const records = await recordsOf(desk);
    expect(detailsOf(records.at(-1)!)).toMatchObject({ decisions: [{ decision: "refused", reasons: [{ code: "HALTED" }] }] });
  });

  it("loses nothing when the executor dies anywhere", async () => {
    const whole = new Interruption();
    await (await tradingDesk()).execute(whole);
    expect(whole.calls.filter((call) => call === "audit.append").length).toBeGreaterThan(8);
    for (const moment of ["before", "after"] as const) {
      for (const [index, call] of whole.calls.entries()) {
        const desk = await tradingDesk();
        await expect(desk.execute(new Interruption(index, moment))).rejects.toThrow(Crash);
        await recover(desk);
        await expectNothingLost(desk, `${moment} ${index} ${call}`);
      }
    }
  });

  it("loses nothing when the guard dies anywhere while it records a stop that was hit", async () => {
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
        await expect(desk.guard(new Interruption(index, moment))).rejects.toThrow(Crash);
        await recover(desk);
        await expectNothingLost(desk, `${moment} ${index} ${call}`);
      }
    }
  });

  it("sends no entry that it cannot write down, and places a stop all the same", async () => {
    const silent = await tradingDesk();
    silent.audit.append = () => Promise.reject(new Error("no table"));
    await expect(silent.execute()).rejects.toThrow("no table");
    expect(silent.exchange.received).toEqual([]);

    const half = await tradingDesk();
    const { append } = half.audit;
    half.exchange.faultAt = (write) => {
      if (write.startsWith("entry"))
        half.audit.append = (entry) =>
          entry.kind.startsWith("order") ? Promise.reject(new Error("no table")) : append.call(half.audit, entry);
      return undefined;
    };
    await half.execute();
    expect(half.exchange.received.some((request) => request.startsWith("stopLoss"))).toBe(true);
  });
});
