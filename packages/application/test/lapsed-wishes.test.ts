import { quantity } from "@winiswin/domain/decimal";
import { describe, expect, it } from "vitest";
import { tradingDesk } from "./trading-desk.ts";

describe("a wish to close everything that could not be carried out for long", () => {
  it("does not close what a person opened by hand long after it, and says that it has lapsed", async () => {
    const desk = await tradingDesk();
    await desk.control.requestClose({ symbol: undefined, by: "ana", reason: "storm", atMs: desk.clock.nowMs() });
    desk.clock.advanceTo(desk.clock.nowMs() + 2 * 3_600_000);
    desk.exchange.tradeByHand("BTCUSDT", "buy", quantity("2"));

    await desk.guard();

    expect(desk.exchange.held.get("BTCUSDT")?.quantity.toFixed()).toBe("2");
    expect(await desk.control.closeRequests()).toEqual([]);
    expect(desk.events).toContainEqual(expect.objectContaining({ type: "TroubleSeen", detail: expect.stringContaining("lapsed") }));
  });

  it("still closes what is ours, however long it took", async () => {
    const desk = await tradingDesk();
    await desk.execute();
    await desk.control.requestClose({ symbol: undefined, by: "ana", reason: "storm", atMs: desk.clock.nowMs() });
    desk.clock.advanceTo(desk.clock.nowMs() + 2 * 3_600_000);

    await desk.guard();

    expect(desk.exchange.held.size).toBe(0);
  });
});
