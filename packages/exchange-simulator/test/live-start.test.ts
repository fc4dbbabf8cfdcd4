import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { startExchangeSimulator } from "../src/index.ts";
import { runToEnd } from "./child-process.ts";
import { type StubReply, startStubUpstream } from "./stub-upstream.ts";

const live = (baseUrl: string) => JSON.stringify({ market: { kind: "live", baseUrl }, clock: { kind: "real" } });

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("an exchange that cannot be followed is named in one sentence, and the exit code tells whether later may be better", async () => {
  const untilMs = Date.now() + 300_000;
  const banned = `{"code":-1003,"msg":"Way too many requests; IP(1.2.3.4) banned until ${untilMs}. Please use the websocket."}`;
  const cases: readonly (readonly [StubReply | "silence", number, string])[] = [
    [{ status: 451, body: '{"code":0,"msg":"restricted location"}' }, 1, "refuses this region (HTTP 451): run it where Binance serves you"],
    [{ status: 403, body: "<html>" }, 1, "refuses this address (HTTP 403, its firewall)"],
    [{ status: 418, body: banned }, 75, `(HTTP 418): wait until ${new Date(untilMs).toISOString()} and start again`],
    [{ status: 429, body: "{}" }, 75, "(HTTP 429): wait some minutes and start again"],
    [{ status: 502, body: "" }, 75, "answered with HTTP 502"],
    [{ status: 200, body: '{"hello":1}' }, 1, "does not answer as Binance futures do"],
    ["silence", 75, "cannot be reached (no answer within 5 s)"],
  ];
  const ended = await Promise.all(
    cases.map(async ([reply]) => {
      const upstream = await startStubUpstream(undefined, () => reply);
      const end = await runToEnd(live(upstream.url));
      await upstream.stop();
      return { ...end, host: new URL(upstream.url).host };
    }),
  );
  for (const [index, [, code, sentence]] of cases.entries()) {
    const { host, ...end } = ended[index]!;
    expect(end.stderr).toContain(`${host} `);
    expect(end.stderr).toContain(sentence);
    expect(end.stderr.trim().split("\n")).toHaveLength(1);
    expect(end).toMatchObject({ code, stdout: "" });
  }
}, 30_000);

test("a host that does not exist and a closed port are said to be out of reach", async () => {
  const port = await closedPort();
  const [nowhere, closed] = await Promise.all([runToEnd(live("http://nowhere.invalid")), runToEnd(live(`http://127.0.0.1:${port}`))]);
  expect(nowhere).toMatchObject({ code: 75, stdout: "" });
  expect(nowhere.stderr).toMatch(/^nowhere\.invalid cannot be reached \((ENOTFOUND|EAI_AGAIN)\): check network, DNS and proxy/);
  expect(closed).toMatchObject({ code: 75, stdout: "" });
  expect(closed.stderr).toContain(`127.0.0.1:${port} cannot be reached (ECONNREFUSED)`);
});

test("a live market runs in real time, and its address is one of HTTP", async () => {
  const market = { kind: "live", baseUrl: "http://127.0.0.1:1" } as const;
  await expect(startExchangeSimulator({ market, clock: { kind: "accelerated", startMs: 1, speed: 60 } })).rejects.toThrow(
    "a live market runs in real time",
  );
  await expect(startExchangeSimulator({ market: { ...market, baseUrl: "ftp://x" }, clock: { kind: "real" } })).rejects.toThrow(
    "option market.baseUrl",
  );
});
