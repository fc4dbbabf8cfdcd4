import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sha256 } from "@winiswin/domain/identity";
import { build } from "esbuild";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { rounded } from "./engine/runs.ts";
import { once } from "./once.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const coldProcesses = 25;
const warmCalls = 2000;

interface FrontRun {
  readonly importMs: number;
  readonly firstMs: number;
  readonly warmMs: readonly number[];
  /** Of the processor, import and first call together; another process that has it meanwhile does not count. */
  readonly coldCpuMs: number;
  /** Of the processor, for one warm call on average. */
  readonly warmCpuMs: number;
}

/** The real bundle in clean processes, with a queue on loopback that answers at once: what is measured is the endpoint's own work. */
const measureFront = once(async () => {
  const folder = await mkdtemp(join(tmpdir(), "winiswin-discord-"));
  const queue = await startQueue();
  try {
    const bundle = join(folder, "front.mjs");
    const { metafile } = await build({
      entryPoints: [join(root, "functions/http/discord-interactions.ts")],
      absWorkingDir: root,
      outfile: bundle,
      bundle: true,
      minify: true,
      keepNames: true,
      platform: "node",
      format: "esm",
      mainFields: ["module", "main"],
      target: "es2024",
      metafile: true,
    });
    await writeFile(join(folder, "run.mjs"), childProgram);
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const environment = {
      ...process.env,
      BENCH_PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      BENCH_CALLS: String(warmCalls),
      SST_RESOURCE_App: '{"name":"winiswin","stage":"bench"}',
      SST_RESOURCE_DiscordPublicKey: JSON.stringify({
        value: publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex"),
      }),
      SST_RESOURCE_DiscordApplicationId: '{"value":"1"}',
      SST_RESOURCE_CommandQueue: JSON.stringify({ url: `${queue.url}/000000000000/CommandQueue.fifo` }),
      SST_RESOURCE_Snapshots: '{"name":"snapshots"}',
      AWS_ENDPOINT_URL_SQS: queue.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      DISCORD_ALLOWED_USERS: "7",
    };
    const runs: FrontRun[] = [];
    for (let index = 0; index < coldProcesses; index++) {
      const calls = index === 0 ? warmCalls : 0;
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "run.mjs")], {
        env: { ...environment, BENCH_CALLS: String(calls) },
        maxBuffer: 8 * 1024 * 1024,
      });
      runs.push(JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1)) as FrontRun);
    }
    const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
    return { runs, bytes, queued: queue.count() };
  } finally {
    await queue.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

/** Runs in a process of its own: imports the bundle, sends one signed command, then many. */
const childProgram = `
import { createPrivateKey, sign } from "node:crypto";
const key = createPrivateKey(process.env.BENCH_PRIVATE_KEY);
let id = 1000;
const event = () => {
  const body = JSON.stringify({ version: 1, type: 2, id: String(id++), application_id: "1", token: "token", member: { user: { id: "7" }, roles: [] },
    data: { id: "1", type: 1, name: "why", options: [{ name: "symbol", type: 3, value: "BTCUSDT" }] } });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = sign(null, Buffer.from(timestamp + body), key).toString("hex");
  return { body, isBase64Encoded: false, headers: { "x-signature-ed25519": signature, "x-signature-timestamp": timestamp } };
};
const [first, rest] = [event(), Array.from({ length: Number(process.env.BENCH_CALLS) }, event)];
const cpuMs = (since) => { const { user, system } = process.cpuUsage(since); return (user + system) / 1000; };
const cpuAtStart = process.cpuUsage();
const startedAt = performance.now();
const { handler } = await import("./front.mjs");
const importedAt = performance.now();
const answer = await handler(first);
const firstMs = performance.now() - importedAt;
const coldCpuMs = cpuMs(cpuAtStart);
if (answer.statusCode !== 200 || JSON.parse(answer.body).type !== 5) throw new Error(JSON.stringify(answer));
const warmMs = [];
const cpuBeforeWarm = process.cpuUsage();
for (const one of rest) {
  const at = performance.now();
  await handler(one);
  warmMs.push(performance.now() - at);
}
process.stdout.write("\\n" + JSON.stringify({ importMs: importedAt - startedAt, firstMs, warmMs, coldCpuMs, warmCpuMs: cpuMs(cpuBeforeWarm) / Math.max(1, rest.length) }));
`;

async function startQueue(): Promise<{ readonly url: string; readonly count: () => number; readonly stop: () => Promise<void> }> {
  let count = 0;
  const server: Server = createServer((request, response) => {
    request.resume().on("end", () => {
      count++;
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
      response.end('{"MessageId":"1"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
};

async function figure(of: (run: FrontRun) => readonly number[], cpuOf: (runs: readonly FrontRun[]) => object): Promise<Measurement> {
  const { runs, bytes, queued } = await measureFront();
  const values = runs.flatMap(of);
  return {
    value: rounded(quantile(values, 0.5)),
    p50: rounded(quantile(values, 0.5)),
    p95: rounded(quantile(values, 0.95)),
    runs: values.length,
    hash: sha256(String(queued)),
    details: { p99: rounded(quantile(values, 0.99)), worst: rounded(Math.max(...values)), bundleBytes: bytes, queued, ...cpuOf(runs) },
  };
}

export const discordBenchmarks: readonly Benchmark[] = [
  {
    name: "discord.front.cold",
    unit: "ms",
    run: () =>
      figure(
        ({ importMs, firstMs }) => [importMs + firstMs],
        (runs) => {
          const cpu = runs.map(({ coldCpuMs }) => coldCpuMs);
          return { cpuMs: rounded(quantile(cpu, 0.5)), cpuMsP99: rounded(quantile(cpu, 0.99)) };
        },
      ),
  },
  {
    name: "discord.front.warm",
    unit: "ms",
    run: () =>
      figure(
        ({ warmMs }) => warmMs,
        ([run]) => ({ cpuMs: rounded(run?.warmCpuMs ?? Number.NaN) }),
      ),
  },
];
