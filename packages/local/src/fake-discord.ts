import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type Listening, listenWith } from "./listen.ts";

/** What was written to Discord: an edit of an interaction's first answer, or a message to a webhook. */
export interface DiscordMessage {
  readonly id: string;
  readonly kind: "answer" | "message";
  /** The interaction's token, or the webhook's. */
  readonly token: string;
  readonly receivedAtMs: number;
  readonly content: unknown;
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

  function keep(kind: DiscordMessage["kind"], token: string, content: unknown): DiscordMessage {
    const message = { id: String(++count), kind, token, receivedAtMs: options.nowMs(), content };
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

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://discord");
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const edited = paths.answer.exec(url.pathname);
    if (request.method === "PATCH" && edited?.[2] !== undefined) {
      const content = await contentOf(request);
      return answer(200, { id: keep("answer", edited[2], content).id, ...objectOf(content) });
    }
    const posted = paths.message.exec(url.pathname);
    if (request.method === "POST" && posted?.[2] !== undefined) {
      const content = await contentOf(request);
      const { id } = keep("message", posted[2], content);
      return url.searchParams.get("wait") === "true" ? answer(200, { id, ...objectOf(content) }) : answer(204, undefined);
    }
    const read = paths.read.exec(url.pathname);
    if (request.method === "GET" && read?.[1] !== undefined) {
      const waitMs = Math.min(longestWaitMs, Math.max(0, Number(url.searchParams.get("waitMs") ?? 0)) || 0);
      return answer(200, await untilAnswered(read[1], waitMs));
    }
    return answer(404, { message: "404: Not Found", code: 0 });
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

async function contentOf(request: IncomingMessage): Promise<unknown> {
  const body = await text(request);
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const objectOf = (content: unknown): object => (typeof content === "object" && content !== null ? content : {});
