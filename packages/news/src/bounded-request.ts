import { failed, type Result, succeeded } from "@winiswin/domain/result";

export interface BoundedRequest {
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the whole exchange, the last byte included. */
  readonly timeoutMs: number;
  readonly largestBytes: number;
}

/**
 * The text of an answer, or one sentence why there is none: never longer than the time-out, never more bytes than asked for.
 *
 * The sentence names the host alone: an address may carry a key, and an answer may carry anything.
 */
export async function requestText(request: BoundedRequest): Promise<Result<string, string>> {
  const { url, method = "GET", headers = {}, body, timeoutMs, largestBytes } = request;
  const host = hostOf(url);
  const timeout = AbortSignal.timeout(Math.max(1, Math.floor(timeoutMs)));
  try {
    const answer = await fetch(url, { method, headers, signal: timeout, ...(body === undefined ? {} : { body }) });
    if (!answer.ok) {
      await answer.body?.cancel();
      return failed(`${host} answered with status ${answer.status}`);
    }
    if (answer.body === null) return succeeded("");
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of answer.body) {
      bytes += part.byteLength;
      // Leaving the loop cancels the rest.
      if (bytes > largestBytes) return failed(`${host} answered with more than ${largestBytes} bytes`);
      parts.push(part);
    }
    return succeeded(new TextDecoder().decode(Buffer.concat(parts)));
  } catch (error) {
    if (timeout.aborted) return failed(`${host} did not answer within ${(timeoutMs / 1000).toFixed(1)} s`);
    return failed(`${host} could not be reached (${causeOf(error)})`);
  }
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "the address";
  }
}

/** The code of the operating system where there is one: the message of a failed request may quote its address. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return error instanceof Error ? error.name : "unknown";
}
