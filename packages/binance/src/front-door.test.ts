import { describe, expect, it } from "vitest";
import { steppedClock } from "../test/stub-exchange.ts";
import { createFrontDoor, type Purpose } from "./front-door.ts";

const startMs = Date.parse("2026-11-21T10:15:02.000Z");
const setUp = () => {
  const clock = steppedClock(startMs);
  return { clock, door: createFrontDoor(clock), after: (ms: number) => clock.set(startMs + ms) };
};
const closedByFirewall = { by: "firewall", untilMs: startMs + 120_000 };

describe("a front door that turned somebody away", () => {
  it.each<Purpose>(["analysis", "entry", "protection"])("lets no %s through for two minutes", async (purpose) => {
    const { door, after } = setUp();
    door.turnedAway("firewall", "analysis");

    expect(await door.pass(purpose)).toEqual(closedByFirewall);
    after(119_999);
    expect(await door.pass(purpose)).toEqual(closedByFirewall);
    after(120_000);
    expect(await door.pass(purpose)).toBeUndefined();
  });

  it("is tried by a stop at once, when it was not a stop that was turned away", async () => {
    const { clock, door } = setUp();
    door.turnedAway("firewall", "protection");

    expect(await door.pass("rescue")).toBe("asProbe");
    expect(clock.slept).toEqual([]);
  });

  it("is tried by stops and closes every five seconds, for which they wait", async () => {
    const { clock, door } = setUp();
    const turns: number[] = [];
    door.turnedAway("firewall", "rescue");
    for (let stop = 0; stop < 4; stop++) {
      expect(await door.pass("rescue")).toBe("asProbe");
      turns.push(clock.nowMs() - startMs);
      door.turnedAway("firewall", "rescue");
    }

    expect(turns).toEqual([5_000, 10_000, 15_000, 20_000]);
  });

  it("gives the turn to one of many stops, and lets all in when that one got through", async () => {
    const { door, clock } = setUp();
    door.turnedAway("firewall", "entry");
    const first = await door.pass("rescue");
    const others = Promise.all([door.pass("rescue"), door.pass("rescue")]);
    door.letIn();

    expect([first, ...(await others)]).toEqual(["asProbe", undefined, undefined]);
    expect(clock.nowMs()).toBeLessThanOrEqual(startMs + 1_000);
  });

  it("keeps no stop waiting longer than five seconds, when others take the turns", async () => {
    const { door } = setUp();
    door.turnedAway("firewall", "rescue");

    const passages = await Promise.all([door.pass("rescue"), door.pass("rescue"), door.pass("rescue")]);

    expect(passages.filter((passage) => passage === "asProbe")).toHaveLength(1);
    expect(passages.filter((passage) => typeof passage === "object")).toHaveLength(2);
  });

  it("is tried by a look after twenty seconds, and by the next one after twenty more", async () => {
    const { door, after } = setUp();
    door.turnedAway("firewall", "look");
    after(19_999);
    expect(await door.pass("look")).toEqual(closedByFirewall);
    after(20_000);
    expect(await door.pass("look")).toBe("asProbe");
    expect(await door.pass("look")).toEqual(closedByFirewall);
    after(40_000);
    expect(await door.pass("look")).toBe("asProbe");
  });

  it("stays closed longer when it turns a probe away", async () => {
    const { door, after } = setUp();
    door.turnedAway("firewall", "analysis");
    after(60_000);
    await door.pass("rescue");

    expect(door.turnedAway("firewall", "rescue")).toBe(startMs + 180_000);
    after(150_000);
    expect(await door.pass("analysis")).toEqual({ by: "firewall", untilMs: startMs + 180_000 });
  });

  it("does not stay closed for hours when our clock is set back", async () => {
    const { door, after } = setUp();
    door.turnedAway("firewall", "rescue");
    after(-3_600_000);
    const open = await door.pass("analysis");
    door.turnedAway("firewall", "analysis");

    expect(open).toBeUndefined();
    expect(await door.pass("rescue")).toBe("asProbe");
  });

  it("for the region stays closed for five minutes", async () => {
    const { door, after } = setUp();
    door.turnedAway("region", "analysis");
    after(299_999);
    expect(await door.pass("entry")).toEqual({ by: "region", untilMs: startMs + 300_000 });
    after(300_000);
    expect(await door.pass("entry")).toBeUndefined();
  });
});

describe("what others met at the firewall", () => {
  it("closes the door here too, and tells a stop nothing that it may not try", async () => {
    const { door, after } = setUp();
    after(10_000);
    door.learn({ refusedAtMs: startMs, passedAtMs: 0 });

    expect(await door.pass("analysis")).toEqual(closedByFirewall);
    expect(await door.pass("look")).toEqual(closedByFirewall);
    expect(await door.pass("rescue")).toBe("asProbe");
  });

  it("opens it when they got through later", async () => {
    const { door, after } = setUp();
    door.turnedAway("firewall", "analysis");
    after(10_000);
    door.learn({ refusedAtMs: startMs, passedAtMs: startMs + 9_000 });

    expect(await door.pass("analysis")).toBeUndefined();
  });

  it("is nothing new when we got through since, or when it is long ago", async () => {
    const { door, after } = setUp();
    after(5_000);
    door.turnedAway("firewall", "analysis");
    door.letIn();
    door.learn({ refusedAtMs: startMs, passedAtMs: 0 });
    const since = await door.pass("analysis");
    after(400_000);
    door.learn({ refusedAtMs: startMs + 6_000, passedAtMs: 0 });

    expect([since, await door.pass("analysis")]).toEqual([undefined, undefined]);
  });
});
