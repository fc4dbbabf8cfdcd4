import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { z } from "zod";
import type { InvocationResult } from "./lambda.ts";
import { type Listening, listenWith } from "./listen.ts";
import { accountId } from "./local-aws.ts";

const largestBodyBytes = 6 * 1024 * 1024;

/** The public address of a function: HTTP in and out, payload format 2.0 in between. */
export async function startFunctionUrl(options: {
  readonly functionName: string;
  readonly port: number;
  readonly invoke: (functionName: string, event: unknown) => Promise<InvocationResult>;
  /** The time that the event carries, UTC milliseconds. */
  readonly nowMs: () => number;
}): Promise<Listening> {
  return listenWith(
    (request, response) => {
      serve(request, response).catch(() => answerError(response, 500, "Internal Server Error"));
    },
    options.port,
    `the address of ${options.functionName}`,
  );

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (body.length > largestBodyBytes) {
      answerError(response, 413, "Request Entity Too Large");
      return;
    }
    const result = await options.invoke(options.functionName, eventOf(request, body, options.nowMs()));
    if (result.status !== "succeeded") answerError(response, 502, "Internal Server Error");
    else answerWith(response, result.value);
  }
}

const textTypes = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded|[\w.-]+\+(json|xml)))/i;

function eventOf(request: IncomingMessage, body: Buffer, nowMs: number): APIGatewayProxyEventV2 {
  const url = new URL(request.url ?? "/", "http://function");
  const host = request.headers.host ?? "";
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
  );
  const cookies = request.headers.cookie?.split(/;\s*/);
  const query = Object.fromEntries([...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name).join(",")]));
  const isText = textTypes.test(headers["content-type"] ?? "");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookies === undefined ? {} : { cookies }),
    headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: "anonymous",
      apiId: accountId,
      domainName: host,
      domainPrefix: host.split(/[.:]/)[0] ?? host,
      http: {
        method: request.method ?? "GET",
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: accessLogTime(nowMs),
      timeEpoch: nowMs,
    },
    ...(body.length === 0 ? {} : { body: isText ? body.toString("utf8") : body.toString("base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** `21/Nov/2026:10:15:02 +0000`. */
function accessLogTime(atMs: number): string {
  const [, day, month, year, time] = new Date(atMs).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

const structured = z.object({
  statusCode: z.number().int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
});

/** An answer without `statusCode` is the body itself, as JSON with status 200. */
function answerWith(response: ServerResponse, value: unknown): void {
  const parsed = structured.safeParse(value);
  if (!parsed.success) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(typeof value === "string" ? value : JSON.stringify(value));
    return;
  }
  const { statusCode, headers = {}, cookies = [], body = "", isBase64Encoded } = parsed.data;
  for (const [name, header] of Object.entries(headers)) response.setHeader(name, String(header));
  if (!response.hasHeader("content-type")) response.setHeader("content-type", "application/json");
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  response.writeHead(statusCode);
  response.end(isBase64Encoded === true ? Buffer.from(body, "base64") : body);
}

function answerError(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ Message: message }));
}
