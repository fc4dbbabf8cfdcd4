/** What the followed exchange answered, as it came. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Limits and waiting times that the caller must know: x-mbx-* and retry-after. */
  readonly headers: Readonly<Record<string, string>>;
}

/** No answer at all: the reason is a system's code or "no answer within N s". */
export class UpstreamSilent extends Error {
  readonly timedOut: boolean;

  constructor(reason: string, timedOut: boolean) {
    super(reason);
    this.timedOut = timedOut;
  }
}

/** An answer that is no success where one was needed. */
export class UpstreamRefusal extends Error {
  readonly answer: UpstreamAnswer;

  constructor(path: string, answer: UpstreamAnswer) {
    super(`HTTP ${answer.status} to ${path}`);
    this.answer = answer;
  }
}

const defaultTimeoutMs = 5_000;
const minuteMs = 60_000;
/** Without a word about its end, a ban lasts so long at first, a region or a firewall does not change sooner than this. */
const silentBanMs = 2 * minuteMs;
const closedDoorMs = 5 * minuteMs;
const reusedTooLate = new Set(["ECONNRESET", "UND_ERR_SOCKET", "EPIPE"]);

/** Reads public data of the followed exchange over HTTP; sends no key, ever. */
export class Upstream {
  readonly baseUrl: string;
  readonly host: string;
  private readonly realNow: () => number;
  private used = { minute: 0, weight: 0 };
  private block: { readonly untilMs: number; readonly answer: UpstreamAnswer } | undefined;

  constructor(baseUrl: string, realNow: () => number) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
    this.host = new URL(baseUrl).host;
    this.realNow = realNow;
  }

  /** Weight that this address has used in the current minute, as far as the exchange has told. */
  usedWeight(): number {
    return this.used.minute === Math.floor(this.realNow() / minuteMs) ? this.used.weight : 0;
  }

  /** Until when own requests wait, because the exchange asked for it; 0 when it did not. */
  blockedUntilMs(): number {
    return this.block !== undefined && this.block.untilMs > this.realNow() ? this.block.untilMs : 0;
  }

  /** Any answer, whatever its status; throws UpstreamSilent. `target` is path and query. */
  async pass(target: string, timeoutMs = defaultTimeoutMs): Promise<UpstreamAnswer> {
    try {
      return await this.request(target, timeoutMs);
    } catch (error) {
      // A connection that the other side closed while it was idle says nothing about the exchange.
      if (!(error instanceof UpstreamSilent) || !reusedTooLate.has(error.message)) throw error;
      return this.request(target, timeoutMs);
    }
  }

  /** A successful answer as JSON; throws UpstreamSilent, or UpstreamRefusal, which is repeated without asking while a ban lasts. */
  async json(target: string, timeoutMs = defaultTimeoutMs): Promise<unknown> {
    if (this.block !== undefined && this.blockedUntilMs() > 0) throw new UpstreamRefusal(target, this.block.answer);
    const answer = await this.pass(target, timeoutMs);
    if (answer.status !== 200) throw new UpstreamRefusal(target, answer);
    try {
      return JSON.parse(answer.body);
    } catch {
      throw new UpstreamRefusal(target, answer);
    }
  }

  private async request(target: string, timeoutMs: number): Promise<UpstreamAnswer> {
    let answer: UpstreamAnswer;
    try {
      const response = await fetch(`${this.baseUrl}${target}`, { signal: AbortSignal.timeout(timeoutMs), redirect: "manual" });
      const headers: Record<string, string> = {};
      for (const [name, value] of response.headers) if (name.startsWith("x-mbx-") || name === "retry-after") headers[name] = value;
      answer = {
        status: response.status,
        contentType: response.headers.get("content-type") ?? "application/json",
        body: await response.text(),
        headers,
      };
    } catch (error) {
      throw silenceOf(error, timeoutMs);
    }
    this.remember(answer);
    return answer;
  }

  private remember(answer: UpstreamAnswer): void {
    const nowMs = this.realNow();
    const weight = Number(answer.headers["x-mbx-used-weight-1m"] ?? Number.NaN);
    if (Number.isFinite(weight)) this.used = { minute: Math.floor(nowMs / minuteMs), weight };
    const untilMs = blockOf(answer, nowMs);
    if (untilMs > 0) this.block = { untilMs, answer };
  }
}

/** Until when an answer asks to be left alone; 0 for all others. */
function blockOf({ status, headers, body }: UpstreamAnswer, nowMs: number): number {
  if (status === 451 || status === 403) return nowMs + closedDoorMs;
  if (status !== 429 && status !== 418) return 0;
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  if (seconds > 0) return nowMs + seconds * 1_000;
  if (status === 429) return (Math.floor(nowMs / minuteMs) + 1) * minuteMs;
  const untilMs = Number(/banned until (\d{13})/.exec(body)?.[1] ?? Number.NaN);
  // The end is told in the exchange's time; a clock that is far off must not make it endless.
  return untilMs > nowMs && untilMs < nowMs + 4 * 86_400_000 ? untilMs : nowMs + silentBanMs;
}

/** `fetch failed` says nothing; its cause does. */
function silenceOf(error: unknown, timeoutMs: number): UpstreamSilent {
  if (error instanceof DOMException && error.name === "TimeoutError")
    return new UpstreamSilent(`no answer within ${timeoutMs / 1_000} s`, true);
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  return new UpstreamSilent(
    code ?? (cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error)),
    false,
  );
}
