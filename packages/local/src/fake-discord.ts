import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { complaintAboutCommands, complaintAboutMessage } from "./discord-limits.ts";
import { type Listening, listenWith } from "./listen.ts";

/** What was written to Discord: an edit of an interaction's first answer, or a message to a webhook. */
export interface DiscordMessage {
  readonly id: string;
  readonly kind: "answer" | "message";
  /** The interaction's token, or the webhook's. */
  readonly token: string;
  readonly receivedAtMs: number;
  readonly content: unknown;
  /** What was attached, in base64. */
  readonly picture?: string;
}

export interface FakeDiscord extends Listening {
  /** What handlers take for Discord's address. */
  readonly apiUrl: string;
  /** A webhook that ends here. */
  readonly webhookUrl: string;
  /** Oldest first. */
  messages(): readonly DiscordMessage[];
}

const kept = 200;
const longestWaitMs = 30_000;
const paths = {
  answer: /^\/api\/v10\/webhooks\/([^/]+)\/([^/]+)\/messages\/@original$/,
  message: /^\/api\/v10\/webhooks\/([^/]+)\/([^/]+)$/,
  commands: /^\/api\/v10\/applications\/(\d+(?:\/guilds\/\d+)?)\/commands$/,
  read: /^\/answers\/([^/]+)$/,
};

/**
 * The part of Discord that answers arrive at, on loopback.
 *
 * `GET /answers/{token}` gives what came for a token, oldest first; with `?waitMs=` it waits for the first.
 */
export async function startFakeDiscord(options: {
  readonly port: number;
  readonly nowMs: () => number;
  readonly onMessage?: (message: DiscordMessage) => void;
}): Promise<FakeDiscord> {
  const received: DiscordMessage[] = [];
  const waiting = new Set<() => void>();
  let count = 0;

  const commands = new Map<string, unknown>();

  function keep(kind: DiscordMessage["kind"], token: string, { content, picture }: Received): DiscordMessage {
    const message = {
      id: String(++count),
      kind,
      token,
      receivedAtMs: options.nowMs(),
      content,
      ...(picture === undefined ? {} : { picture }),
    };
    received.push(message);
    if (received.length > kept) received.shift();
    options.onMessage?.(message);
    for (const wake of waiting) wake();
    return message;
  }

  const ofToken = (token: string) => received.filter((message) => message.token === token);

  async function untilAnswered(token: string, waitMs: number): Promise<readonly DiscordMessage[]> {
    const deadline = performance.now() + waitMs;
    while (ofToken(token).length === 0 && performance.now() < deadline) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, deadline - performance.now());
        waiting.add(wake);
      });
    }
    return ofToken(token);
  }

  type Answer = (status: number, body: unknown) => void;

  /** A message is kept when Discord would take it. */
  async function receive(
    kind: DiscordMessage["kind"],
    token: string,
    request: IncomingMessage,
    answer: Answer,
    isSilent: boolean,
  ): Promise<void> {
    const sent = await contentOf(request);
    const complaint = complaintAboutMessage(sent.content);
    if (complaint !== undefined) return answer(400, { message: `Invalid Form Body: ${complaint}`, code: 50_035 });
    const { id } = keep(kind, token, sent);
    return isSilent ? answer(204, undefined) : answer(200, { id, ...objectOf(sent.content) });
  }

  async function overwriteCommands(place: string, request: IncomingMessage, answer: Answer): Promise<void> {
    if (!/^Bot \S+$/.test(request.headers.authorization ?? "")) return answer(401, { message: "401: Unauthorized", code: 0 });
    if (request.method === "GET") return answer(200, commands.get(place) ?? []);
    const { content } = await contentOf(request);
    const complaint = complaintAboutCommands(content);
    if (complaint !== undefined) return answer(400, { message: `Invalid Form Body: ${complaint}`, code: 50_035 });
    commands.set(place, content);
    return answer(200, content);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://discord");
    const answer: Answer = (status, body) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const parts = (method: string, path: RegExp) => (request.method === method ? path.exec(url.pathname) : null);
    const edited = parts("PATCH", paths.answer)?.[2];
    if (edited !== undefined) return receive("answer", edited, request, answer, false);
    const posted = parts("POST", paths.message)?.[2];
    if (posted !== undefined) return receive("message", posted, request, answer, url.searchParams.get("wait") !== "true");
    const place = (parts("GET", paths.commands) ?? parts("PUT", paths.commands))?.[1];
    if (place !== undefined) return overwriteCommands(place, request, answer);
    const read = parts("GET", paths.read)?.[1];
    if (read === undefined) return answer(404, { message: "404: Not Found", code: 0 });
    const waitMs = Math.min(longestWaitMs, Math.max(0, Number(url.searchParams.get("waitMs") ?? 0)) || 0);
    return answer(200, await untilAnswered(read, waitMs));
  }

  const listening = await listenWith(
    (request, response) => {
      serve(request, response).catch(() => response.destroy());
    },
    options.port,
    "the local stand-in of Discord",
  );
  return {
    ...listening,
    apiUrl: `${listening.url}/api/v10`,
    webhookUrl: `${listening.url}/api/v10/webhooks/1/embedded`,
    messages: () => [...received],
  };
}

interface Received {
  readonly content: unknown;
  readonly picture?: string;
}

async function contentOf(request: IncomingMessage): Promise<Received> {
  const bytes = await buffer(request);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return { content: parsed(bytes.toString("utf8")) };
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const file = form.get("files[0]");
  const picture = file instanceof File ? Buffer.from(await file.arrayBuffer()).toString("base64") : undefined;
  return { content: parsed(String(form.get("payload_json"))), ...(picture === undefined ? {} : { picture }) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const objectOf = (content: unknown): object => (typeof content === "object" && content !== null ? content : {});
