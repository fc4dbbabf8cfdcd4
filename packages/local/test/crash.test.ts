import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DynamoDBClient, PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SystemUrls } from "../src/index.ts";
import { until } from "./until.ts";

const settings = { region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" }, maxAttempts: 1 };

let stateFolder: string;
let running: ChildProcess[];
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), "winiswin-crash-"));
  running = [];
});
afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(stateFolder, { recursive: true, force: true });
});

const program = join(import.meta.dirname, "crash-program.ts");
const launch = (basePort: number): ChildProcess => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, stateFolder, String(basePort)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  return child;
};

async function started(child: ChildProcess): Promise<SystemUrls> {
  let complaint = "";
  child.stderr?.on("data", (text: Buffer) => {
    complaint += text.toString();
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const first = await Promise.race([once(lines, "line"), once(child, "exit").then(() => undefined)]);
  if (first === undefined) throw new Error(`the program did not start: ${complaint}`);
  return JSON.parse(String(first[0])) as SystemUrls;
}

/** Nobody listens on this port and the five after it at the moment. */
async function freeBasePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? Math.min(address.port, 60_000) : 0;
}

async function idsIn(client: DynamoDBClient, TableName: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const item of Items) ids.add(item.id?.S ?? "");
  }
  return ids;
}

/** Sends and writes as fast as it is answered, until nobody answers any more; gives what was acknowledged. */
async function load(name: string, urls: SystemUrls): Promise<{ sent: string[]; written: string[] }> {
  const acknowledged = { sent: [] as string[], written: [] as string[] };
  const sqs = new SQSClient({ ...settings, endpoint: urls.queues, useQueueUrlAsEndpoint: false });
  const database = new DynamoDBClient({ ...settings, endpoint: urls.dynamodb });
  const QueueUrl = `${urls.queues}/000000000000/Work`;
  const untilRefused = async (act: (id: string) => Promise<unknown>, done: string[]) => {
    for (let index = 0; ; index++) {
      const id = `${name}-${index}`;
      try {
        await act(id);
        done.push(id);
      } catch {
        return;
      }
    }
  };
  await Promise.all([
    untilRefused((id) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: id })), acknowledged.sent),
    untilRefused((id) => database.send(new PutItemCommand({ TableName: "Written", Item: { id: { S: id } } })), acknowledged.written),
  ]);
  return acknowledged;
}

test("killed under load three times and started again on the same ports: no acknowledged message and no row is lost", async () => {
  const basePort = await freeBasePort();
  const sent: string[] = [];
  const written: string[] = [];
  for (let round = 0; round < 3; round++) {
    const child = launch(basePort);
    const urls = await started(child);
    const loading = load(`round${round}`, urls);
    await new Promise((resolve) => setTimeout(resolve, 700));
    child.kill("SIGKILL");
    const acknowledged = await loading;
    sent.push(...acknowledged.sent);
    written.push(...acknowledged.written);
  }

  const urls = await started(launch(basePort));
  const sqs = new SQSClient({ ...settings, endpoint: urls.queues, useQueueUrlAsEndpoint: false });
  const database = new DynamoDBClient({ ...settings, endpoint: urls.dynamodb });
  const QueueUrl = `${urls.queues}/000000000000/Work`;
  await until(
    async () => {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
      return Attributes.ApproximateNumberOfMessages === "0" && Attributes.ApproximateNumberOfMessagesNotVisible === "0";
    },
    "every message is handled",
    100_000,
  );

  const handled = await idsIn(database, "Handled");
  const stored = await idsIn(database, "Written");
  expect(sent.length).toBeGreaterThan(20);
  expect(written.length).toBeGreaterThan(20);
  expect(sent.filter((id) => !handled.has(id))).toEqual([]);
  expect(written.filter((id) => !stored.has(id))).toEqual([]);
  sqs.destroy();
  database.destroy();
});

test("a second start on the same folder is refused with one sentence, and the first goes on", async () => {
  const first = launch(0);
  const urls = await started(first);

  await expect(started(launch(0))).rejects.toThrow(`is running on ${stateFolder} already (process ${first.pid})`);

  expect((await fetch(`${urls.discord}/answers/x`)).status).toBe(200);
  first.kill("SIGTERM");
  const [code] = await once(first, "exit");
  expect(code).toBe(0);
});
