import { type Clock, sleepFor } from "@winiswin/application/ports/clock";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { Logger } from "@winiswin/application/ports/logger";
import type { RejectionMeaning } from "@winiswin/application/ports/order-gateway";
import { type Ban, banEndMs } from "./ban.ts";
import type { ErrorRow } from "./error-table.ts";
import { classify, sentenceFor } from "./errors.ts";
import { type Closed, createExchangeGate, type ExchangeGate } from "./exchange-gate.ts";
import { describeAnswer, describeFailure, type Failure } from "./failure.ts";
import type { Purpose } from "./front-door.ts";
import { createRedaction } from "./redaction.ts";
import { requestWeight } from "./request-weight.ts";
import { createSdkClients, type SdkOptions, timingTimeoutMs } from "./sdk.ts";

/** Strings only: a number could reach the wire as 1e-7 and an absent value as "undefined". */
export type RequestParameters = Readonly<Record<string, string>>;

export interface RestClientOptions extends SdkOptions {
  readonly clock: Clock;
  /** Everything that sends from the same address passes one gate; by default each client has its own. */
  readonly gate?: ExchangeGate;
  /** Of the client's own gate. */
  readonly ban?: Ban;
  /** Of reads that do not say what they are for. */
  readonly purpose?: Purpose;
  /** Where the host tells its time; by default where the futures host does. */
  readonly timeEndpoint?: string;
  readonly logger?: Logger;
}

/** What became of a write; `row` is the name of the row of the error table. */
export type WriteAnswer =
  | { readonly answer: "done"; readonly body: unknown }
  | { readonly answer: "alreadySo" }
  | {
      readonly answer: "rejected";
      readonly row: string;
      readonly code: number | undefined;
      readonly reason: string;
      readonly meaning: RejectionMeaning;
    }
  | { readonly answer: "unknown"; readonly reason: string };

/** The SDK with its pitfalls closed: short timeouts, errors with their status, exact ids, the given clock, nothing secret in an error. */
export interface RestClient {
  /** GET, signed when there are credentials, tried up to three times; throws ExchangeError (retryable, fatal or banned). */
  read(endpoint: string, parameters?: RequestParameters, purpose?: Purpose): Promise<unknown>;
  /** The same without a signature, for market data. */
  readPublic(endpoint: string, parameters?: RequestParameters, purpose?: Purpose): Promise<unknown>;
  /** Signed and sent once; a request refused for its timestamp was not executed and is sent a second time with the right one. */
  write(method: "POST" | "DELETE", endpoint: string, parameters: RequestParameters, purpose: Purpose): Promise<WriteAnswer>;
  /** The request weight that the exchange reported in the clock's current minute; undefined when it reported none. */
  usedWeight(): number | undefined;
}

const readAttempts = 3;
const firstBackoffMs = 200;
/** A read that hangs is not asked again: three patiences in a row would use up the time in which a position can be protected. */
const longestAskingMs = 6_000;
/** How long a read waits altogether for an exchange that is left alone: the first rest, and not the longer ones, within a function's time. */
const longestRestMs = 8_000;

type Method = "publicGet" | "time" | "GET" | "POST" | "DELETE";

interface Refused {
  readonly ok: false;
  readonly failure: Failure;
  readonly row: ErrorRow;
  readonly retryAtMs: number | undefined;
  readonly reason: string;
}

interface NotSent {
  readonly ok: false;
  readonly closed: Closed;
}

type Attempt = { readonly ok: true; readonly body: unknown } | Refused | NotSent;

export function createRestClient(options: RestClientOptions): RestClient {
  const { clock, credentials, logger, purpose: usualPurpose = "protection", timeEndpoint = "fapi/v1/time" } = options;
  const gate =
    options.gate ??
    createExchangeGate({ clock, ...(options.ban === undefined ? {} : { ban: options.ban }), ...(logger === undefined ? {} : { logger }) });
  const { host } = new URL(options.baseUrl);
  let reported: { readonly used: number; readonly atMs: number } | undefined;
  const onUsedWeight = (used: number) => {
    reported = { used, atMs: clock.nowMs() };
  };
  const { reading, timing, writing } = createSdkClients({ ...options, onUsedWeight });
  const redact = createRedaction(credentials === undefined ? [] : [credentials.apiKey, credentials.apiSecret]);

  const { readTimeoutMs, writeTimeoutMs } = options;
  const timeouts: Readonly<Record<Method, number>> = {
    publicGet: readTimeoutMs,
    time: timingTimeoutMs(options),
    GET: readTimeoutMs,
    POST: writeTimeoutMs,
    DELETE: writeTimeoutMs,
  };

  function send(method: Method, endpoint: string, parameters: RequestParameters | undefined): Promise<unknown> {
    if (method === "publicGet") return reading.get(endpoint, parameters);
    if (method === "time") return timing.get(endpoint);
    const sdk = method === "GET" ? reading : writing;
    // The SDK stamps Date.now() plus this offset before its call returns, so the request carries the given clock's time.
    sdk.setTimeOffset(Math.round(clock.nowMs() + gate.clockOffset.currentMs()) - Date.now());
    if (method === "GET") return sdk.getPrivate(endpoint, parameters);
    return method === "POST" ? sdk.postPrivate(endpoint, parameters) : sdk.deletePrivate(endpoint, parameters);
  }

  /** The SDK's timeout counts the time in which nothing comes: an answer that comes byte by byte would be waited for without end. */
  async function answerOf(method: Method, endpoint: string, parameters: RequestParameters | undefined): Promise<unknown> {
    const patienceMs = 2 * timeouts[method];
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(Object.assign(new Error("the answer did not end"), { code: "ETIMEDOUT" })), patienceMs);
    });
    try {
      return await Promise.race([send(method, endpoint, parameters), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function attempt(method: Method, endpoint: string, parameters: RequestParameters | undefined, purpose: Purpose): Promise<Attempt> {
    const weight = requestWeight(method === "publicGet" || method === "time" ? "GET" : method, endpoint, parameters);
    const admission = await gate.admit(weight, purpose);
    if (typeof admission === "object") return { ok: false, closed: admission };
    const sentAtMs = clock.nowMs();
    const failure = await answerOf(method, endpoint, parameters).then(
      (body) => (isSuccess(body) ? { body } : describeAnswer(200, body)),
      (thrown: unknown) => describeFailure(thrown),
    );
    // Not every answer states it, and an old statement is none: the count begins anew each minute.
    const usedWeight = reported !== undefined && reported.atMs >= sentAtMs ? reported.used : undefined;
    if ("body" in failure) {
      gate.answered(sentAtMs, usedWeight);
      if (admission === "asProbe") await gate.letIn();
      return { ok: true, body: failure.body };
    }
    const row = classify(failure);
    if (row.ill === true) gate.failed();
    else gate.answered(sentAtMs, usedWeight);
    const sentence = sentenceFor(row, { ...failure, message: redact(failure.message) }, host);
    const retryAtMs = await keepSilence(failure, row, purpose, sentence);
    // A code is the exchange's own word: whoever says that has let the request in.
    if (admission === "asProbe" && retryAtMs === undefined && failure.code !== undefined && row.ill !== true) await gate.letIn();
    const sent = row.door === undefined ? "nothing is sent" : "nothing but stops and closes is sent, and few of them,";
    const silence = retryAtMs === undefined ? "" : `; ${sent} until ${new Date(retryAtMs).toISOString()}`;
    return { ok: false, failure, row, retryAtMs, reason: `${sentence}${silence}` };
  }

  /** Until when, for a failure that asks for it. */
  async function keepSilence(failure: Failure, row: ErrorRow, purpose: Purpose, sentence: string): Promise<number | undefined> {
    if (row.door !== undefined) return gate.turnedAway(row.door, purpose, sentence);
    if (row.read !== "banned") return undefined;
    const untilMs = banEndMs(failure, row, clock.nowMs(), gate.clockOffset.currentMs());
    await gate.banned(untilMs, sentence);
    return untilMs;
  }

  /** Once more with a measured clock when the timestamp was refused: the exchange did nothing with the first one, so that is safe even for an order. */
  async function attemptOnTime(
    method: Method,
    endpoint: string,
    parameters: RequestParameters | undefined,
    purpose: Purpose,
  ): Promise<Attempt> {
    // Before a read only: a stop must not wait for a question about the time.
    if (method === "GET") await gate.clockOffset.refresh(askServerTime);
    const first = await attempt(method, endpoint, parameters, purpose);
    if (first.ok || "closed" in first || first.row.name !== "clockSkew") return first;
    await gate.clockOffset.measure(askServerTime);
    return attempt(method, endpoint, parameters, purpose);
  }

  async function askServerTime(): Promise<number | undefined> {
    const answer = await attempt("time", timeEndpoint, undefined, "protection");
    const serverTimeMs = answer.ok ? Number((answer.body as { serverTime?: unknown }).serverTime) : Number.NaN;
    return Number.isFinite(serverTimeMs) ? serverTimeMs : undefined;
  }

  function notSent({ why, untilMs }: Closed): ExchangeError {
    const until = new Date(untilMs).toISOString();
    const sentences = {
      banned: `not sent: ${host} asked for silence until ${until}`,
      firewall: `not sent: the web firewall in front of ${host} refused a request, so until ${until} only stops and closes are tried, and few`,
      region: `not sent: ${host} serves no requests from this region (HTTP 451) and is not asked again until ${until}, but for stops and closes`,
      spent: `not sent: what may be asked of ${host} in a minute is used up until ${until}`,
      resting: `not sent: ${host} keeps failing and is left alone until ${until}`,
    };
    if (why === "region") return new ExchangeError("fatal", sentences.region, { code: 451, retryAtMs: untilMs });
    return new ExchangeError(why === "banned" || why === "firewall" ? "banned" : "retryable", sentences[why], { retryAtMs: untilMs });
  }

  async function readWith(
    method: "publicGet" | "GET",
    endpoint: string,
    parameters: RequestParameters | undefined,
    purpose: Purpose,
  ): Promise<unknown> {
    let restEndsMs: number | undefined;
    const begunAtMs = clock.nowMs();
    for (let tries = 1; ; ) {
      const result = await attemptOnTime(method, endpoint, parameters, purpose);
      if (result.ok) return result.body;
      if ("closed" in result) {
        restEndsMs ??= clock.nowMs() + longestRestMs;
        if (result.closed.why !== "resting" || result.closed.untilMs > restEndsMs) throw notSent(result.closed);
        await clock.sleepUntil(result.closed.untilMs);
        continue;
      }
      const isLast = tries === readAttempts || clock.nowMs() - begunAtMs > longestAskingMs;
      if (result.row.read !== "retryable" || isLast) throw asExchangeError(endpoint, result);
      logger?.warn("reading from the exchange again", { endpoint, tries, failure: result.row.name, code: result.failure.code });
      await sleepFor(clock, firstBackoffMs * 2 ** (tries - 1));
      tries += 1;
    }
  }

  return {
    read: (endpoint, parameters, purpose = usualPurpose) =>
      readWith(credentials === undefined ? "publicGet" : "GET", endpoint, parameters, purpose),
    readPublic: (endpoint, parameters, purpose = usualPurpose) => readWith("publicGet", endpoint, parameters, purpose),

    async write(method, endpoint, parameters, purpose) {
      const result = await attemptOnTime(method, endpoint, parameters, purpose);
      if (result.ok) return { answer: "done", body: result.body };
      if ("closed" in result) {
        const { message, code, kind } = notSent(result.closed);
        return { answer: "rejected", row: "silent", code, reason: message, meaning: kind === "fatal" ? "other" : "busy" };
      }
      const { row, failure, reason } = result;
      if (row.write === "alreadySo") return { answer: "alreadySo" };
      if (row.write === "unknown") return { answer: "unknown", reason };
      return { answer: "rejected", row: row.name, code: failure.code ?? failure.status, reason, meaning: row.write };
    },

    usedWeight: () => gate.usedWeight(),
  };
}

/** A 200 may still carry an error code, also as a text, or be no JSON at all. */
const isSuccess = (body: unknown): boolean =>
  typeof body === "object" && body !== null && !("code" in body && body.code !== null && Number(body.code) < 0);

function asExchangeError(endpoint: string, { row, failure, reason, retryAtMs }: Refused): ExchangeError {
  const code = failure.code ?? failure.status;
  return new ExchangeError(row.read, `${endpoint}: ${reason}`, {
    ...(code === undefined ? {} : { code }),
    ...(retryAtMs === undefined ? {} : { retryAtMs }),
  });
}
