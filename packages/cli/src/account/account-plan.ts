import { usdtText } from "@winiswin/application/commands/figures";
import type { Configuration } from "@winiswin/application/configuration";
import type { Halt } from "@winiswin/application/ports/control-store";
import type { AccountBalance } from "@winiswin/application/ports/order-gateway";
import { decimal } from "@winiswin/domain/decimal";
import type { KeyedAccount } from "./account-keys.ts";
import { type AccountPositions, foundLines } from "./account-positions.ts";

export interface AccountPlan {
  readonly account: KeyedAccount;
  readonly configuration: Configuration;
  readonly balance: AccountBalance;
  readonly found: AccountPositions;
  /** An emergency stop that was said before and still holds. */
  readonly halt: Halt | undefined;
  /** What is known of the key and forbids nothing. */
  readonly remarks: readonly string[];
  /** How a command reaches this run: `npx winiswin discord "/halt"` with its folder. */
  readonly commandFor: (command: string) => string;
}

/** Everything that is about to happen with the account, said before anything is sent. */
export function planLines({ account, configuration, balance, found, halt, remarks, commandFor }: AccountPlan): readonly string[] {
  const { equity, availableBalance } = balance;
  const { riskPerTradePercent, maximumPositions, leverage, strategies } = configuration;
  const risk = equity.times(riskPerTradePercent).div(decimal("100"));
  const all = risk.times(decimal(String(maximumPositions)));
  const lines: readonly (readonly [string, string])[] = [
    ["equity", `${usdtText(equity)}, of it ${usdtText(availableBalance)} free${equity.gt(decimal("0")) ? "" : ": nothing can be entered"}`],
    ["bot", `${configuration.bot}: ${strategies.map(({ strategy }) => strategy.name).join(", ")}; ${symbolsText(configuration)}`],
    [
      "risk",
      `${riskPerTradePercent.toFixed()} % of equity a trade, now ${usdtText(risk)}; at most ${maximumPositions} positions, now ${usdtText(all)} at once`,
    ],
    ["leverage", `${leverage.minimum}x to ${leverage.maximum}x, isolated margin`],
    ["entries", entriesText({ account, configuration, halt, commandFor })],
    ["open", foundLines(found).join("\n")],
    [
      "stop it",
      `${commandFor("/halt")} keeps entries out, ${commandFor("/flatten")} closes everything on the account, Ctrl-C ends the program and closes nothing`,
    ],
    ...remarks.map((remark) => ["note", remark] as const),
  ];
  return [headline(account), ...lines.map(([name, text]) => `  ${name.padEnd(9)} ${text}`)].flatMap((line) => line.split("\n"));
}

type EntriesFacts = Pick<AccountPlan, "account" | "configuration" | "halt" | "commandFor">;

function entriesText({ account, configuration, halt, commandFor }: EntriesFacts): string {
  if (!configuration.tradingEnabled)
    return "OFF: ENABLE_TRADING is not true, so signals are recorded and nothing is entered; what is open and ours is guarded all the same";
  const money = account.kind === "live" && !account.isStandIn ? "REAL" : "play";
  return halt === undefined
    ? `ON: ENABLE_TRADING is true, so the best signals of each cycle are entered with ${money} money`
    : `HELD BACK by ${halt.by} (${halt.reason}): nothing is entered until ${commandFor("/resume")}; from then on with ${money} money`;
}

function headline({ kind, host, isStandIn }: KeyedAccount): string {
  const name = kind.toUpperCase();
  if (isStandIn) return `${name} account at ${host}, for which a simulated exchange on this machine stands in: no real money.`;
  return kind === "live" ? `LIVE account at ${host}: REAL MONEY.` : `DEMO account at ${host}: play money.`;
}

const symbolsText = ({ symbolMode, staticSymbols, maximumSymbols }: Configuration): string =>
  symbolMode === "static" ? staticSymbols.join(", ") : `symbols ${symbolMode}, at most ${maximumSymbols}`;
