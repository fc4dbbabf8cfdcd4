import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import { brokenLimits } from "./message-limits.ts";

/** What the next request meets instead of an answer; `silence` never answers, `disconnect` closes the connection. */
export type DiscordFault =
  | { readonly kind: "status"; readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: "silence" }
  | { readonly kind: "disconnect" };

/** Discord's HTTP side on loopback: it keeps answers and posts, and refuses what Discord would refuse. */
export interface DiscordServer {
  readonly apiUrl: string;
  readonly webhookUrl: string;
  /** Every request in order, as "PATCH /webhooks/...". */
  readonly requests: readonly string[];
  /** What was posted to the webhook. */
  readonly posts: readonly unknown[];
  /** The message that an interaction's answer shows now; undefined before the first edit. */
  answerOf(interactionToken: string): unknown;
  /** What was attached to it. */
  pictureOf(interactionToken: string): Uint8Array | undefined;
  /** Each fault is met once, in order. */
  failNext(...faults: readonly DiscordFault[]): void;
  close(): Promise<void>;
}

const messageSchema = z.looseObject({
  content: z.string().nullish(),
  embeds: z
    .array(
      z.looseObject({
        title: z.string().optional(),
        description: z.string().optional(),
        fields: z.array(z.object({ name: z.string(), value: z.string(), inline: z.boolean().optional() })).optional(),
        footer: z.object({ text: z.string() }).optional(),
      }),
    )
    .nullish(),
  components: z.array(z.looseObject({ components: z.array(z.looseObject({ label: z.string(), custom_id: z.string() })) })).nullish(),
});

const originalPath = /^\/webhooks\/\d+\/([\w.=-]+)\/messages\/@original$/;
const webhookPath = "/webhooks/1/local";

/** Listens on 127.0.0.1; port 0 takes a free one. An edited answer can be read back with GET, as from Discord. */
export async function startDiscordServer({ port = 0 }: { port?: number } = {}): Promise<DiscordServer> {
  const requests: string[] = [];
  const posts: unknown[] = [];
  const answers = new Map<string, unknown>();
  const pictures = new Map<string, Uint8Array>();
  const faults: DiscordFault[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { body, picture } = await contentOf(request);
    const path = (request.url ?? "").split("?")[0] ?? "";
    requests.push(`${request.method} ${path}`);
    const fault = request.method === "GET" ? undefined : faults.shift();
    if (fault?.kind === "silence") return;
    if (fault?.kind === "disconnect") {
      request.socket.destroy();
      return;
    }
    if (fault !== undefined) return send(response, fault.status, fault.body ?? {}, fault.headers);
    const token = originalPath.exec(path)?.[1];
    if (request.method === "GET" && token !== undefined && answers.has(token)) return send(response, 200, answers.get(token));
    if ((request.method !== "PATCH" || token === undefined) && (request.method !== "POST" || path !== webhookPath))
      return send(response, 404, { message: "Unknown Webhook", code: 10015 });
    const message = messageOf(body);
    if (typeof message === "string") return send(response, 400, { message: `Invalid Form Body: ${message}`, code: 50035 });
    if (token === undefined) {
      posts.push(message);
      return send(response, 204, undefined);
    }
    answers.set(token, message);
    if (picture !== undefined) pictures.set(token, picture);
    return send(response, 200, message);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => request.socket.destroy());
  });
  await listening(server, port);
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    apiUrl,
    webhookUrl: `${apiUrl}${webhookPath}`,
    requests,
    posts,
    answerOf: (interactionToken) => answers.get(interactionToken),
    pictureOf: (interactionToken) => pictures.get(interactionToken),
    failNext: (...given) => {
      faults.push(...given);
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** The message, or why Discord would not take it. */
function messageOf(body: string): Record<string, unknown> | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return "not JSON";
  }
  const parsed = messageSchema.safeParse(json);
  if (!parsed.success) return z.prettifyError(parsed.error);
  // Discord ignores an absent field and refuses a wrong one; lengths are what a message really breaks.
  const embeds = (parsed.data.embeds ?? []).map(({ title = "", description = "", fields = [], footer = { text: "" } }) => ({
    title,
    description,
    footer,
    fields: fields.map(({ name, value }) => ({ name, value })),
  }));
  const [broken] = brokenLimits({ content: parsed.data.content ?? "", embeds, components: parsed.data.components ?? [] });
  return broken ?? parsed.data;
}

async function contentOf(request: IncomingMessage): Promise<{ readonly body: string; readonly picture: Uint8Array | undefined }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return { body: bytes.toString("utf8"), picture: undefined };
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const file = form.get("files[0]");
  return { body: String(form.get("payload_json")), picture: file instanceof File ? new Uint8Array(await file.arrayBuffer()) : undefined };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
