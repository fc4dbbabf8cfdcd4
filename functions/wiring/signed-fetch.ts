import { createHash, createHmac } from "node:crypto";

/** The keys of the role that the function runs as. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

export interface UnsignedRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** Names in lower case; `host` and those of the signature are added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The headers of a request with an AWS Signature Version 4 over all of them and the body.
 *
 * The clients of the SDK are five times the size that the endpoint may have, and it makes two calls.
 */
export function signedHeaders(
  { method, url, headers, body }: UnsignedRequest,
  scope: { readonly service: string; readonly region: string; readonly keys: AwsKeys; readonly nowMs: number },
): Readonly<Record<string, string>> {
  const { host, pathname, searchParams } = new URL(url);
  const time = new Date(scope.nowMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const { sessionToken } = scope.keys;
  const all: Record<string, string> = {
    ...headers,
    host,
    "x-amz-date": time,
    ...(scope.service === "s3" ? { "x-amz-content-sha256": hash(body) } : {}),
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(all).sort();
  const query = [...searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const canonical = [
    method,
    pathname,
    query.join("&"),
    ...names.map((name) => `${name}:${all[name]?.trim() ?? ""}`),
    "",
    names.join(";"),
    hash(body),
  ].join("\n");
  const credential = [time.slice(0, 8), scope.region, scope.service, "aws4_request"];
  const toSign = ["AWS4-HMAC-SHA256", time, credential.join("/"), hash(canonical)].join("\n");
  const key = credential.reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${scope.keys.secretAccessKey}`);
  const signature = hmac(key, toSign).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope.keys.accessKeyId}/${credential.join("/")}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const { host: _setByFetch, ...sent } = all;
  return { ...sent, authorization };
}

/** A request in the name of this function's role. */
export function signedFetch(service: "sqs" | "s3" | "sns", request: UnsignedRequest): Promise<Response> {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN, AWS_REGION = "" } = process.env;
  const keys = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
  const headers = signedHeaders(request, { service, region: AWS_REGION, keys, nowMs: Date.now() });
  return fetch(request.url, { method: request.method, headers, ...(request.method === "GET" ? {} : { body: request.body }) });
}

const hash = (content: string): string => createHash("sha256").update(content, "utf8").digest("hex");

const hmac = (key: Buffer | string, content: string): Buffer => createHmac("sha256", key).update(content, "utf8").digest();

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
