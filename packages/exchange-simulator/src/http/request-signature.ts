import { createHmac, timingSafeEqual } from "node:crypto";

/** The HMAC-SHA256 that signs a payload (query and body, nothing between them), in hex. */
export const signatureOf = (payload: string, secret: string): string => createHmac("sha256", secret).update(payload).digest("hex");

/**
 * Whether a request carries the right signature: over query + body as sent, without the signature parameter itself.
 *
 * Upper and lower case hex are equal, as the exchange says.
 */
export function isSigned(query: string, body: string, secret: string): boolean {
  const [signedQuery, inQuery] = withoutSignature(query);
  const [signedBody, inBody] = withoutSignature(body);
  const sent = inQuery ?? inBody;
  if (sent === undefined || !/^[0-9a-f]{64}$/i.test(sent)) return false;
  const expected = signatureOf(signedQuery + signedBody, secret);
  return timingSafeEqual(Buffer.from(sent.toLowerCase()), Buffer.from(expected));
}

function withoutSignature(text: string): readonly [rest: string, signature: string | undefined] {
  const found = /(?:^|&)signature=([^&]*)/.exec(text);
  if (found === null) return [text, undefined];
  const rest = text.slice(0, found.index) + text.slice(found.index + found[0].length);
  return [rest.startsWith("&") ? rest.slice(1) : rest, found[1]];
}
