import { allOf } from "@winiswin/testkit/all-of";
import { inMemoryAuditLog } from "@winiswin/testkit/in-memory-audit-log";
import { inMemoryControlStore } from "@winiswin/testkit/in-memory-control-store";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { steppedClock } from "@winiswin/testkit/stepped-clock";
import { describe, expect, it } from "vitest";
import { auditedControl } from "./audited-control.ts";

const halt = { reason: "storm", by: "discord:1", atMs: 5 };
const block = { symbol: "BTCUSDT", strategy: undefined, reason: "too wild", by: "ana", atMs: 5, untilMs: undefined };

describe("what people switch", () => {
  it("stands in the audit with who, what and why", async () => {
    const [control, audit] = [inMemoryControlStore(), inMemoryAuditLog()];
    const audited = auditedControl(control, () => audit, steppedClock(7), recordingLogger(), "discord:1");

    await audited.setHalt(halt);
    await audited.clearHalt();
    await audited.requestClose({ symbol: undefined, by: "ana", reason: "flatten", atMs: 6 });
    await audited.settleCloseRequest({ symbol: undefined, by: "ana", reason: "flatten", atMs: 6 });
    await audited.freezeSymbol("ETHUSDT", "unknown outcome", 6);
    await audited.unfreezeSymbol("ETHUSDT");
    await audited.unfreezeSymbol("ETHUSDT");
    await audited.blockSymbol(block);
    await audited.unblockSymbol("BTCUSDT", undefined);

    const records = await allOf(audit.records());
    expect(records.map(({ kind, symbol }) => [kind, symbol])).toEqual([
      ["halted", undefined],
      ["resumed", undefined],
      ["closeRequested", undefined],
      ["closeSettled", undefined],
      ["symbolFrozen", "ETHUSDT"],
      ["symbolUnfrozen", "ETHUSDT"],
      ["symbolBlocked", "BTCUSDT"],
      ["symbolUnblocked", "BTCUSDT"],
    ]);
    expect(JSON.parse(records[0]?.details ?? "")).toEqual(halt);
    expect(JSON.parse(records[1]?.details ?? "")).toEqual({ by: "discord:1" });
    expect(await control.symbolBlocks()).toEqual([]);
  });

  it("is switched although the audit cannot be opened, and the log says what is missing", async () => {
    const [control, logger] = [inMemoryControlStore(), recordingLogger()];
    const unopened = () => {
      throw new Error("no table Audit");
    };

    await auditedControl(control, unopened, steppedClock(7), logger).setHalt(halt);

    expect(await control.halt()).toEqual(halt);
    expect(logger.lines).toEqual([{ level: "error", message: "not audited", fields: { kind: "halted", reason: "no table Audit" } }]);
  });

  it("is switched although the audit hangs", async () => {
    const control = inMemoryControlStore();
    const hanging = { ...inMemoryAuditLog(), append: () => new Promise<never>(() => undefined) };

    void auditedControl(control, () => hanging, steppedClock(7), recordingLogger()).setHalt(halt);
    await Promise.resolve();

    expect(await control.halt()).toEqual(halt);
  });
});
