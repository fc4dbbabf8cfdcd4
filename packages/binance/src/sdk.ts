import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
// Only this client: the package's index also loads spot, coin-margined and every websocket client, which doubles the cold start.
import { USDMClient } from "binance/lib/usdm-client.js";
import { parseResponseBody } from "./response-body.ts";

export interface Credentials {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface SdkOptions {
  readonly baseUrl: string;
  /** Milliseconds without an answer after which a request ends; the SDK's own default is five minutes. */
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly credentials?: Credentials;
  readonly recvWindowMs?: number;
  /** Told the request weight that an answer states; the SDK's own record of it cannot tell an old one from a new. */
  readonly onUsedWeight?: (used: number) => void;
}

// What took longer says little about the time, and whoever asks is about to read something more important.
const longestTimingMs = 2_000;
// More than the requests of a whole cycle in flight at once, when one process runs all shards.
const connections = 256;
const loopbackHosts = ["127.0.0.1", "localhost", "[::1]"];

/** How long the question about the exchange's time waits. */
export const timingTimeoutMs = ({ readTimeoutMs }: Pick<SdkOptions, "readTimeoutMs">): number => Math.min(readTimeoutMs, longestTimingMs);

export interface SdkClients {
  readonly reading: USDMClient;
  /** For the question about the exchange's time. */
  readonly timing: USDMClient;
  readonly writing: USDMClient;
}

/** One SDK client for each timeout, because it cannot be given per request; they share their connections. */
export function createSdkClients(options: SdkOptions): SdkClients {
  const { credentials, recvWindowMs, onUsedWeight } = options;
  // The agents' timeout also covers connecting, and closes idle connections before the exchange does. The SDK's keepAlive knows https only.
  const agentOptions = { keepAlive: true, maxSockets: connections, timeout: Math.max(options.readTimeoutMs, options.writeTimeoutMs) };
  const network = {
    httpAgent: new HttpAgent(agentOptions),
    httpsAgent: new HttpsAgent(agentOptions),
    // A redirect would carry the signed query elsewhere.
    maxRedirects: 0,
    transformResponse: [
      (text: unknown, headers: { get(name: string): unknown }) => {
        const stated = headers.get("x-mbx-used-weight-1m");
        if (typeof stated === "string" && /^\d+$/.test(stated)) onUsedWeight?.(Number(stated));
        return parseResponseBody(text);
      },
    ],
    // A proxy from the environment must not swallow what goes to the simulator.
    ...(loopbackHosts.includes(new URL(options.baseUrl).hostname) ? { proxy: false as const } : {}),
  };
  const client = (timeout: number): USDMClient =>
    new USDMClient(
      {
        baseUrl: options.baseUrl.replace(/\/+$/, ""),
        // Off, because the parsed exceptions have no HTTP status and carry the signed URL.
        parseExceptions: false,
        filterUndefinedParams: true,
        ...(recvWindowMs === undefined ? {} : { recvWindow: recvWindowMs }),
        ...(credentials === undefined ? {} : { api_key: credentials.apiKey, api_secret: credentials.apiSecret }),
      },
      { timeout, ...network },
    );
  return {
    reading: client(options.readTimeoutMs),
    timing: client(timingTimeoutMs(options)),
    writing: client(options.writeTimeoutMs),
  };
}
