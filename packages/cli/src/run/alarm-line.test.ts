import { describe, expect, it } from "vitest";
import { alarmLine, createAlarmBell } from "./alarm-line.ts";

describe("an alarm on the console", () => {
  it("tells what happened to which symbol, and nothing of what can wait", () => {
    expect(alarmLine("event", { type: "TroubleSeen", code: "CLOSE_REFUSED", symbol: "BTCUSDT", detail: "in the way is myTP" })).toBe(
      "! TROUBLE BTCUSDT: CLOSE_REFUSED: in the way is myTP",
    );
    expect(alarmLine("event", { type: "EntriesHalted", code: "STOPS_REFUSED", reason: "the exchange refuses stops" })).toBe(
      "! ENTRIES HALTED STOPS_REFUSED: the exchange refuses stops",
    );
    expect(alarmLine("event", { type: "CycleExecuted" })).toBeUndefined();
    expect(alarmLine("position opened", { symbol: "BTCUSDT" })).toBeUndefined();
  });

  it("is said once a quarter of an hour while it is the same", () => {
    let nowMs = 0;
    const said: string[] = [];
    const ring = createAlarmBell(
      (line) => void said.push(line),
      () => nowMs,
    );
    for (nowMs = 0; nowMs <= 16 * 60_000; nowMs += 60_000) ring("! UNPROTECTED BTCUSDT: no stop");
    ring("! UNPROTECTED BTCUSDT: another reason");
    expect(said).toHaveLength(3);
  });
});
