import { modeOf } from "@winiswin/application/commands/mode";
import { configuration } from "./configuration.ts";

/** Says which account orders go to where the address cannot: a stand-in on this machine may take the place of the demo or the live exchange. */
export const accountVariable = "WINISWIN_ACCOUNT";

/** Where orders go, as people are told. */
export function mode(): string {
  const { [accountVariable]: account = "" } = process.env;
  const told = modeOf(configuration());
  return told === "signals" || account === "" ? told : account;
}
