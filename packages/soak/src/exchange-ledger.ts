import { join } from "node:path";
import { ExchangeState } from "@winiswin/exchange-simulator/matching/exchange-state";
import { StateJournal } from "@winiswin/exchange-simulator/state-journal";

/** Everything the simulated exchange knows, read from its own journal: no request, so no fault can falsify it. */
export function exchangeLedger(stateFolder: string): ExchangeState {
  const state = new ExchangeState();
  for (const change of StateJournal.read(join(stateFolder, "exchange.jsonl"))?.changes ?? []) state.apply(change);
  return state;
}
