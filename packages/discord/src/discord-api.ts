import type { Logger } from "@winiswin/application/ports/logger";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { pictureName } from "./render-embed.ts";

/**
 * Why a message did not arrive. `gone`: the token or webhook no longer exists (404). `refused`: Discord does not accept it, and would not
 * accept it again. `later`: an outage or a rate limit, worth another try later.
 */
export interface DeliveryFailure {
  readonly kind: "gone" | "refused" | "later";
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  /** One sentence without any token or address. */
  readonly reason: string;
}

export type Delivery = Promise<Result<void, DeliveryFailure>>;

/** The two things that are sent to Discord; neither ever throws because of Discord. */
export interface DiscordApi {
  /** Replaces the answer of a deferred interaction; its token lives fifteen minutes. A picture is attached as `picture.png`. */
  editOriginal(applicationId: string, interactionToken: string, message: unknown, picture?: Uint8Array): Delivery;
  /** Posts to a webhook; at least once, because a lost alert is worse than one that comes twice. */
  post(webhookUrl: string, message: unknown): Delivery;
}

export interface DiscordApiSettings {
  /** `https://discord.com/api/v10`, or a local one. */
  readonly apiUrl: string;
  readonly logger: Logger;
  readonly timeoutMs?: number;
  readonly attempts?: number;
  /** A longer wait that Discord asks for is left to a later delivery. */
  readonly longestWaitMs?: number;
  readonly wait?: (spanMs: number) => Promise<void>;
}

type Attempt = { readonly ok: true } | { readonly ok: false; readonly failure: DeliveryFailure; readonly retryAfterMs: number | undefined };

/** Honours rate limits within bounds and repeats after outages; with the defaults it is over within 20 s. */
export function createDiscordApi(settings: DiscordApiSettings): DiscordApi {
  const { logger, timeoutMs = 4000, attempts = 3, longestWaitMs = 4000 } = settings;
  const wait = settings.wait ?? ((spanMs) => new Promise((resolve) => setTimeout(resolve, spanMs)));
  const apiUrl = settings.apiUrl.replace(/\/+$/, "");

  async function deliver(what: string, method: "PATCH" | "POST", url: string, message: unknown, picture?: Uint8Array): Delivery {
    for (let attempt = 1; ; attempt++) {
      const result = await attemptOnce(method, url, contentOf(message, picture), timeoutMs, 500 * 2 ** (attempt - 1));
      if (result.ok) return succeeded(undefined);
      const { failure, retryAfterMs } = result;
      logger.warn("Discord did not take a message", { what, attempt, kind: failure.kind, status: failure.status, reason: failure.reason });
      if (retryAfterMs === undefined || retryAfterMs > longestWaitMs || attempt >= attempts) return failed(failure);
      await wait(retryAfterMs);
    }
  }

  return {
    editOriginal: (applicationId, interactionToken, message, picture) =>
      deliver(
        "answer",
        "PATCH",
        `${apiUrl}/webhooks/${encodeURIComponent(applicationId)}/${encodeURIComponent(interactionToken)}/messages/@original`,
        message,
        picture,
      ),
    post: (webhookUrl, message) => deliver("notification", "POST", webhookUrl, message),
  };
}

type Content = Pick<RequestInit, "body" | "headers">;

/** JSON alone, or as one part of a form beside the picture; a form states its own content type, with its boundary. */
function contentOf(message: unknown, picture: Uint8Array | undefined): Content {
  if (picture === undefined) return { headers: { "content-type": "application/json" }, body: JSON.stringify(message) };
  const form = new FormData();
  form.set("payload_json", JSON.stringify(message));
  form.set("files[0]", new Blob([new Uint8Array(picture)], { type: "image/png" }), pictureName);
  return { body: form };
}

async function attemptOnce(method: string, url: string, content: Content, timeoutMs: number, backoffMs: number): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method,
      ...content,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = (await response.text()).slice(0, 2000);
    if (response.ok) return { ok: true };
    return answered(response.status, body, response.headers.get("retry-after"), backoffMs);
  } catch (error) {
    // The error of a malformed or redirected address quotes it, and the address holds the token.
    const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
    const isMalformed = error instanceof TypeError && !URL.canParse(url);
    if (isMalformed) return refusal("refused", undefined, "the address is malformed", undefined);
    return refusal("later", undefined, isTimeout ? `no answer within ${timeoutMs} ms` : "the connection failed", backoffMs);
  }
}

function answered(status: number, body: string, retryAfter: string | null, backoffMs: number): Attempt {
  const stated = parsedBody(body);
  const detail = typeof stated.message === "string" ? `: ${stated.message.slice(0, 200)}` : "";
  if (status === 404) return refusal("gone", status, `the token or webhook is unknown${detail}`, undefined);
  if (status === 429) {
    const seconds = Number(stated.retry_after ?? retryAfter ?? Number.NaN);
    return refusal("later", status, `rate limited${detail}`, Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : 1000);
  }
  return status >= 500
    ? refusal("later", status, `status ${status}${detail}`, backoffMs)
    : refusal("refused", status, `status ${status}${detail}`, undefined);
}

const refusal = (kind: DeliveryFailure["kind"], status: number | undefined, reason: string, retryAfterMs: number | undefined): Attempt => ({
  ok: false,
  failure: { kind, status, reason },
  retryAfterMs,
});

function parsedBody(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
