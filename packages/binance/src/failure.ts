/** What is known about a request that did not get the answer it hoped for, before anybody judges it; free of everything secret but the text. */
export interface Failure {
  /** The HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** The exchange's own code, -1021 ...; undefined when the answer had none. */
  readonly code: number | undefined;
  /** The exchange's words, the title of an HTML page, or what the transport said. */
  readonly message: string;
  /** ECONNREFUSED ... when the transport failed. */
  readonly systemCode: string | undefined;
  readonly retryAfterSeconds: number | undefined;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/**
 * Reads whatever the SDK threw: an AxiosError (it has `response` when an answer came), the bare response of a 2xx that is not 200, a string
 * when the request was never built, or any other error.
 */
export function describeFailure(thrown: unknown): Failure {
  const response = member(thrown, "response") ?? (typeof member(thrown, "status") === "number" ? thrown : undefined);
  if (typeof member(response, "status") === "number") {
    return describeAnswer(Number(member(response, "status")), member(response, "data"), member(member(response, "headers"), "retry-after"));
  }
  const message = typeof thrown === "string" ? thrown : member(thrown, "message");
  const systemCode = member(thrown, "code") ?? member(member(thrown, "cause"), "code");
  return {
    status: undefined,
    code: undefined,
    message: typeof message === "string" ? message : "",
    systemCode: typeof systemCode === "string" ? systemCode : undefined,
    retryAfterSeconds: undefined,
  };
}

/** Reads an answer that is no success: `{code, msg}`, an HTML page, or garbage. */
export function describeAnswer(status: number, body: unknown, retryAfter?: unknown): Failure {
  const code = Number(member(body, "code") ?? Number.NaN);
  const message = member(body, "msg");
  const seconds = Number(retryAfter ?? Number.NaN);
  return {
    status,
    // 451 comes with code 0, which names nothing.
    code: Number.isInteger(code) && code < 0 ? code : undefined,
    message: typeof message === "string" ? message : titleOf(body),
    systemCode: undefined,
    retryAfterSeconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
  };
}

function titleOf(body: unknown): string {
  if (typeof body !== "string") return "";
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1]?.trim();
  return title === undefined ? "" : title.slice(0, 120);
}
