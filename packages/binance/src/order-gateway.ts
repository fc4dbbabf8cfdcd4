import { createPrivateKey } from "node:crypto";
import type { Clock } from "@winiswin/application/ports/clock";
import type { Logger } from "@winiswin/application/ports/logger";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { createAccountReads } from "./account.ts";
import type { ExchangeGate } from "./exchange-gate.ts";
import { fillsSince } from "./fills.ts";
import { clearanceFeesSince, fundingSince } from "./funding.ts";
import { createPlacement } from "./order-placement.ts";
import { findOrder, findOrderById, findProtection, openOrders, openProtections } from "./order-reports.ts";
import { createRestClient } from "./rest-client.ts";
import { prepareSymbol } from "./symbol-settings.ts";
import { transfersBetween } from "./transfers.ts";

export interface BinanceOrderGatewayOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** An HMAC secret, or an Ed25519 or RSA private key in PEM. */
  readonly apiSecret: string;
  readonly clock: Clock;
  /** Of reads, default 8 s; orders wait 5 s at most, because asking what became of one is better than waiting. */
  readonly timeoutMs?: number;
  /** How old a request may be when it arrives; default 5 s. */
  readonly recvWindowMs?: number;
  readonly logger?: Logger;
  /** Give one gate to everything that sends from the same address, so that all fall silent together; by default each has its own. */
  readonly gate?: ExchangeGate;
}

const longestWriteMs = 5_000;

/** Account and orders of Binance USDT-M futures through the `binance` SDK, in one-way mode with isolated margin. */
export function createBinanceOrderGateway(options: BinanceOrderGatewayOptions): OrderGateway {
  const { clock, logger, recvWindowMs, timeoutMs = 8_000 } = options;
  refuseBrokenCredentials(options);
  const client = createRestClient({
    baseUrl: options.baseUrl,
    clock,
    ...(options.gate === undefined ? {} : { gate: options.gate }),
    readTimeoutMs: timeoutMs,
    writeTimeoutMs: Math.min(timeoutMs, longestWriteMs),
    credentials: { apiKey: options.apiKey, apiSecret: options.apiSecret },
    ...(recvWindowMs === undefined ? {} : { recvWindowMs }),
    ...(logger === undefined ? {} : { logger }),
  });
  return {
    ...createAccountReads(client),
    ...createPlacement(client),
    prepareSymbol: (symbol, leverage) => prepareSymbol(client, symbol, leverage),
    findOrder: (symbol, clientOrderId) => findOrder(client, clock, symbol, clientOrderId),
    findOrderById: (symbol, orderId) => findOrderById(client, clock, symbol, orderId),
    findProtection: (symbol, clientOrderId) => findProtection(client, symbol, clientOrderId),
    openProtections: () => openProtections(client, logger),
    openOrders: (symbol) => openOrders(client, symbol),
    fillsSince: (symbol, sinceMs) => fillsSince(client, clock, symbol, sinceMs, logger),
    clearanceFeesSince: (symbol, sinceMs) => clearanceFeesSince(client, clock, symbol, sinceMs),
    fundingSince: (symbol, sinceMs) => fundingSince(client, clock, symbol, sinceMs),
    transfersBetween: (sinceMs, untilMs) => transfersBetween(client, sinceMs, untilMs),
  };
}

/** A key pasted with a space or line break would only come back as a wrong signature, or lose that character on its way into a header. */
function refuseBrokenCredentials({ apiKey, apiSecret }: BinanceOrderGatewayOptions): void {
  if (apiKey === "" || apiSecret === "") throw new Error("an API key and its secret are needed to read an account or to trade");
  const visible = /^[\x21-\x7e]+$/;
  if (!visible.test(apiKey)) throw new Error("the API key contains spaces, line breaks or letters that no key has");
  if (apiSecret.includes("PRIVATE KEY")) {
    // It would only fail where an order is signed, and look like an order whose outcome nobody knows.
    if (!isPrivateKey(apiSecret)) throw new Error("the API secret looks like a private key in PEM and is none that can be read");
  } else if (!visible.test(apiSecret)) {
    throw new Error("the API secret contains spaces, line breaks or letters that no secret has");
  }
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}
