import type { Logger } from "@winiswin/application/ports/logger";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import * as z from "zod";

/** `refused`: Telegram would never take it (a chat that is gone, a message that cannot be read). `later`: an outage or a rate limit. */
export interface TelegramFailure {
  readonly kind: "refused" | "later";
  readonly reason: string;
}

export interface TelegramApi {
  /** Calls a method of the Bot API; never throws because of Telegram. */
  call(method: string, payload: Readonly<Record<string, unknown>>, photo?: Uint8Array): Promise<Result<void, TelegramFailure>>;
}

export interface TelegramApiSettings {
  /** `https://api.telegram.org`, or a local one. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly logger: Logger;
  readonly timeoutMs?: number;
  readonly attempts?: number;
  /** A longer wait that Telegram asks for is left to a later delivery. */
  readonly longestWaitMs?: number;
  readonly wait?: (spanMs: number) => Promise<void>;
}

const refusal = z.object({
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().nonnegative().optional() }).optional(),
});

/** Honours rate limits within bounds and repeats after outages. */
export function createTelegramApi(settings: TelegramApiSettings): TelegramApi {
  const { logger, timeoutMs = 5000, attempts = 3, longestWaitMs = 4000 } = settings;
  const wait = settings.wait ?? ((spanMs) => new Promise((resolve) => setTimeout(resolve, spanMs)));
  const base = `${settings.apiUrl.replace(/\/+$/, "")}/bot${settings.botToken}`;

  return {
    async call(method, payload, photo) {
      for (let attempt = 1; ; attempt++) {
        const { failure, retryAfterMs } = await attemptOnce(`${base}/${method}`, payload, photo, timeoutMs);
        if (failure === undefined) return succeeded(undefined);
        logger.warn("Telegram did not take a message", { method, attempt, kind: failure.kind, reason: failure.reason });
        const waitMs = retryAfterMs ?? 500 * 2 ** (attempt - 1);
        if (failure.kind === "refused" || waitMs > longestWaitMs || attempt >= attempts) return failed(failure);
        await wait(waitMs);
      }
    },
  };
}

interface Attempt {
  readonly failure: TelegramFailure | undefined;
  readonly retryAfterMs?: number;
}

async function attemptOnce(
  url: string,
  payload: Readonly<Record<string, unknown>>,
  photo: Uint8Array | undefined,
  timeoutMs: number,
): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: "POST",
      ...contentOf(payload, photo),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = (await response.text()).slice(0, 4000);
    return response.ok ? { failure: undefined } : answered(response.status, text);
  } catch (error) {
    // The address holds the token, so the error's own words are not told.
    const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
    return { failure: { kind: "later", reason: isTimeout ? `no answer within ${timeoutMs} ms` : "the connection failed" } };
  }
}

function contentOf(payload: Readonly<Record<string, unknown>>, photo: Uint8Array | undefined): Pick<RequestInit, "body" | "headers"> {
  if (photo === undefined) return { headers: { "content-type": "application/json" }, body: JSON.stringify(payload) };
  const form = new FormData();
  for (const [name, value] of Object.entries(payload)) form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  form.set("photo", new Blob([new Uint8Array(photo)], { type: "image/png" }), "picture.png");
  return { body: form };
}

function answered(status: number, text: string): Attempt {
  const stated = refusal.safeParse(parsed(text));
  const description = (stated.success ? stated.data.description : undefined) ?? "";
  // Somebody asked twice and the answer is the same: it is there already.
  if (status === 400 && description.includes("message is not modified")) return { failure: undefined };
  const reason = `status ${status}${description === "" ? "" : `: ${description.slice(0, 200)}`}`;
  if (status === 429) {
    const seconds = (stated.success ? stated.data.parameters?.retry_after : undefined) ?? 1;
    return { failure: { kind: "later", reason }, retryAfterMs: Math.ceil(seconds * 1000) };
  }
  return { failure: { kind: status >= 500 ? "later" : "refused", reason } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
