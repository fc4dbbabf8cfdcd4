import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DiscordServer, startDiscordServer } from "../test/discord-server.ts";
import { createDiscordApi } from "./discord-api.ts";

const token = "aW50ZXJhY3Rpb246c2VjcmV0";
const message = { embeds: [{ title: "Status", description: "Alive." }] };

let discord: DiscordServer;
let waits: number[];
let logger: ReturnType<typeof recordingLogger>;

beforeAll(async () => {
  discord = await startDiscordServer();
});
afterAll(() => discord.close());
beforeEach(() => {
  waits = [];
  logger = recordingLogger();
});

const anApi = (over: { timeoutMs?: number; apiUrl?: string } = {}) =>
  createDiscordApi({
    apiUrl: discord.apiUrl,
    logger,
    wait: async (spanMs) => {
      waits.push(spanMs);
    },
    ...over,
  });

const requestsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = discord.requests.length;
  await work();
  return discord.requests.length - before;
};

describe("an answer", () => {
  test("replaces the original message", async () => {
    const delivered = await anApi().editOriginal("999", token, message);

    expect(delivered).toEqual({ ok: true, value: undefined });
    expect(discord.answerOf(token)).toEqual(message);
    expect(discord.requests.at(-1)).toBe(`PATCH /webhooks/999/${token}/messages/@original`);
  });

  test("waits as long as a rate limit says and is sent again", async () => {
    discord.failNext({ kind: "status", status: 429, body: { message: "You are being rate limited.", retry_after: 0.65 } });

    const delivered = await anApi().editOriginal("999", token, message);

    expect(delivered.ok).toBe(true);
    expect(waits).toEqual([650]);
  });

  test("reads the wait from the header when the body says nothing", async () => {
    discord.failNext({ kind: "status", status: 429, headers: { "retry-after": "2" } });

    await anApi().editOriginal("999", token, message);

    expect(waits).toEqual([2000]);
  });

  test("is left to a later delivery when the rate limit lasts too long", async () => {
    discord.failNext({ kind: "status", status: 429, body: { retry_after: 60 } });

    const delivered = await anApi().editOriginal("999", token, message);

    expect(delivered).toMatchObject({ ok: false, failure: { kind: "later", status: 429 } });
    expect(waits).toEqual([]);
  });

  test("is not repeated after 404", async () => {
    discord.failNext({ kind: "status", status: 404, body: { message: "Unknown Webhook", code: 10015 } });

    const sent = await requestsOf(async () => {
      expect(await anApi().editOriginal("999", token, message)).toMatchObject({ ok: false, failure: { kind: "gone", status: 404 } });
    });

    expect(sent).toBe(1);
  });

  test.each([400, 401, 403])("is not repeated after %i", async (status) => {
    discord.failNext({ kind: "status", status, body: { message: "no" } });

    const sent = await requestsOf(async () => {
      expect(await anApi().editOriginal("999", token, message)).toMatchObject({ ok: false, failure: { kind: "refused", status } });
    });

    expect(sent).toBe(1);
  });

  test("survives one outage of each kind", async () => {
    for (const fault of [{ kind: "status", status: 500 }, { kind: "silence" }, { kind: "disconnect" }] as const) {
      discord.failNext(fault);
      const delivered = await anApi({ timeoutMs: 200 }).editOriginal("999", token, message);
      expect(delivered.ok).toBe(true);
    }
  });

  test("is given up after three attempts", async () => {
    discord.failNext({ kind: "status", status: 502 }, { kind: "status", status: 503 }, { kind: "status", status: 500 });

    const sent = await requestsOf(async () => {
      expect(await anApi().editOriginal("999", token, message)).toMatchObject({ ok: false, failure: { kind: "later", status: 500 } });
    });

    expect(sent).toBe(3);
    expect(waits).toEqual([500, 1000]);
  });

  test("that Discord would refuse is refused here too", async () => {
    const tooLong = { embeds: [{ title: "x".repeat(257) }] };

    expect(await anApi().editOriginal("999", token, tooLong)).toMatchObject({ ok: false, failure: { kind: "refused", status: 400 } });
  });
});

describe("a notification", () => {
  test("is posted to the webhook", async () => {
    expect((await anApi().post(discord.webhookUrl, message)).ok).toBe(true);
    expect(discord.posts.at(-1)).toEqual(message);
  });

  test("fails with a sentence when the webhook is no address or nobody listens", async () => {
    expect(await anApi().post("not an address", message)).toMatchObject({
      ok: false,
      failure: { kind: "refused", reason: "the address is malformed" },
    });
    expect(await anApi().post("http://127.0.0.1:1/webhooks/1/secretsecret", message)).toMatchObject({
      ok: false,
      failure: { kind: "later" },
    });
  });
});

test("no token is ever logged or part of a reason", async () => {
  const secret = "s3cr3t-t0k3n";
  const failures: unknown[] = [];
  discord.failNext(
    { kind: "status", status: 404 },
    { kind: "status", status: 302, headers: { location: `${discord.apiUrl}/x/${secret}` } },
  );
  failures.push(await anApi().editOriginal("999", secret, message));
  failures.push(await anApi().post(`${discord.apiUrl}/webhooks/1/${secret}`, message));
  failures.push(await anApi().post(`http://127.0.0.1:1/${secret}`, message));
  failures.push(await anApi().post(`nonsense ${secret}`, message));

  expect(failures).toHaveLength(4);
  expect(failures.every((failure) => (failure as { ok: boolean }).ok === false)).toBe(true);
  expect(JSON.stringify([failures, logger.lines])).not.toContain(secret);
});
