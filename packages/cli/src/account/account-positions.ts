import { exactText } from "@winiswin/application/commands/figures";
import { restingFor } from "@winiswin/application/commands/position-levels";
import type { ExchangePosition, ProtectionReport } from "@winiswin/application/ports/order-gateway";
import { isOrderOfProgram } from "@winiswin/domain/order";
import type { Position } from "@winiswin/domain/position";
import { plural } from "../run/render-cycle.ts";

/** Our records beside what the exchange holds, read together. */
export interface AccountPositions {
  readonly records: readonly Position[];
  readonly held: readonly ExchangePosition[];
  readonly protections: readonly ProtectionReport[];
}

const indent = "    ";

/** Which of the positions on the exchange are ours: those with a record of the same symbol and direction. */
export function oursAndOthers({ records, held }: AccountPositions): {
  readonly ours: readonly ExchangePosition[];
  readonly others: readonly ExchangePosition[];
  readonly notHeld: readonly Position[];
} {
  const isOurs = ({ symbol, direction }: ExchangePosition) =>
    records.some(({ intent }) => intent.symbol === symbol && intent.direction === direction);
  return {
    ours: held.filter(isOurs),
    others: held.filter((position) => !isOurs(position)),
    notHeld: records.filter(
      ({ intent }) => !held.some(({ symbol, direction }) => symbol === intent.symbol && direction === intent.direction),
    ),
  };
}

/** What is found at a start, position by position, and what will be done with it. */
export function foundLines(found: AccountPositions): readonly string[] {
  const { ours, others, notHeld } = oursAndOthers(found);
  if (found.held.length === 0 && notHeld.length === 0) return ["nothing: neither ours nor somebody else's"];
  return [
    `${plural(found.held.length, "position")} on the exchange, ${ours.length} of them ours, ${others.length} somebody else's`,
    ...ours.map(
      (position) =>
        `${indent}${positionText(position)}: ours, ${restingText(position, found.protections)}. ${plannedFor(position, found)}.`,
    ),
    ...notHeld.map((record) =>
      record.state === "entering"
        ? `${indent}${record.intent.symbol} ${record.intent.direction}: ours, its entry was under way: the exchange is asked first what became of it.`
        : `${indent}${record.intent.symbol} ${record.intent.direction}: ours, no longer on the exchange: its trade is booked from the fills.`,
    ),
    ...others.map((position) => `${indent}${positionText(position)}: somebody else's, ${strangerText(position, found)}`),
  ];
}

function plannedFor(position: ExchangePosition, { records, protections }: AccountPositions): string {
  const record = records.find(({ intent }) => intent.symbol === position.symbol);
  if (record?.state === "closing") return "Its close was under way when the last run ended: it is carried out now";
  return restingFor(position, protections).stop === undefined
    ? "The guard gives it a stop within a minute, or closes it"
    : "It is guarded, trailed and closed by its rules from the first minute on";
}

function strangerText({ symbol }: ExchangePosition, { protections }: AccountPositions): string {
  const left = `left alone; it takes a place, and ${symbol} takes no entries (only /flatten and /close close it).`;
  const isFromUs = protections.some((order) => order.symbol === symbol && isOrderOfProgram(order.clientOrderId));
  return isFromUs
    ? `${left} BUT orders with the marks of this program rest there: is another one running on this account, or is its state in another folder?`
    : left;
}

/** What stays on the exchange when the program ends, and what no longer happens to it. */
export function remainingLines(host: string, { records, held, protections }: AccountPositions): readonly string[] {
  const { ours, others, notHeld } = oursAndOthers({ records, held, protections });
  const unclear = notHeld.map(({ intent, state }) =>
    state === "entering"
      ? `  ${intent.symbol} ${intent.direction}: its entry is not settled, it may be open WITHOUT A STOP: start again, or look at the exchange.`
      : `  ${intent.symbol} ${intent.direction}: no longer on the exchange, booked at the next start.`,
  );
  if (ours.length === 0 && unclear.length === 0)
    return [`Nothing of ours stays open at ${host}${others.length === 0 ? "" : `, only what is somebody else's`}.`];
  if (ours.length === 0) return [`No position of ours is seen at ${host}, but not everything is settled:`, ...unclear];
  return [
    `${plural(ours.length, "position")} of ours ${ours.length === 1 ? "stays" : "stay"} open at ${host}:`,
    ...ours.map((position) => `  ${positionText(position)}: ${restingText(position, protections)}.`),
    ...unclear,
    "What rests on the exchange goes on without this program. Until the next start nothing is trailed, moved, closed by time or by a rule, and nobody watches whether the stops are still there.",
  ];
}

/** The same from our own record, where the exchange does not tell. */
export function rememberedLines(host: string, records: readonly Position[], reason: string): readonly string[] {
  if (records.length === 0) return [`${host} does not tell what is open there (${reason}); on our record nothing is.`];
  return [
    `${host} does not tell what is open there (${reason}); on our record ${records.length === 1 ? "is" : "are"}:`,
    ...records.map((record) => {
      const { symbol, direction } = record.intent;
      if (record.state === "entering") return `  ${symbol} ${direction}: its entry is not settled.`;
      const stop =
        record.stopConfirmedAtMs === undefined ? "NO STOP was confirmed" : `a stop was last seen at ${exactText(record.stopPrice)}`;
      return `  ${symbol} ${direction} ${exactText(record.openQuantity)}: ${stop}.`;
    }),
    "Look at the exchange itself, or start again.",
  ];
}

const positionText = ({ symbol, direction, quantity, entryPrice }: ExchangePosition): string =>
  `${symbol} ${direction} ${exactText(quantity)} at ${exactText(entryPrice)}`;

function restingText(position: ExchangePosition, protections: readonly ProtectionReport[]): string {
  const { stop, targets } = restingFor(position, protections);
  const resting = targets.length === 0 ? "" : ` and ${plural(targets.length, "target")}`;
  return stop === undefined
    ? `NO STOP rests on the exchange${targets.length === 0 ? "" : `, only ${plural(targets.length, "target")}`}`
    : `its stop at ${exactText(stop.triggerPrice)}${resting} on the exchange`;
}
