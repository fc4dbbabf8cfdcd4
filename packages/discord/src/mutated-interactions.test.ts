import type { DeferredCommand } from "@winiswin/application/ports/messages";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAllowedPeople } from "./allowed-people.ts";
import { answerInteraction } from "./answer-interaction.ts";
import { createSeenInteractions } from "./seen-interactions.ts";
import type { InteractionRequest } from "./signature.ts";
import { generateInteractionKeys, signatureHeaders } from "./signed-interaction.ts";

const seed = 20_261_121;
const count = 10_000;
const nowMs = Date.UTC(2026, 10, 21, 10, 19);
const applicationId = "999888777666555444";
const userId = "111222333444555666";
const keys = generateInteractionKeys();
const strangers = generateInteractionKeys();

interface Spoilt {
  readonly how: string;
  readonly request: InteractionRequest;
  readonly status: number;
}

const command = (id: string, over: object = {}) => ({
  version: 1,
  type: 2,
  id,
  application_id: applicationId,
  token: `token${id}`,
  member: { user: { id: userId }, roles: ["5"] },
  data: { id: "1", type: 1, name: "halt", options: [{ name: "reason", type: 3, value: "storm" }] },
  ...over,
});

const sent = (content: unknown, over: { atMs?: number; privateKey?: string } = {}): InteractionRequest => {
  const body = typeof content === "string" ? content : JSON.stringify(content);
  return { body, headers: signatureHeaders(body, over.privateKey ?? keys.privateKey, over.atMs ?? nowMs), isBase64Encoded: false };
};

const withHeader = (request: InteractionRequest, name: string, value: string | undefined): InteractionRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});

const id = fc.bigInt({ min: 1n, max: 10n ** 19n - 1n }).map(String);

const changedText = (text: string): fc.Arbitrary<string> =>
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
    .filter((changed) => changed !== text && changed.toLowerCase() !== text.toLowerCase());

/** Every way of spoiling, with the status that it must be answered with. */
const spoilt: fc.Arbitrary<Spoilt> = fc.oneof(
  id.chain((given) => {
    const request = sent(command(given));
    const as = (how: string, text: fc.Arbitrary<InteractionRequest>) =>
      text.map((spoiled): Spoilt => ({ how, request: spoiled, status: 401 }));
    return fc.oneof(
      as(
        "another body under the signature",
        changedText(request.body ?? "").map((body) => ({ ...request, body })),
      ),
      as(
        "another signature",
        changedText(request.headers["x-signature-ed25519"] ?? "").map((text) => withHeader(request, "x-signature-ed25519", text)),
      ),
      as(
        "another timestamp",
        changedText(request.headers["x-signature-timestamp"] ?? "").map((text) => withHeader(request, "x-signature-timestamp", text)),
      ),
      as(
        "a random signature",
        fc
          .uint8Array({ minLength: 64, maxLength: 64 })
          .map((bytes) => withHeader(request, "x-signature-ed25519", Buffer.from(bytes).toString("hex"))),
      ),
      as("no signature", fc.constant(withHeader(request, "x-signature-ed25519", undefined))),
      as("the key of somebody else", fc.constant(sent(command(given), { privateKey: strangers.privateKey }))),
      as(
        "cut in the middle",
        fc.nat((request.body?.length ?? 1) - 1).map((end) => ({ ...request, body: request.body?.slice(0, end) })),
      ),
    );
  }),
  fc
    .tuple(id, fc.oneof(fc.integer({ min: 61_000, max: 86_400_000 }), fc.integer({ min: -86_400_000, max: -61_000 })))
    .map(([given, ageMs]) => ({
      how: "an old or a future timestamp",
      request: sent(command(given), { atMs: nowMs - ageMs }),
      status: 401,
    })),
  fc.tuple(id, fc.nat()).map(([given, at]) => {
    const body = JSON.stringify(command(given));
    return { how: "truncated JSON, signed", request: sent(body.slice(0, 1 + (at % (body.length - 1)))), status: 400 };
  }),
  fc
    .tuple(id, fc.oneof(fc.integer({ min: 5, max: 1000 }), fc.constant(0), fc.constant(-1), fc.string(), fc.constant(null)))
    .map(([given, type]) => ({ how: "a wrong type", request: sent(command(given, { type })), status: 400 })),
  fc
    .tuple(
      id,
      fc.constantFrom("id", "application_id", "token", "data", "member"),
      fc.oneof(fc.constant(null), fc.constant({}), fc.string(), fc.constant(undefined)),
    )
    .map(([given, field, value]) => ({ how: `a wrong ${field}`, field, value, given }))
    .filter(
      ({ field, value }) => !(typeof value === "string" && (/^\d{1,20}$/.test(value) || (field === "token" && /^[\w.=-]+$/.test(value)))),
    )
    .map(({ how, field, value, given }) => ({ how, request: sent(command(given, { [field]: value })), status: 400 })),
  id.map((given) => ({ how: "an oversized body", request: sent(command(given, { padding: "x".repeat(128 * 1024) })), status: 413 })),
  fc
    .tuple(
      id,
      id.filter((other) => other !== applicationId),
    )
    .map(([given, other]) => ({ how: "another application", request: sent(command(given, { application_id: other })), status: 403 })),
  fc
    .tuple(
      id,
      fc.oneof(fc.string(), fc.constantFrom("v2:yes:0011223344556677", "v1:no", "v1:run:halt", "v1:ask:a b", "V1:YES:0011223344556677")),
    )
    .filter(([, key]) => !/^v1:(yes|no|ask):[\p{L}\p{N}_:=-]{1,80}$/u.test(key))
    .map(([given, key]) => ({
      how: "a button of somebody else",
      request: sent(command(given, { type: 3, data: { custom_id: key, component_type: 2 } })),
      status: 400,
    })),
  fc.constant({ how: "a replay", request: sent(command("42")), status: 401 }),
);

test(`${count} mutated interactions are refused with the right status and without any effect`, { timeout: 240_000 }, async () => {
  const queued: DeferredCommand[] = [];
  const front = {
    publicKey: keys.publicKey,
    applicationId,
    people: parseAllowedPeople({ DISCORD_ALLOWED_USERS: userId }),
    seen: createSeenInteractions(120_000),
    symbols: () => Promise.reject(new Error("nobody asks for symbols here")),
    commandQueue: {
      send: async (deferred: DeferredCommand) => {
        queued.push(deferred);
      },
    },
    logger: recordingLogger(),
    nowMs: () => nowMs,
  };
  const first = await answerInteraction(sent(command("42")), front);
  const refusedBy = new Map<string, number>();

  await fc.assert(
    fc.asyncProperty(spoilt, async ({ how, request, status }) => {
      const answer = await answerInteraction(request, front);
      expect(answer.statusCode, how).toBe(status);
      expect(Object.keys(JSON.parse(answer.body))).toEqual(["error"]);
      refusedBy.set(how, (refusedBy.get(how) ?? 0) + 1);
    }),
    { numRuns: count, seed },
  );

  expect(first.statusCode).toBe(200);
  expect(queued.map(({ askId }) => askId)).toEqual(["discord-42"]);
  expect([...refusedBy.keys()]).toEqual(
    expect.arrayContaining(["a replay", "an oversized body", "another application", "a button of somebody else"]),
  );
  expect(refusedBy.size).toBeGreaterThanOrEqual(17);
});
