import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { watchInterruption } from "./interruption.ts";

function interrupted() {
  const source = new EventEmitter();
  const time = { nowMs: 1_000 };
  let left = 0;
  const interruption = watchInterruption(
    source,
    () => left++,
    () => time.nowMs,
  );
  return { source, time, interruption, left: () => left };
}

describe("Ctrl-C", () => {
  it("asks for an orderly end the first time", () => {
    const { source, interruption, left } = interrupted();

    source.emit("SIGINT");

    expect(interruption.signal.aborted).toBe(true);
    expect(left()).toBe(0);
  });

  it("counts once when the launcher passes the same stroke on", () => {
    const { source, time, left } = interrupted();

    source.emit("SIGINT");
    time.nowMs += 30;
    source.emit("SIGINT");

    expect(left()).toBe(0);
  });

  it("leaves the second time", () => {
    const { source, time, left } = interrupted();

    source.emit("SIGINT");
    time.nowMs += 900;
    source.emit("SIGINT");

    expect(left()).toBe(1);
  });

  it("is nobody's business after the release", () => {
    const { source, interruption } = interrupted();

    interruption.release();
    source.emit("SIGTERM");

    expect(interruption.signal.aborted).toBe(false);
  });
});
