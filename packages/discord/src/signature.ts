import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { verifyKey } from "discord-interactions";

/** An HTTP request as a function URL gives it. */
export interface InteractionRequest {
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface InteractionRefusal {
  readonly status: 400 | 401 | 403 | 413;
  readonly reason: string;
}

/** Older or newer than this is a replay or a wrong clock: Discord sends at once and has given up after three seconds. */
export const longestAgeMs = 60_000;
/** Far above any command of ours; verified before anything is decoded or parsed. */
const longestBody = 128 * 1024;

/**
 * The body of a request that Discord signed within the last minute, as text; refused otherwise.
 *
 * The signature is over the timestamp header and the raw bytes. `nowMs` is the real time, because Discord stamps real time even when the
 * market's clock is accelerated.
 */
export async function verifyInteraction(
  request: InteractionRequest,
  publicKey: string,
  nowMs: number,
): Promise<Result<string, InteractionRefusal>> {
  const refused = (status: InteractionRefusal["status"], reason: string) => failed({ status, reason });
  const signature = headerOf(request, "x-signature-ed25519");
  const timestamp = headerOf(request, "x-signature-timestamp");
  if (signature === undefined || !/^[0-9a-f]{128}$/i.test(signature)) return refused(401, "the signature header is missing or malformed");
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return refused(401, "the timestamp header is missing or malformed");
  if (Math.abs(nowMs - Number(timestamp) * 1000) > longestAgeMs) return refused(401, "the timestamp is not within a minute of now");
  if (request.body === undefined || request.body === "") return refused(401, "there is no body");
  if (request.body.length > longestBody) return refused(413, "the body is too large");
  const rawBody = Buffer.from(request.body, request.isBase64Encoded ? "base64" : "utf8");
  const isSigned = await verifyKey(rawBody, signature, timestamp, publicKey);
  return isSigned ? succeeded(rawBody.toString("utf8")) : refused(401, "the signature does not fit the body");
}

/** Function URLs send names in lower case, other servers as the client wrote them. */
function headerOf(request: InteractionRequest, name: string): string | undefined {
  return Object.entries(request.headers).find(([header]) => header.toLowerCase() === name)?.[1];
}
