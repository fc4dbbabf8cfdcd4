import type { CommandQueue, DeferredCommand } from "@winiswin/application/ports/messages";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brokenLimits } from "../test/message-limits.ts";
import { answerAsText } from "./answer-as-text.ts";
import { answerInteraction, type InteractionFront } from "./answer-interaction.ts";
import type { InteractionRequest } from "./signature.ts";
import { generateInteractionKeys, publicKeyOf, signatureHeaders, signedInteraction } from "./signed-interaction.ts";

const keys = generateInteractionKeys();
const nowMs = Date.UTC(2026, 10, 21, 10, 19);
const userId = "111222333444555666";

function aFront(
  over: Partial<InteractionFront> = {},
): InteractionFront & { queued: DeferredCommand[]; logger: ReturnType<typeof recordingLogger> } {
  const queued: DeferredCommand[] = [];
  const commandQueue: CommandQueue = {
    async send(command) {
      queued.push(command);
    },
  };
  return {
    publicKey: keys.publicKey,
    allowedUsers: new Set([userId]),
    commandQueue,
    nowMs: () => nowMs,
    ...over,
    queued,
    logger: recordingLogger(),
  };
}

function aRequest(
  command: string,
  over: { userId?: string; atMs?: number; privateKey?: string } = {},
): InteractionRequest & { token: string } {
  const signed = signedInteraction({
    command,
    privateKey: over.privateKey ?? keys.privateKey,
    applicationId: "999888777666555444",
    userId: over.userId ?? userId,
    nowMs: over.atMs ?? nowMs,
  });
  if (!signed.ok) throw new Error(signed.failure);
  return { body: signed.value.body, headers: signed.value.headers, isBase64Encoded: false, token: signed.value.interactionToken };
}

function signedBody(content: unknown): InteractionRequest {
  const body = typeof content === "string" ? content : JSON.stringify(content);
  return { body, headers: signatureHeaders(body, keys.privateKey, nowMs), isBase64Encoded: false };
}

describe("a request that Discord signed", () => {
  test("is answered with PONG when it is a PING", async () => {
    const answer = await answerInteraction(signedBody({ type: 1, id: "1", version: 1 }), aFront());

    expect(answer).toMatchObject({ statusCode: 200, headers: { "content-type": "application/json" }, body: '{"type":1}' });
  });

  test("is deferred for the asking user only, with the command on the queue", async () => {
    const front = aFront();
    const { token, ...request } = aRequest("/signals cycle:2026-11-21T10:15:00Z");

    const answer = await answerInteraction(request, front);

    expect(JSON.parse(answer.body)).toEqual({ type: 5, data: { flags: 64 } });
    expect(front.queued).toEqual([
      { command: "signals", options: { cycle: "2026-11-21T10:15:00Z" }, applicationId: "999888777666555444", interactionToken: token },
    ]);
  });

  test("counts the same when its body comes base64 encoded and its headers in capitals", async () => {
    const front = aFront();
    const request = aRequest("/status");
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toUpperCase(), value]));

    const answer = await answerInteraction(
      { body: Buffer.from(request.body ?? "").toString("base64"), isBase64Encoded: true, headers },
      front,
    );

    expect(answer.statusCode).toBe(200);
    expect(front.queued).toHaveLength(1);
  });

  test.each([
    ["/help", "Help"],
    ["/statsu", "Did you mean /stats?"],
    ["/signals cycle:yesterday", "is not a cycle"],
    ["/why", "is missing"],
    ["/status verbose:yes", "there is no option"],
  ])("%s is answered at once, to the asking user only", async (command, expected) => {
    const front = aFront();

    const answer = await answerInteraction(aRequest(command), front);

    const body = JSON.parse(answer.body);
    expect(body).toMatchObject({ type: 4, data: { flags: 64, allowed_mentions: { parse: [] } } });
    expect(answer.body).toContain(expected);
    expect(brokenLimits(body.data)).toEqual([]);
    expect(front.queued).toEqual([]);
  });

  test("shows no money to somebody who is not on the list, and nobody is when it is empty", async () => {
    for (const allowedUsers of [new Set(["42"]), new Set<string>()]) {
      const front = aFront({ allowedUsers });

      const answer = await answerInteraction(aRequest("/balance"), front);

      const { type, data } = JSON.parse(answer.body);
      expect(type).toBe(4);
      expect(answerAsText(data)).toMatchObject({
        value: expect.stringContaining(`Your user id ${userId} is not in DISCORD_ALLOWED_USERS`),
      });
      expect(front.queued).toEqual([]);
    }
  });

  test("is answered with a sentence when the queue fails", async () => {
    const commandQueue: CommandQueue = { send: () => Promise.reject(new Error("no such queue")) };
    const front = aFront({ commandQueue });

    const answer = await answerInteraction(aRequest("/status"), front);

    expect(JSON.parse(answer.body).type).toBe(4);
    expect(answer.body).toContain("could not be queued");
    expect(front.logger.lines).toContainEqual({ level: "error", message: "command not queued", fields: { reason: "no such queue" } });
  });

  test.each([
    ["no JSON", "{"],
    ["an array", "[]"],
    ["nothing", "null"],
    ["a button", { type: 3, application_id: "1", token: "t", data: { custom_id: "x" } }],
    ["an autocomplete", { type: 4, application_id: "1", token: "t", data: { name: "why" }, user: { id: "1" } }],
    ["a type as text", { type: "1" }],
    ["no user", { type: 2, application_id: "1", token: "t", data: { name: "status" } }],
    [
      "a token that would leave its path",
      { type: 2, application_id: "1", token: "../../x", data: { name: "status" }, user: { id: userId } },
    ],
    [
      "the same option twice",
      {
        type: 2,
        application_id: "1",
        token: "t",
        user: { id: userId },
        data: {
          name: "why",
          options: [
            { name: "symbol", value: "A" },
            { name: "symbol", value: "B" },
          ],
        },
      },
    ],
    [
      "an option that is an object",
      {
        type: 2,
        application_id: "1",
        token: "t",
        user: { id: userId },
        data: { name: "why", options: [{ name: "symbol", value: { a: 1 } }] },
      },
    ],
  ])("gets 400 when it is %s", async (_name, content) => {
    const front = aFront();

    const answer = await answerInteraction(signedBody(content), front);

    expect(answer.statusCode).toBe(400);
    expect(front.queued).toEqual([]);
  });

  test("gets 400 when it is far too large", async () => {
    const answer = await answerInteraction(signedBody({ type: 1, padding: "x".repeat(200_000) }), aFront());

    expect(answer.statusCode).toBe(400);
  });

  test("does not reach the object's prototype through an option's name", async () => {
    const front = aFront();
    const body = `{"type":2,"application_id":"1","token":"t","user":{"id":"${userId}"},"data":{"name":"status","options":[{"name":"__proto__","value":"x"}]}}`;

    const answer = await answerInteraction(signedBody(body), front);

    expect([200, 400]).toContain(answer.statusCode);
    expect(front.queued.every(({ options }) => Object.keys(options).length === 0)).toBe(true);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe("a request that Discord did not sign", () => {
  const strangers = generateInteractionKeys();

  test.each<[string, (request: InteractionRequest) => InteractionRequest]>([
    ["another body", (request) => ({ ...request, body: `${request.body} ` })],
    ["no body", (request) => ({ ...request, body: undefined })],
    ["an empty body", (request) => ({ ...request, body: "" })],
    ["no headers", (request) => ({ ...request, headers: {} })],
    ["no signature", ({ headers, ...request }) => ({ ...request, headers: { ...headers, "x-signature-ed25519": undefined } })],
    ["no timestamp", ({ headers, ...request }) => ({ ...request, headers: { ...headers, "x-signature-timestamp": undefined } })],
    ["an empty signature", ({ headers, ...request }) => ({ ...request, headers: { ...headers, "x-signature-ed25519": "" } })],
    [
      "a signature of zeros",
      ({ headers, ...request }) => ({ ...request, headers: { ...headers, "x-signature-ed25519": "0".repeat(128) } }),
    ],
    [
      "a signature that is no hexadecimal",
      ({ headers, ...request }) => ({ ...request, headers: { ...headers, "x-signature-ed25519": "z".repeat(128) } }),
    ],
    [
      "another timestamp",
      ({ headers, ...request }) => ({ ...request, headers: { ...headers, "x-signature-timestamp": String(nowMs / 1000 - 1) } }),
    ],
    [
      "a timestamp that is no number",
      ({ headers, ...request }) => ({ ...request, headers: { ...headers, "x-signature-timestamp": "NaN" } }),
    ],
    ["the key of somebody else", () => aRequest("/status", { privateKey: strangers.privateKey })],
    ["a signature that is six minutes old", () => aRequest("/status", { atMs: nowMs - 360_000 })],
    ["a signature six minutes ahead", () => aRequest("/status", { atMs: nowMs + 360_000 })],
    ["a body wrongly called base64", (request) => ({ ...request, isBase64Encoded: true })],
  ])("gets 401 and has no effect: %s", async (_name, spoil) => {
    const front = aFront();

    const answer = await answerInteraction(spoil(aRequest("/status")), front);

    expect(answer.statusCode).toBe(401);
    expect(front.queued).toEqual([]);
  });

  test("gets 401 whatever a mutation does to body, signature or timestamp", { timeout: 120_000 }, async () => {
    const original = aRequest("/status");
    const body = original.body ?? "";
    const signature = original.headers["x-signature-ed25519"] ?? "";
    const timestamp = original.headers["x-signature-timestamp"] ?? "";
    const front = aFront();
    const changed = (text: string) =>
      fc
        .tuple(
          fc.nat(text.length - 1),
          fc.constantFrom("replace", "delete", "insert", "cut", "double"),
          fc.string({ minLength: 1, maxLength: 3 }),
        )
        .map(([at, how, given]) => {
          if (how === "replace") return text.slice(0, at) + given + text.slice(at + given.length);
          if (how === "delete") return text.slice(0, at) + text.slice(at + 1);
          if (how === "insert") return text.slice(0, at) + given + text.slice(at);
          return how === "cut" ? text.slice(0, at) : text + text;
        })
        .filter((mutated) => mutated !== text);
    const mutated = fc.oneof(
      changed(body).map((given) => ({ body: given, signature, timestamp })),
      changed(signature)
        .filter((given) => given.toLowerCase() !== signature)
        .map((given) => ({ body, signature: given, timestamp })),
      changed(timestamp).map((given) => ({ body, signature, timestamp: given })),
      fc.string().map((given) => ({ body: given, signature, timestamp })),
      fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => ({ body, signature: Buffer.from(bytes).toString("hex"), timestamp })),
    );

    await fc.assert(
      fc.asyncProperty(mutated, async (given) => {
        const headers = { "x-signature-ed25519": given.signature, "x-signature-timestamp": given.timestamp };
        const answer = await answerInteraction({ body: given.body, headers, isBase64Encoded: false }, front);
        expect(answer.statusCode).toBe(401);
      }),
      { numRuns: 3000 },
    );
    expect(front.queued).toEqual([]);
  });

  test("gets 400 or an answer without effect whatever a signed body holds", { timeout: 120_000 }, async () => {
    const front = aFront({ allowedUsers: new Set() });

    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.object().map((value) => JSON.stringify({ type: 2, ...value })),
        ),
        async (body) => {
          const answer = await answerInteraction(signedBody(body), front);
          expect([400, 401]).toContain(answer.statusCode);
        },
      ),
      { numRuns: 1000 },
    );
    expect(front.queued).toEqual([]);
  });
});

test("a seed in hexadecimal is a private key too", async () => {
  const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  const front = aFront({ publicKey: publicKeyOf(seed) });

  const answer = await answerInteraction(aRequest("/status", { privateKey: seed }), front);

  // RFC 8032, test 1.
  expect(front.publicKey).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  expect(answer.statusCode).toBe(200);
});
