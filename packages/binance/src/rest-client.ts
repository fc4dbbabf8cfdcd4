import { type Clock, sleepFor } from "@winiswin/application/ports/clock";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { Logger } from "@winiswin/application/ports/logger";
import type { RejectionMeaning } from "@winiswin/application/ports/order-gateway";
import { type Ban, banEndMs } from "./ban.ts";
import type { ErrorRow } from "./error-table.ts";
import { classify, sentenceFor } from "./errors.ts";
import { describeAnswer, describeFailure, type Failure } from "./failure.ts";
import { createRedaction } from "./redaction.ts";
import { createSdkClients, type SdkOptions } from "./sdk.ts";

/** Strings only: a number could reach the wire as 1e-7 and an absent value as "undefined". */
export type RequestParameters = Readonly<Record<string, string>>;

export interface RestClientOptions extends SdkOptions {
  readonly clock: Clock;
  readonly ban: Ban;
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
  read(endpoint: string, parameters?: RequestParameters): Promise<unknown>;
  /** The same without a signature, for market data. */
  readPublic(endpoint: string, parameters?: RequestParameters): Promise<unknown>;
  /** Signed and sent once; a request refused for its timestamp was not executed and is sent a second time with the right one. */
  write(method: "POST" | "DELETE", endpoint: string, parameters: RequestParameters): Promise<WriteAnswer>;
  /** The request weight that the exchange reported in the clock's current minute; undefined when it reported none. */
  usedWeight(): number | undefined;
}

const readAttempts = 3;
const firstBackoffMs = 200;
const minuteMs = 60_000;

type Method = "publicGet" | "GET" | "POST" | "DELETE";

interface Refused {
  readonly ok: false;
  readonly failure: Failure;
  readonly row: ErrorRow;
  readonly retryAtMs: number | undefined;
  readonly reason: string;
}

type Attempt = { readonly ok: true; readonly body: unknown } | Refused;

export function createRestClient(options: RestClientOptions): RestClient {
  const { clock, ban, credentials, logger } = options;
  const { host } = new URL(options.baseUrl);
  const { reading, writing } = createSdkClients(options);
  const redact = createRedaction(credentials === undefined ? [] : [credentials.apiKey, credentials.apiSecret]);
  let offsetMs = 0;
  let offsetMeasurement: Promise<void> | undefined;
  let weight: { readonly minute: number; readonly used: number } | undefined;

  function send(method: Method, endpoint: string, parameters: RequestParameters | undefined): Promise<unknown> {
    if (method === "publicGet") return reading.get(endpoint, parameters);
    const sdk = method === "GET" ? reading : writing;
    // The SDK stamps Date.now() plus this offset before its call returns, so the request carries the given clock's time.
    sdk.setTimeOffset(Math.round(clock.nowMs() + offsetMs) - Date.now());
    if (method === "GET") return sdk.getPrivate(endpoint, parameters);
    return method === "POST" ? sdk.postPrivate(endpoint, parameters) : sdk.deletePrivate(endpoint, parameters);
  }

  async function attempt(method: Method, endpoint: string, parameters: RequestParameters | undefined): Promise<Attempt> {
    const failure = await send(method, endpoint, parameters).then(
      (body) => (isSuccess(body) ? { body } : describeAnswer(200, body)),
      (thrown: unknown) => describeFailure(thrown),
    );
    if ("body" in failure || failure.status !== undefined) noteWeight(method);
    if ("body" in failure) return { ok: true, body: failure.body };
    const row = classify(failure);
    const said = { ...failure, message: redact(failure.message) };
    const retryAtMs = row.read === "banned" ? banEndMs(failure, row, clock.nowMs()) : undefined;
    if (retryAtMs !== undefined) ban.extendTo(retryAtMs);
    const silence = retryAtMs === undefined ? "" : `; nothing is sent until ${new Date(retryAtMs).toISOString()}`;
    return { ok: false, failure, row, retryAtMs, reason: `${sentenceFor(row, said, host)}${silence}` };
  }

  /** Once more with a measured clock when the timestamp was refused: the exchange did nothing with the first one, so that is safe even for an order. */
  async function attemptOnTime(method: Method, endpoint: string, parameters: RequestParameters | undefined): Promise<Attempt> {
    const first = await attempt(method, endpoint, parameters);
    if (first.ok || first.row.name !== "clockSkew") return first;
    offsetMeasurement ??= measureOffset().finally(() => {
      offsetMeasurement = undefined;
    });
    await offsetMeasurement;
    return attempt(method, endpoint, parameters);
  }

  async function measureOffset(): Promise<void> {
    const askedAtMs = clock.nowMs();
    const answer = await attempt("publicGet", "fapi/v1/time", undefined);
    const serverTimeMs = answer.ok ? Number((answer.body as { serverTime?: unknown }).serverTime) : Number.NaN;
    if (!Number.isFinite(serverTimeMs)) return;
    offsetMs = serverTimeMs - (askedAtMs + clock.nowMs()) / 2;
    logger?.warn("our clock differs from the exchange's and is corrected for signed requests", { offsetMs: Math.round(offsetMs) });
  }

  function noteWeight(method: Method): void {
    const sdk = method === "POST" || method === "DELETE" ? writing : reading;
    weight = { minute: Math.floor(clock.nowMs() / minuteMs), used: sdk.getRateLimitStates()["x-mbx-used-weight-1m"] };
  }

  function silenceUntil(): ExchangeError | undefined {
    const untilMs = ban.activeUntilMs();
    if (untilMs === undefined) return undefined;
    const sentence = `not sent: ${host} asked for silence until ${new Date(untilMs).toISOString()}`;
    return new ExchangeError("banned", sentence, { retryAtMs: untilMs });
  }

  async function readWith(method: "publicGet" | "GET", endpoint: string, parameters: RequestParameters | undefined): Promise<unknown> {
    for (let tries = 1; ; tries++) {
      const silence = silenceUntil();
      if (silence !== undefined) throw silence;
      const result = await attemptOnTime(method, endpoint, parameters);
      if (result.ok) return result.body;
      if (result.row.read !== "retryable" || tries === readAttempts) throw asExchangeError(endpoint, result);
      logger?.warn("reading from the exchange again", { endpoint, tries, failure: result.row.name, code: result.failure.code });
      await sleepFor(clock, firstBackoffMs * 2 ** (tries - 1));
    }
  }

  return {
    read: (endpoint, parameters) => readWith(credentials === undefined ? "publicGet" : "GET", endpoint, parameters),
    readPublic: (endpoint, parameters) => readWith("publicGet", endpoint, parameters),

    async write(method, endpoint, parameters) {
      const silence = silenceUntil();
      if (silence !== undefined) return { answer: "rejected", row: "silent", code: undefined, reason: silence.message, meaning: "busy" };
      const result = await attemptOnTime(method, endpoint, parameters);
      if (result.ok) return { answer: "done", body: result.body };
      const { row, failure, reason } = result;
      if (row.write === "alreadySo") return { answer: "alreadySo" };
      if (row.write === "unknown") return { answer: "unknown", reason };
      return { answer: "rejected", row: row.name, code: failure.code ?? failure.status, reason, meaning: row.write };
    },

    usedWeight: () => (weight?.minute === Math.floor(clock.nowMs() / minuteMs) ? weight.used : undefined),
  };
}

/** A 200 may still carry an error code, or be no JSON at all. */
const isSuccess = (body: unknown): boolean =>
  typeof body === "object" && body !== null && !("code" in body && typeof body.code === "number" && body.code < 0);

function asExchangeError(endpoint: string, { row, failure, reason, retryAtMs }: Refused): ExchangeError {
  const code = failure.code ?? failure.status;
  return new ExchangeError(row.read, `${endpoint}: ${reason}`, {
    ...(code === undefined ? {} : { code }),
    ...(retryAtMs === undefined ? {} : { retryAtMs }),
  });
}
