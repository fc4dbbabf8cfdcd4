import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import picocolors from "picocolors";
import { afterEach, describe, expect, it } from "vitest";
import { type ExchangeLook, exchangeFindings, lookAtExchange } from "./exchange.ts";
import { ok, problem, warning } from "./finding.ts";
import { checkNode, checkStateFolder, diskFinding } from "./machine.ts";
import { checkPorts } from "./ports.ts";
import { findingLines } from "./render-findings.ts";
import { checkConfiguration, checkKeys, masked } from "./settings.ts";

const servers: Server[] = [];

async function serving(status: number, body: unknown): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

describe("the look at the exchange", () => {
  it("tells the server's time", async () => {
    expect(await lookAtExchange(await serving(200, { serverTime: 1_700_000_000_000 }), 2_000)).toMatchObject({
      outcome: "answered",
      serverTimeMs: 1_700_000_000_000,
    });
  });

  it("knows a blocked region, other refusals and nonsense", async () => {
    expect(await lookAtExchange(await serving(451, {}), 2_000)).toEqual({ outcome: "regionBlocked" });
    expect(await lookAtExchange(await serving(418, {}), 2_000)).toEqual({ outcome: "refused", status: 418 });
    expect(await lookAtExchange(await serving(200, { hello: true }), 2_000)).toEqual({ outcome: "refused", status: 200 });
  });

  it("says why nobody answers", async () => {
    const url = await serving(200, {});
    await new Promise((resolve) => servers.pop()?.close(resolve));

    expect(await lookAtExchange(url, 2_000)).toEqual({ outcome: "unreachable", reason: "ECONNREFUSED" });
  });
});

describe("findings about the exchange", () => {
  const levelsOf = (look: ExchangeLook) =>
    exchangeFindings(look, "https://fapi.binance.com").map(({ check, level }) => `${check} ${level}`);
  const answered = (serverTimeMs: number): ExchangeLook => ({ outcome: "answered", serverTimeMs, sentAtMs: 10_000, receivedAtMs: 10_100 });

  it("are fine when clocks agree, and a problem when orders would be refused", () => {
    expect(levelsOf(answered(10_050))).toEqual(["Binance ok", "clock ok"]);
    expect(levelsOf(answered(10_050 - 700))).toEqual(["Binance ok", "clock warning"]);
    expect(levelsOf(answered(10_050 + 1_000))).toEqual(["Binance ok", "clock problem"]);
  });

  it("make a blocked region a problem, and no network a warning because the simulated market works", () => {
    expect(levelsOf({ outcome: "regionBlocked" })).toEqual(["Binance problem", "clock warning"]);
    expect(levelsOf({ outcome: "unreachable", reason: "ENOTFOUND" })).toEqual(["Binance warning", "clock warning"]);
  });
});

describe("findings about the machine", () => {
  it("ask for Node 24", () => {
    expect(checkNode("24.21.0").level).toBe("ok");
    expect(checkNode("22.23.3").level).toBe("problem");
  });

  it("warn before the disk is full", () => {
    expect([5_000, 1_000, 100].map((freeMb) => diskFinding(freeMb, "/state").level)).toEqual(["ok", "warning", "problem"]);
  });

  it("try the folder where the state would go, and leave nothing behind", () => {
    const folder = mkdtempSync(join(tmpdir(), "state-"));
    try {
      expect(checkStateFolder(folder)).toEqual(ok("state folder", `${folder} is writable`));
      expect(checkStateFolder(join(folder, "new", "deep"))).toEqual(ok("state folder", `${join(folder, "new", "deep")} can be created`));
      expect(checkStateFolder("/proc/winiswin").level).toBe("problem");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("name the ports that somebody else has, unless it is our own system", async () => {
    const taken = Number(new URL(await serving(200, {})).port);
    const running = {
      pid: 7,
      clock: { kind: "real", speed: 1 },
      urls: {
        exchange: "https://fapi.binance.com",
        discord: "http://127.0.0.1:5004",
        dynamodb: "http://127.0.0.1:5001",
        queues: "",
        events: "",
        functions: { discordInteractions: "http://127.0.0.1:5005" },
      },
    };

    expect(await checkPorts(undefined, [taken])).toMatchObject({ level: "problem", detail: `${taken} on 127.0.0.1 in use` });
    expect(await checkPorts(running, [taken])).toEqual(ok("ports", "5001, 5004, 5005 are used by the running system (process 7)"));
  });
});

describe("findings about the settings", () => {
  it("name every wrong variable", () => {
    const findings = checkConfiguration({ MAX_SYMBOLS: "many", ENABLE_TRADING: "yes" });

    expect(findings.map(({ level }) => level)).toEqual(["problem", "problem"]);
    expect(findings.map(({ detail }) => detail).join()).toMatch(/MAX_SYMBOLS is "many"/);
  });

  it("never show a key whole", () => {
    const key = "abcdEFGHijklMNOPqrstUVWXyz0123456789";

    expect(masked(key)).toBe("abcd****89");
    expect(masked("short")).toBe("****");
    expect(checkKeys(key, "secretsecretsecret").detail).not.toContain("secretsecret");
    expect(checkKeys(key, "").level).toBe("warning");
    expect(checkKeys(undefined, undefined).level).toBe("ok");
  });
});

describe("the lines of the doctor", () => {
  const plain = picocolors.createColors(false);

  it("are aligned, with what to do behind the finding and a verdict at the end", () => {
    const lines = findingLines(
      [ok("Node", "24.21.0"), warning("disk space", "1.0 GB free", "Make room."), problem("ports", "4700 in use", "Stop it.")],
      plain,
    );

    expect(lines).toEqual([
      "ok       Node        24.21.0",
      "warning  disk space  1.0 GB free. Make room.",
      "problem  ports       4700 in use. Stop it.",
      "",
      "1 to mend, 1 to know.",
    ]);
  });
});
