import { describe, expect, test } from "vitest";
import { type FaultPlanInput, parseFaultPlan } from "./fault.ts";
import { FaultRules } from "./fault-rules.ts";

const startMs = Date.parse("2026-11-21T10:00:00Z");

/** For each of `count` requests, the kinds of the faults that meet it. */
function drawn(rule: FaultPlanInput["rules"], count: number, request = "POST /fapi/v1/order", seed = "s"): readonly string[] {
  const rules = new FaultRules(parseFaultPlan({ seed, rules: rule }), seed);
  const [method = "", path = ""] = request.split(" ");
  return Array.from({ length: count }, (_, index) =>
    rules
      .draw({ method, path, parameters: new URLSearchParams({ symbol: "BTCUSDT" }), nowMs: startMs + index * 1_000 })
      .map(({ kind }) => kind)
      .join("+"),
  );
}

describe("a rule meets", () => {
  test.each([
    ["every matching request when nothing else is said", {}, ["x", "x", "x", "x"]],
    ["only the nth", { nth: 2 }, ["", "x", "", ""]],
    ["every nth", { every: 2 }, ["", "x", "", "x"]],
    ["so many at most", { atMost: 3 }, ["x", "x", "x", ""]],
    ["those between two instants", { between: ["2026-11-21T10:00:01Z", startMs + 3_000] as [string, number] }, ["", "x", "x", ""]],
    ["none without the wanted value of a parameter", { when: { symbol: "ETHUSDT" } }, ["", "", "", ""]],
    ["those with the wanted value", { when: { symbol: "BTCUSDT" } }, ["x", "x", "x", "x"]],
    ["none at probability 0", { probability: 0 }, ["", "", "", ""]],
    ["all at probability 1", { probability: 1 }, ["x", "x", "x", "x"]],
  ])("%s", (_, occasion, expected) => {
    expect(drawn([{ on: "POST /fapi/v1/order", fault: "lostRequest", ...occasion }], 4)).toEqual(
      expected.map((one) => (one === "x" ? "lostRequest" : "")),
    );
  });

  test.each([
    ["* /fapi/*", "DELETE /fapi/v1/algoOrder", true],
    ["GET /fapi/v*/positionRisk", "GET /fapi/v3/positionRisk", true],
    ["GET /fapi/v3/positionRisk", "GET /fapi/v2/positionRisk", false],
    ["GET /fapi/v1/order", "GET /fapi/v1/orders", false],
    ["GET /fapi/v1.order", "GET /fapi/v1/order", false],
  ])("%s or not: %s", (on, request, isMet) => {
    expect(drawn([{ on, fault: "silence" }], 1, request)).toEqual([isMet ? "silence" : ""]);
  });

  test("with chance: as often as it says, the same for the same seed and otherwise for another", () => {
    const rule = [{ on: "* /*", probability: 0.2, fault: "lostResponse" }];
    const hits = (seed: string) => drawn(rule, 2_000, undefined, seed).filter((kind) => kind !== "").length;

    expect(drawn(rule, 50)).toEqual(drawn(rule, 50));
    expect(drawn(rule, 50)).not.toEqual(drawn(rule, 50, undefined, "other"));
    expect(hits("a") / 2_000).toBeCloseTo(0.2, 1);
  });

  test("together with others, in their order, each with its own counts", () => {
    const rules = new FaultRules(
      parseFaultPlan({
        seed: 1,
        rules: [
          { on: "* /*", fault: { kind: "delay", ms: 5 } },
          { on: "* /*", nth: 2, fault: "lostResponse" },
        ],
      }),
      "1",
    );
    const draw = () => rules.draw({ method: "GET", path: "/x", parameters: new URLSearchParams(), nowMs: startMs });

    expect([draw(), draw()].map((faults) => faults.map(({ kind }) => kind))).toEqual([["delay"], ["delay", "lostResponse"]]);
    expect(rules.counts().map(({ matched, injected }) => [matched, injected])).toEqual([
      [2, 2],
      [2, 1],
    ]);
    expect(rules.latest()).toHaveLength(3);
  });
});

describe("a plan is refused with one sentence that names the place", () => {
  test.each([
    [{ rules: [{ on: "order", fault: "silence" }] }, /rules\.0\.on/],
    [{ rules: [{ on: "GET /x", fault: "explode" }] }, /rules\.0\.fault/],
    [{ rules: [{ on: "GET /x", fault: "lateVisibility" }] }, /rules\.0\.fault\.ms/],
    [{ rules: [{ on: "GET /x", nth: 1, every: 2, fault: "silence" }] }, /more than one of nth, every and probability/],
    [{ rules: [{ on: "GET /x", probability: 2, fault: "silence" }] }, /probability/],
    [{ rules: [{ on: "GET /x", often: 1, fault: "silence" }] }, /rules\.0/],
    ["nothing", /the plan/],
  ])("%j", (plan, place) => {
    expect(() => parseFaultPlan(plan)).toThrow(place);
  });
});
