import { CommandFailure, usageFailure } from "../command-failure.ts";
import { type AnsweredLook, lookAtExchange } from "../doctor/exchange.ts";
import { exitCodes } from "../exit-code.ts";

const timeoutMs = 5_000;
const defaultExchangeUrl = "https://fapi.binance.com";

/** Where live prices are read: public data only. */
export function exchangeUrlOf({ BINANCE_BASE_URL: given = "" }: Readonly<Record<string, string | undefined>>): string {
  if (given === "") return defaultExchangeUrl;
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given;
  throw usageFailure("BINANCE_BASE_URL is not the web address of an exchange.", `It looks like ${defaultExchangeUrl}.`);
}

/** Makes sure that the real exchange answers from here and returns how; throws with the sentence that says why not. */
export async function requireLiveMarket(baseUrl: string): Promise<AnsweredLook> {
  const look = await lookAtExchange(baseUrl, timeoutMs);
  const { host } = new URL(baseUrl);
  switch (look.outcome) {
    case "answered":
      return look;
    case "regionBlocked":
      throw new CommandFailure(
        `${host} refuses this region (HTTP 451).`,
        "Run it where Binance serves you, or use the generated or a recorded market.",
        exitCodes.failure,
      );
    case "unreachable":
      throw new CommandFailure(
        `${host} cannot be reached (${look.reason}).`,
        "Check network, DNS and proxy; the generated and a recorded market need none.",
        exitCodes.temporary,
      );
    case "refused":
      if (look.status === 403)
        throw new CommandFailure(
          `${host} refuses this address (HTTP 403, its firewall).`,
          "Send nothing for some minutes or use another network; the generated and a recorded market need none.",
          exitCodes.failure,
        );
      throw new CommandFailure(
        `${host} answered with HTTP ${look.status} when it was asked for its time.`,
        "Try again in a few minutes: 418 and 429 mean too many requests from this address.",
        exitCodes.temporary,
      );
  }
}
