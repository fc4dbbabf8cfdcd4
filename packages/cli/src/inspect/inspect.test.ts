import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seededCandles } from "@winiswin/testkit/candles";
import { beforeAll, describe, expect, it } from "vitest";
import { runInspect } from "../commands/inspect.ts";
import type { CommandContext } from "../context.ts";

const startMs = Date.UTC(2024, 0, 1);
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "winiswin-inspect-"));
  const rows = seededCandles({ seed: 5, count: 1_500, startMs, knownFlow: false }).map(({ openTimeMs, open, high, low, close, volume }) =>
    [openTimeMs, open, high, low, close, volume].join(","),
  );
  const csv = ["open_time,open,high,low,close,volume", ...rows].join("\n");
  writeFileSync(join(folder, "TESTUSDT.csv.gz"), gzipSync(csv));
  writeFileSync(
    join(folder, "HOURUSDT.csv"),
    ["open_time,open,high,low,close,volume", `${startMs},1,2,1,1,5`, `${startMs + 3_600_000},1,2,1,1,5`].join("\n"),
  );
});

async function inspected(symbol: string, flags: Record<string, unknown> = {}) {
  const data: string[] = [];
  const said: string[] = [];
  const terminal = {
    data: (line: string) => data.push(line),
    say: (line: string) => said.push(line),
    progress: () => undefined,
  } as unknown as CommandContext["terminal"];
  const exitCode = await runInspect(
    { data: folder, ...flags },
    { terminal, environment: {}, workingFolder: folder, defaultStateFolder: folder, projectFolder: folder },
    symbol,
  );
  return { exitCode, data, said };
}

describe("inspect", () => {
  it("shows what the engine knew at a close, and nothing that came later", async () => {
    const whole = await inspected("testusdt", { at: "2024-01-10T00:00:00Z", json: true });
    const described = JSON.parse(whole.data.join("\n"));

    expect(whole.exitCode).toBe(0);
    expect(described).toMatchObject({ symbol: "TESTUSDT", at: "2024-01-10T00:00:00.000Z", isWarm: expect.any(Boolean) });
    expect(Math.max(...described.events.map((event: { confirmedAtMs: number }) => event.confirmedAtMs))).toBeLessThanOrEqual(
      Date.UTC(2024, 0, 10),
    );
  });

  it("tells people times, not the numbers of candles", async () => {
    const { data } = await inspected("TESTUSDT");

    expect(data.find((line) => line.includes("swingHigh"))).toMatch(/bar 2024-01-\d\d \d\d:\d\d/);
    expect(data.join("\n")).not.toMatch(/NaN|undefined|\[object/);
  });

  it("writes a chart page that needs nothing else", async () => {
    const file = join(folder, "chart.html");
    const { said } = await inspected("TESTUSDT", { html: file });

    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, "utf8")).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    expect(said).toEqual([`The chart is in ${file}.`]);
  });

  it.each([
    ["NONEUSDT", {}, "holds no candles of NONEUSDT"],
    ["HOURUSDT", {}, "holds candles of 60 minutes"],
    ["TESTUSDT", { at: "2020-01-01" }, "No candle of TESTUSDT had closed at 2020-01-01T00:00:00Z"],
    ["TESTUSDT", { at: "yesterday" }, "--at is"],
    ["TESTUSDT", { data: "/no/such/folder" }, "does not exist"],
    ["TESTUSDT", { html: "/no/such/folder/chart.html" }, "cannot be written"],
  ])("refuses %s %o in one sentence", async (symbol, flags, said) => {
    await expect(inspected(symbol, flags)).rejects.toThrow(said);
  });
});
