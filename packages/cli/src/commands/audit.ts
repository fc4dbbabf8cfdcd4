import { resolve } from "node:path";
import { verifyAudit } from "@winiswin/application/audit/verify-audit";
import { alignedLines } from "@winiswin/application/commands/cell-text";
import { columns } from "@winiswin/application/commands/view";
import type { AuditLog } from "@winiswin/application/ports/audit-log";
import type { AuditRecord, StoredAuditRecord } from "@winiswin/domain/audit/audit-record";
import { z } from "zod";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext, RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { wholeNumber } from "../flags/flag-value.ts";
import { parseFlags } from "../flags/market-flags.ts";
import { withReadableState } from "../readable-state.ts";

const state = z.string().min(1, { error: "must name a folder" }).optional();
const json = z.boolean().default(false);

const verifyShape = {
  state,
  json,
  through: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: "must be the hash of a record: 64 hexadecimal digits" })
    .optional(),
};
const listShape = {
  state,
  json,
  last: wholeNumber(1, 10_000, "records").prefault("20"),
  symbol: z
    .string()
    .regex(/^[\p{L}\p{N}_]{1,40}$/u, { error: "must be a symbol, like BTCUSDT" })
    .optional(),
};

/** Walks the whole chain and names the first record that is missing, altered or reordered. */
export const runAuditVerify: RunCommand = async (given, context) => {
  const flags = parseFlags(verifyShape, given);
  const verdict = await fromAudit(flags.state, context, (audit) => verifyAudit(audit, flags.through));
  const { bot, sound, lastHash, defect, leadsThrough } = verdict;
  const ok = defect === undefined && leadsThrough !== false;
  if (flags.json)
    context.terminal.data(JSON.stringify({ bot, ok, sound, lastHash, leadsThrough: leadsThrough ?? null, defect: defect ?? null }));
  else if (defect === undefined)
    context.terminal.data(`The audit of ${bot} is whole: ${sound} records, the last with the hash ${lastHash}.`);
  else
    context.terminal.data(
      `The audit of ${bot} is broken at record ${defect.number} (${defect.defect}): ${defect.reason}. ${sound} before it are sound.`,
    );
  if (!flags.json && leadsThrough === false)
    context.terminal.data("It does not lead through the hash that was kept: it is another chain, or ends before it.");
  return ok ? exitCodes.ok : exitCodes.findings;
};

/** Shows the newest records, of one symbol when it is named; nothing is verified. */
export const runAuditList: RunCommand = async (given, context) => {
  const flags = parseFlags(listShape, given);
  const symbol = flags.symbol?.toUpperCase();
  const records = await fromAudit(flags.state, context, (audit) => newestOf(audit, flags.last, symbol));
  if (flags.json) {
    context.terminal.data(JSON.stringify({ records: records.map(documentOf) }));
    return exitCodes.ok;
  }
  const rows = records.map((record) => [String(record.number), record.at, record.kind, record.symbol ?? "", whatOf(record)]);
  if (rows.length === 0) context.terminal.data(symbol === undefined ? "The audit is empty." : `The audit has no record of ${symbol}.`);
  else for (const line of alignedLines(columns("number>", "at", "kind", "symbol", "what"), rows)) context.terminal.data(line);
  return exitCodes.ok;
};

function fromAudit<Value>(
  state: string | undefined,
  context: CommandContext,
  question: (audit: AuditLog) => Promise<Value>,
): Promise<Value> {
  const folder = state === undefined ? context.defaultStateFolder : resolve(context.workingFolder, state);
  return answered(() => withReadableState(folder, context, ({ books }) => question(books.audit)));
}

async function newestOf(log: AuditLog, count: number, symbol: string | undefined): Promise<readonly StoredAuditRecord[]> {
  const found: StoredAuditRecord[] = [];
  for await (const record of log.latest()) {
    if (symbol === undefined || isAbout(record, symbol)) found.push(record);
    if (found.length === count) break;
  }
  return found;
}

const decided = z.object({
  decisions: z.array(
    z.object({ symbol: z.string(), decision: z.string(), reasons: z.array(z.object({ code: z.string(), reason: z.string() })) }),
  ),
  setAside: z.array(z.unknown()),
  orders: z.number(),
});

/** The decisions of a cycle are about each symbol among them. */
function isAbout(record: AuditRecord, symbol: string): boolean {
  if (record.symbol === symbol) return true;
  const cycle = record.kind === "cycleDecided" ? decided.safeParse(parsedDetails(record)) : undefined;
  return cycle?.data?.decisions.some((decision) => decision.symbol === symbol) ?? false;
}

const longest = 140;

/** One line for people; the whole is in the JSON document. */
function whatOf(record: AuditRecord): string {
  const details = parsedDetails(record);
  const cycle = record.kind === "cycleDecided" ? decided.safeParse(details) : undefined;
  const said =
    cycle?.data !== undefined
      ? cycle.data.decisions
          .map(({ symbol, decision, reasons }) => [symbol, decision, ...reasons.map(({ code }) => code)].join(" "))
          .join("; ")
      : typeof details === "object" && details !== null
        ? Object.entries(details).sort(byTelling).map(wordOf).join(", ")
        : record.details;
  return said.length > longest ? `${said.slice(0, longest - 1)}…` : said;
}

/** What is told first, because a line ends before everything is said. */
const telling = ["state", "leg", "outcome", "exitReason", "request", "detail", "reason", "by", "stopPrice", "openQuantity", "netProfit"];
const placeOf = (name: string): number => (telling.includes(name) ? telling.indexOf(name) : telling.length);
const byTelling = ([first]: readonly [string, unknown], [second]: readonly [string, unknown]): number => placeOf(first) - placeOf(second);

const wordOf = ([name, value]: readonly [string, unknown]): string =>
  `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`;

function parsedDetails({ details }: AuditRecord): unknown {
  try {
    return JSON.parse(details);
  } catch {
    // A record that somebody damaged is shown as it is.
    return details;
  }
}

const documentOf = ({ place: _place, ...record }: StoredAuditRecord) => ({ ...record, details: parsedDetails(record) });

/** What cannot be read now may be readable in a moment. */
async function answered<Value>(question: () => Promise<Value>): Promise<Value> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(
      `The audit cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      "The system may be starting or stopping: try again, or look at its terminal.",
      exitCodes.temporary,
    );
  }
}
