import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterEach, beforeEach, expect, test } from "vitest";
import { discordKeysIn } from "../src/discord-keys.ts";
import { type FakeDiscord, startFakeDiscord } from "../src/fake-discord.ts";
import { startFunctionUrl } from "../src/function-url.ts";
import type { InvocationResult } from "../src/lambda.ts";
import { type Listening, listenWith } from "../src/listen.ts";
import { portsFrom, requireFreePorts } from "../src/ports.ts";

const nowMs = Date.UTC(2026, 10, 21, 10, 15, 2);

let address: Listening;
let discord: FakeDiscord;
let received: APIGatewayProxyEventV2 | undefined;
let result: InvocationResult;
beforeEach(async () => {
  received = undefined;
  result = { status: "succeeded", value: { statusCode: 204 } };
  address = await startFunctionUrl({
    functionName: "front",
    port: 0,
    nowMs: () => nowMs,
    invoke: async (_name, event) => {
      received = event as APIGatewayProxyEventV2;
      return result;
    },
  });
  discord = await startFakeDiscord({ port: 0, nowMs: () => nowMs });
});
afterEach(async () => {
  await address.stop();
  await discord.stop();
});

test("a request becomes an event of format 2.0", async () => {
  await fetch(`${address.url}/interactions/a%20b?x=1&x=2&y=`, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", "X-Signature-Ed25519": "abc", cookie: "a=1; b=2" },
    body: '{"type":1,"name":"ü"}',
  });

  expect(received).toEqual({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/interactions/a%20b",
    rawQueryString: "x=1&x=2&y=",
    cookies: ["a=1", "b=2"],
    headers: expect.objectContaining({ "x-signature-ed25519": "abc", "content-type": "application/json; charset=utf-8" }),
    queryStringParameters: { x: "1,2", y: "" },
    requestContext: {
      accountId: "anonymous",
      apiId: "000000000000",
      domainName: new URL(address.url).host,
      domainPrefix: "127",
      http: {
        method: "POST",
        path: "/interactions/a%20b",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: expect.any(String),
      },
      requestId: expect.any(String),
      routeKey: "$default",
      stage: "$default",
      time: "21/Nov/2026:10:15:02 +0000",
      timeEpoch: nowMs,
    },
    body: '{"type":1,"name":"ü"}',
    isBase64Encoded: false,
  });
});

test("a body that is no text travels as base64, and none is no body", async () => {
  await fetch(address.url, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: Uint8Array.of(0, 255, 1) });
  expect(received).toMatchObject({ body: "AP8B", isBase64Encoded: true });

  await fetch(address.url);
  expect(received).not.toHaveProperty("body");
  expect(received).toMatchObject({ isBase64Encoded: false, rawPath: "/", rawQueryString: "" });
});

test("the answer's status, headers, cookies and body arrive, decoded", async () => {
  result = {
    status: "succeeded",
    value: {
      statusCode: 401,
      headers: { "content-type": "text/plain", "x-kind": "test" },
      cookies: ["a=1", "b=2"],
      body: Buffer.from("no").toString("base64"),
      isBase64Encoded: true,
    },
  };

  const response = await fetch(address.url);

  expect(response.status).toBe(401);
  expect(await response.text()).toBe("no");
  expect(response.headers.get("x-kind")).toBe("test");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

test("a value without status is the JSON body itself, and a handler that failed is 502 without a word about why", async () => {
  result = { status: "succeeded", value: { type: 1 } };
  const plain = await fetch(address.url);
  expect([plain.status, plain.headers.get("content-type"), await plain.json()]).toEqual([200, "application/json", { type: 1 }]);

  result = { status: "failed", error: new Error("secret detail") };
  const broken = await fetch(address.url);
  expect(broken.status).toBe(502);
  expect(await broken.text()).not.toContain("secret");
});

test("what is written to Discord can be read by its token, also by somebody who waits for it", async () => {
  const waiting = fetch(`${discord.url}/answers/token-1?waitMs=10000`).then((response) => response.json());

  const edited = await fetch(`${discord.apiUrl}/webhooks/1/token-1/messages/@original`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: '{"content":"done"}',
  });
  const posted = await fetch(discord.webhookUrl, { method: "POST", body: '{"content":"opened"}' });

  expect(await edited.json()).toMatchObject({ content: "done" });
  expect(posted.status).toBe(204);
  expect(await waiting).toEqual([{ id: "1", kind: "answer", token: "token-1", receivedAtMs: nowMs, content: { content: "done" } }]);
  expect(discord.messages().map((message) => message.kind)).toEqual(["answer", "message"]);
  expect(await (await fetch(`${discord.url}/answers/other`)).json()).toEqual([]);
  expect((await fetch(`${discord.apiUrl}/users/@me`)).status).toBe(404);
});

test("only the last two hundred messages are kept", async () => {
  for (let index = 0; index < 205; index++) await fetch(discord.webhookUrl, { method: "POST", body: `{"content":"${index}"}` });

  expect(discord.messages()).toHaveLength(200);
  expect(discord.messages()[0]?.content).toEqual({ content: "5" });
});

test("an interaction signed with the key of the folder verifies with the published key", () => {
  const folder = mkdtempSync(join(tmpdir(), "winiswin-keys-"));
  const keys = discordKeysIn(folder);
  const headers = keys.signatureHeaders('{"type":1}', "1795256102");
  const publicKey = createPublicKey({
    key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(keys.publicKey, "hex")]),
    format: "der",
    type: "spki",
  });

  const valid = (text: string) => verify(null, Buffer.from(text), publicKey, Buffer.from(headers["x-signature-ed25519"], "hex"));

  expect(valid('1795256102{"type":1}')).toBe(true);
  expect(valid('1795256103{"type":1}')).toBe(false);
  rmSync(folder, { recursive: true });
});

test("a taken port is named with its purpose before anything starts, unless it is let go in time", async () => {
  const other = await listenWith(() => undefined, 0, "test");
  const ports = { ...portsFrom(0, []), queues: other.port };

  await expect(requireFreePorts(ports, 0)).rejects.toThrow(`Port ${other.port}, wanted for queues and objects, is in use`);
  setTimeout(() => void other.stop(), 100);
  await requireFreePorts(ports, 10_000);
});

test("ports are counted up from the base, or all left to the machine", () => {
  expect(portsFrom(5000, ["front", "back"])).toEqual({
    exchange: 5000,
    dynamodb: 5001,
    queues: 5002,
    events: 5003,
    discord: 5004,
    functions: { front: 5005, back: 5006 },
  });
  expect(portsFrom(undefined, []).exchange).toBe(4700);
  expect(Object.values(portsFrom(0, ["front"]).functions)).toEqual([0]);
});
