import type { CommandQueue, DeferredCommand } from "@winiswin/application/ports/messages";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAllowedPeople } from "./allowed-people.ts";
import { answerInteraction, type InteractionFront } from "./answer-interaction.ts";
import { createSeenInteractions } from "./seen-interactions.ts";
import type { InteractionRequest } from "./signature.ts";
import { generateInteractionKeys, publicKeyOf, signatureHeaders, signedClick, signedInteraction } from "./signed-interaction.ts";

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
    applicationId: "999888777666555444",
    people: parseAllowedPeople({ DISCORD_ALLOWED_USERS: userId }),
    seen: createSeenInteractions(120_000),
    symbols: async () => ["BTCUSDT", "ETHUSDT", "1000PEPEUSDT", "ETCUSDT"],
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

const anInteraction = {
  id: "123456789",
  type: 2,
  application_id: "999888777666555444",
  token: "token",
  user: { id: userId },
  data: { name: "status", options: [] as unknown[] },
};

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
      {
        askId: expect.stringMatching(/^discord-\d+$/),
        question: { command: "signals", options: { cycle: "2026-11-21T10:15:00Z" } },
        operator: { platform: "discord", id: userId, mayAct: true, isPrivate: true },
        replyTo: { platform: "discord", applicationId: "999888777666555444", interactionToken: token },
      },
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

  test("is a click when it comes from a button of ours, and the buttons go at once", async () => {
    const front = aFront();
    const clicked = signedClick({
      key: "v1:yes:0123456789abcdef",
      privateKey: keys.privateKey,
      applicationId: "999888777666555444",
      userId,
      nowMs,
    });

    const answer = await answerInteraction({ ...clicked, isBase64Encoded: false }, front);

    expect(JSON.parse(answer.body)).toEqual({ type: 7, data: { components: [] } });
    expect(front.queued).toMatchObject([{ question: { button: "v1:yes:0123456789abcdef" }, operator: { id: userId, mayAct: true } }]);
  });

  test("may act by a role, and only look when the list says so", async () => {
    const people = parseAllowedPeople({ DISCORD_ALLOWED_ROLES: "77", DISCORD_LOOKING_ROLES: "88" });
    for (const [roles, expected] of [
      [["77"], [{ operator: { mayAct: true } }]],
      [["88"], [{ operator: { mayAct: false } }]],
      [["99"], []],
    ] as const) {
      const front = aFront({ people });
      await answerInteraction(signedBody({ ...anInteraction, member: { user: { id: "5" }, roles } }), front);
      expect(front.queued).toMatchObject(expected);
    }
  });

  test("gets suggestions for a symbol, those that begin with what was typed first", async () => {
    const typed = (value: string, over: object = {}) =>
      signedBody({
        ...anInteraction,
        id: `1${value.length}`,
        type: 4,
        data: { name: "why", options: [{ name: "symbol", value, focused: true, type: 3 }] },
        ...over,
      });
    const asked = async (front: InteractionFront, request: InteractionRequest) =>
      JSON.parse((await answerInteraction(request, front)).body);

    const front = aFront();
    expect(await asked(front, typed("e"))).toEqual({
      type: 8,
      data: { choices: ["ETHUSDT", "ETCUSDT", "1000PEPEUSDT"].map((symbol) => ({ name: symbol, value: symbol })) },
    });
    expect(await asked(front, typed("none"))).toEqual({ type: 8, data: { choices: [] } });
    const many = aFront({ symbols: async () => Array.from({ length: 600 }, (_, index) => `A${index}USDT`) });
    expect((await asked(many, typed("a"))).data.choices).toHaveLength(25);
    const broken = aFront({ symbols: () => Promise.reject(new Error("no such object")) });
    expect(await asked(broken, typed("b"))).toEqual({ type: 8, data: { choices: [] } });
    expect(await asked(aFront({ people: parseAllowedPeople({}) }), typed("e"))).toEqual({ type: 8, data: { choices: [] } });
    expect(front.queued).toEqual([]);
  });

  test("is refused when it comes a second time", async () => {
    const front = aFront();
    const request = aRequest("/halt");

    const statuses = [];
    for (let time = 0; time < 3; time++) statuses.push((await answerInteraction(request, front)).statusCode);

    expect(statuses).toEqual([200, 401, 401]);
    expect(front.queued).toHaveLength(1);
  });

  test("is refused when it belongs to another application", async () => {
    const front = aFront({ applicationId: "1" });

    expect((await answerInteraction(aRequest("/status"), front)).statusCode).toBe(403);
    expect(front.queued).toEqual([]);
  });

  test("shows nothing to somebody who is not on a list, and nobody is when they are empty", async () => {
    for (const people of [parseAllowedPeople({ DISCORD_ALLOWED_USERS: "42" }), parseAllowedPeople({})]) {
      const front = aFront({ people });

      const answer = await answerInteraction(aRequest("/balance"), front);

      expect(JSON.parse(answer.body)).toMatchObject({
        type: 4,
        data: { flags: 64, content: expect.stringContaining(`Your user id ${userId} is not on the list`), allowed_mentions: { parse: [] } },
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
    ["a button of somebody else", { ...anInteraction, type: 3, data: { custom_id: "x", component_type: 2 } }],
    ["a menu", { ...anInteraction, type: 3, data: { custom_id: "v1:yes:0123456789abcdef", component_type: 3 } }],
    ["an autocomplete of no option", { ...anInteraction, type: 4 }],
    ["a modal", { ...anInteraction, type: 5 }],
    ["a type as text", { type: "1" }],
    ["no user", { ...anInteraction, user: undefined }],
    ["no id", { ...anInteraction, id: undefined }],
    ["a token that would leave its path", { ...anInteraction, token: "../../x" }],
    ["the same option twice", { ...anInteraction, data: { name: "why", options: ["A", "B"].map((value) => ({ name: "symbol", value })) } }],
    ["an option that is an object", { ...anInteraction, data: { name: "why", options: [{ name: "symbol", value: { a: 1 } }] } }],
  ])("gets 400 when it is %s", async (_name, content) => {
    const front = aFront();

    const answer = await answerInteraction(signedBody(content), front);

    expect(answer.statusCode).toBe(400);
    expect(front.queued).toEqual([]);
  });

  test("gets 413 when it is far too large", async () => {
    const answer = await answerInteraction(signedBody({ type: 1, padding: "x".repeat(200_000) }), aFront());

    expect(answer.statusCode).toBe(413);
  });

  test("does not reach the object's prototype through an option's name", async () => {
    const front = aFront();
    const body = JSON.stringify({ ...anInteraction, data: { name: "status", options: [{ name: "__proto__", value: "x" }] } });

    const answer = await answerInteraction(signedBody(body), front);

    expect([200, 400]).toContain(answer.statusCode);
    expect(front.queued.every(({ question }) => "options" in question && Object.keys(question.options).length === 0)).toBe(true);
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
    ["a signature that is two minutes old", () => aRequest("/status", { atMs: nowMs - 120_000 })],
    ["a signature two minutes ahead", () => aRequest("/status", { atMs: nowMs + 120_000 })],
    ["a body wrongly called base64", (request) => ({ ...request, isBase64Encoded: true })],
  ])("gets 401 and has no effect: %s", async (_name, spoil) => {
    const front = aFront();

    const answer = await answerInteraction(spoil(aRequest("/status")), front);

    expect(answer.statusCode).toBe(401);
    expect(front.queued).toEqual([]);
  });

  test("gets 400 or an answer without effect whatever a signed body holds", { timeout: 120_000 }, async () => {
    const front = aFront({ people: parseAllowedPeople({}) });

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
