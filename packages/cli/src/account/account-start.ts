import type { Configuration } from "@winiswin/application/configuration";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { MarketOptions, SystemOptions } from "@winiswin/local";
import { type Books, openBooks } from "@winiswin/local/books";
import type { Terminal } from "../terminal.ts";
import { asked, checkAccount } from "./account-checks.ts";
import { boundAccountOf, type KeyedAccount } from "./account-keys.ts";
import { planLines } from "./account-plan.ts";
import { type AccountPositions, remainingLines, rememberedLines } from "./account-positions.ts";
import { confirmLiveStart } from "./confirm-start.ts";

/** What a run on an account at an exchange hands to the system that it starts. */
export interface AccountStart extends Required<Pick<SystemOptions, "beforeWork" | "afterWork">> {
  readonly market: MarketOptions;
}

export interface AccountWish {
  readonly account: KeyedAccount;
  readonly configuration: Configuration;
  readonly isYesGiven: boolean;
  readonly isNewKeyGiven: boolean;
  readonly commandFor: (command: string) => string;
}

/** There is one so far. */
const bot = "main";
const answerWithinMs = 10_000;

/** Checks the account; what it holds is shown, and confirmed where money is real, once our own tables can be read and before anything is sent. */
export async function prepareAccountStart(wish: AccountWish, terminal: Terminal): Promise<AccountStart> {
  const { account, configuration, isNewKeyGiven } = wish;
  const { baseUrl, apiKey, apiSecret } = account;
  const remarks = await checkAccount(account);
  return {
    market: {
      kind: "external",
      url: baseUrl,
      apiKey,
      apiSecret,
      account: boundAccountOf(account),
      ...(isNewKeyGiven ? { newKey: true } : {}),
    },
    async beforeWork() {
      const books = await openBooks();
      const halt = await books.control.halt();
      const [balance, found] = await asked(account, () => Promise.all([accountOf(books).balance(), positionsOn(books)]));
      for (const line of planLines({ ...wish, balance, found, halt, remarks })) terminal.say(line);
      const mayBeSent = configuration.tradingEnabled || found.records.length > 0;
      if (account.kind === "live" && mayBeSent) await confirmLiveStart(terminal, wish.isYesGiven);
    },
    async afterWork() {
      for (const line of await linesAtTheEnd(account.host, await openBooks())) terminal.say(line);
    },
  };
}

async function positionsOn(books: Books): Promise<AccountPositions> {
  const gateway = accountOf(books);
  const [records, held, protections] = await Promise.all([books.positions.open(bot), gateway.positions(), gateway.openProtections()]);
  return { records, held, protections };
}

/** Never throws: whatever cannot be read is said. */
async function linesAtTheEnd(host: string, books: Books): Promise<readonly string[]> {
  const records = await books.positions.open(bot).catch(() => undefined);
  if (records === undefined) return [`What is open at ${host} is unknown, because our own tables cannot be read: look at the exchange.`];
  try {
    const tooLate = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new ExchangeError("retryable", `no answer within ${answerWithinMs / 1000} s`)), answerWithinMs).unref();
    });
    return remainingLines(host, await Promise.race([positionsOn(books), tooLate]));
  } catch (error) {
    return rememberedLines(host, records, error instanceof Error ? error.message : String(error));
  }
}

function accountOf({ gateway }: Books): NonNullable<Books["gateway"]> {
  if (gateway === undefined) throw new Error("the account has a key, but no gateway was made with it");
  return gateway;
}
