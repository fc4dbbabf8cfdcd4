import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createCommandRegistration, registrationDifference } from "./command-registration.ts";
import { registrationOf } from "./registration.ts";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

let server: Server;
let apiUrl: string;
const requests: Request[] = [];
let answers: { readonly status: number; readonly body: unknown }[] = [];

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const { method = "", url = "", headers } = request;
  requests.push({ method, path: url, authorization: headers.authorization, body: body === "" ? undefined : JSON.parse(body) });
  const { status, body: answer } = answers.shift() ?? { status: 500, body: {} };
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(answer));
}

beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v10`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  requests.length = 0;
});

const waits: number[] = [];
const aRegistration = (guildId?: string) =>
  createCommandRegistration({
    apiUrl,
    botToken: "secret-token",
    applicationId: "99",
    guildId,
    wait: async (spanMs) => {
      waits.push(spanMs);
    },
  });

test("reads and replaces the commands of a server, waiting as long as a rate limit says", async () => {
  const wanted = registrationOf();
  answers = [
    { status: 200, body: [{ id: "1", ...wanted[0], version: "7" }] },
    { status: 429, body: { message: "You are being rate limited.", retry_after: 1.5, global: false } },
    { status: 200, body: wanted },
  ];

  const current = await aRegistration("5").read();
  const written = await aRegistration("5").overwrite(wanted);

  expect(current.ok && current.value.map(({ name }) => name)).toEqual(["status"]);
  expect(written.ok).toBe(true);
  expect(waits).toEqual([1500]);
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /api/v10/applications/99/guilds/5/commands",
    "PUT /api/v10/applications/99/guilds/5/commands",
    "PUT /api/v10/applications/99/guilds/5/commands",
  ]);
  expect(requests[2]).toMatchObject({ authorization: "Bot secret-token", body: wanted });
});

test.each([
  [401, "does not accept the bot token"],
  [403, "applications.commands"],
  [404, "no such application or server"],
  [400, "status 400: Invalid Form Body"],
])("status %i is one sentence without the token", async (status, sentence) => {
  answers = [{ status, body: { message: status === 400 ? "Invalid Form Body" : `${status}`, code: 0 } }];

  const written = await aRegistration().overwrite([]);

  expect(written).toMatchObject({ ok: false, failure: expect.stringContaining(sentence) });
  expect(JSON.stringify(written)).not.toContain("secret-token");
  expect(requests[0]?.path).toBe("/api/v10/applications/99/commands");
});

test("the difference names what is new, changed and gone, and nothing when there is none", async () => {
  const wanted = registrationOf();
  const asDiscordHasIt = wanted.map((command, index) => ({ id: String(index), nsfw: false, ...command }));
  answers = [
    { status: 200, body: asDiscordHasIt },
    {
      status: 200,
      body: [
        { ...asDiscordHasIt[0], description: "Something else" },
        { type: 1, name: "old", description: "A command of the past" },
      ],
    },
  ];

  const same = await aRegistration().read();
  const other = await aRegistration().read();

  expect(same.ok && registrationDifference(same.value, wanted)).toEqual([]);
  const lines = other.ok ? registrationDifference(other.value, wanted) : [];
  expect(lines).toEqual(expect.arrayContaining(["~ /status: description", "- /old A command of the past"]));
  expect(lines.filter((line) => line.startsWith("+ /"))).toHaveLength(wanted.length - 1);
});
