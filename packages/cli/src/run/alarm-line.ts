/** What somebody who watches must see at once, and not with the line of the next cycle. */
const alarms: Readonly<Record<string, string>> = {
  PositionUnprotected: "UNPROTECTED",
  TroubleSeen: "TROUBLE",
  EntriesHalted: "ENTRIES HALTED",
  ForeignPositionSeen: "NOT OURS",
  SymbolFrozen: "FROZEN",
  ProtectionPending: "ORDER MISSING",
  ProtectionRepaired: "REPAIRED",
};

/** The line that a logged event is worth, undefined for all that can wait. */
export function alarmLine(message: string, fields: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const word = message === "event" ? alarms[String(fields?.type)] : undefined;
  if (word === undefined) return undefined;
  const said = [fields?.symbol, fields?.code, fields?.detail ?? fields?.reason].filter((part) => typeof part === "string");
  return `! ${word} ${said.join(": ")}`;
}

/** Says a line when it is new: what is the same every minute is said once in a quarter of an hour of the run's own clock. */
export function createAlarmBell(say: (line: string) => void, nowMs: () => number): (line: string) => void {
  const saidAtMs = new Map<string, number>();
  const quietMs = 15 * 60_000;
  return (line) => {
    const before = saidAtMs.get(line);
    if (before !== undefined && nowMs() - before < quietMs) return;
    saidAtMs.set(line, nowMs());
    say(line);
  };
}
