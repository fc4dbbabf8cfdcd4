import { afterEach, expect, test } from "vitest";
import { Upstream, UpstreamRefusal, UpstreamSilent } from "../src/live/upstream.ts";
import { type StubReply, type StubUpstream, startStubUpstream } from "./stub-upstream.ts";

const minuteMs = 60_000;
const nowMs = Date.UTC(2026, 10, 21, 10, 0, 20);

let stub: StubUpstream | undefined;
let machineMs = nowMs;

afterEach(async () => {
  await stub?.stop();
  stub = undefined;
  machineMs = nowMs;
});

async function upstreamThat(reply: (target: string) => StubReply | "silence"): Promise<Upstream> {
  stub = await startStubUpstream(undefined, reply);
  return new Upstream(`${stub.url}/`, () => machineMs);
}

test.each([
  ["a limit, until the next minute", { status: 429, body: "{}" }, 40_000],
  ["a limit with a waiting time", { status: 429, body: "{}", headers: { "retry-after": "7" } }, 7_000],
  ["a ban with its end", { status: 418, body: `{"code":-1003,"msg":"banned until ${nowMs + 5 * minuteMs}."}` }, 5 * minuteMs],
  ["a ban that ended already, for two minutes", { status: 418, body: `{"msg":"banned until ${nowMs - 1}."}` }, 2 * minuteMs],
  ["a ban without a word", { status: 418, body: "" }, 2 * minuteMs],
  ["a firewall", { status: 403, body: "<html>" }, 5 * minuteMs],
  ["a region", { status: 451, body: "{}" }, 5 * minuteMs],
])("asks nothing more of an exchange that answers with %s", async (_name, answer, waitMs) => {
  const upstream = await upstreamThat(() => answer);

  await expect(upstream.json("/fapi/v1/time")).rejects.toMatchObject({ answer: { status: answer.status, body: answer.body } });
  expect(upstream.blockedUntilMs()).toBe(nowMs + waitMs);
  machineMs = nowMs + waitMs - 1;
  await expect(upstream.json("/fapi/v1/time")).rejects.toThrow(UpstreamRefusal);
  expect(stub?.taken()).toHaveLength(1);
  machineMs = nowMs + waitMs;
  await expect(upstream.json("/fapi/v1/time")).rejects.toThrow(UpstreamRefusal);
  expect(stub?.taken()).toHaveLength(1);
});

test("hands other people's questions on even then", async () => {
  const upstream = await upstreamThat(() => ({ status: 429, body: "{}" }));
  await expect(upstream.json("/fapi/v1/time")).rejects.toThrow(UpstreamRefusal);
  expect(await upstream.pass("/fapi/v1/time")).toMatchObject({ status: 429 });
  expect(stub?.taken()).toHaveLength(2);
});

test("remembers the weight of this minute only", async () => {
  const upstream = await upstreamThat(() => ({ status: 200, body: "{}", headers: { "x-mbx-used-weight-1m": "812" } }));
  await upstream.pass("/fapi/v1/time");
  expect(upstream.usedWeight()).toBe(812);
  machineMs += minuteMs;
  expect(upstream.usedWeight()).toBe(0);
});

test("tells silence from a refusal", async () => {
  const upstream = await upstreamThat(() => "silence");
  const late = await upstream.pass("/fapi/v1/time", 50).catch((error: unknown) => error);
  expect(late).toBeInstanceOf(UpstreamSilent);
  expect(late).toMatchObject({ timedOut: true, message: "no answer within 0.05 s" });
});

test("takes nonsense for a refusal", async () => {
  const upstream = await upstreamThat(() => ({ status: 200, body: "<html>" }));
  await expect(upstream.json("/fapi/v1/time")).rejects.toThrow(UpstreamRefusal);
});
