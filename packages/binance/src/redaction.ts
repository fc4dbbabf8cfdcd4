const signedParts = /\b(signature|timestamp|recvWindow|X-MBX-APIKEY|apiKey|api_key|api_secret)(["']?\s*[=:]\s*["']?)[^&\s"',}]+/gi;
const queries = /(https?:\/\/[^\s"'?]+)\?[^\s"']*/gi;

/** Takes keys, secrets, signatures and the queries of signed URLs out of a text that others may read. */
export function createRedaction(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets.filter((secret) => secret.length > 0).flatMap((secret) => [secret, encodeURIComponent(secret)]);
  return (text) =>
    spellings
      .reduce((redacted, secret) => redacted.replaceAll(secret, "[redacted]"), text)
      .replace(queries, "$1?[redacted]")
      .replace(signedParts, "$1$2[redacted]");
}
