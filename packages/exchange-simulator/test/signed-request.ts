import { signatureOf } from "../src/http/request-signature.ts";
import type { ExchangeSimulator } from "../src/simulator.ts";

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A signed request as a careful client makes it: parameters in the query, signature last. */
export async function signed(
  simulator: Pick<ExchangeSimulator, "url" | "apiKey" | "apiSecret">,
  method: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
  timestampMs: number,
): Promise<Reply> {
  const query = new URLSearchParams({ ...parameters, timestamp: String(timestampMs) }).toString();
  return plain(simulator.url, method, `${path}?${query}&signature=${signatureOf(query, simulator.apiSecret)}`, {
    "X-MBX-APIKEY": simulator.apiKey,
  });
}

export async function plain(
  url: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<Reply> {
  const response = await fetch(`${url}${target}`, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}
