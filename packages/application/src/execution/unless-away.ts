import { ExchangeError } from "../ports/exchange-error.ts";

/** The answer of the exchange; undefined when it does not give one. For what must go on without it. */
export async function unlessAway<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return undefined;
  }
}
