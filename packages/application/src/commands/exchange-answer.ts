import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { OrderGateway } from "../ports/order-gateway.ts";
import { instantText } from "./figures.ts";

/** What the exchange says, or one sentence why it could not be asked; whatever is not the exchange's failure is thrown. */
export async function askExchange<Value>(
  gateway: OrderGateway | undefined,
  question: (gateway: OrderGateway) => Promise<Value>,
): Promise<Result<Value, string>> {
  if (gateway === undefined) return failed("No API key of the exchange is configured, so the exchange was not asked.");
  try {
    return succeeded(await question(gateway));
  } catch (error) {
    if (error instanceof ExchangeError) return failed(sentenceOf(error));
    throw error;
  }
}

function sentenceOf(error: ExchangeError): string {
  if (error.kind === "banned") {
    const until = error.retryAtMs === undefined ? "" : ` until ${instantText(error.retryAtMs)}`;
    return `The exchange has banned this address for too many requests${until}; nothing is sent meanwhile.`;
  }
  const detail = error.message.replace(/\s+/g, " ").slice(0, 200);
  return error.kind === "fatal" ? `The exchange refused the question: ${detail}` : `The exchange could not be reached: ${detail}`;
}
