import { type DecimalValue, type Price, toNumber, usdt } from "@winiswin/domain/decimal";
import type { Direction } from "@winiswin/domain/direction";
import { initialRiskOf, type Position } from "@winiswin/domain/position";
import * as z from "zod/mini";
import type { ExchangePosition, ProtectionReport } from "../ports/order-gateway.ts";
import type { UnreadablePosition } from "../ports/position-store.ts";
import { buttonsFor } from "./button-key.ts";
import { defineCommand } from "./command.ts";
import { askExchange } from "./exchange-answer.ts";
import { exactText, noFigure, priceText, signedFigureText, signedUsdtText, spanText } from "./figures.ts";
import { levelText, type Resting, restingFor, stopCause, targetsText } from "./position-levels.ts";
import { type Block, columns, keyValues, type Table, type Tone, text, type View } from "./view.ts";

interface ExchangeSide {
  readonly positions: readonly ExchangePosition[];
  readonly protections: readonly ProtectionReport[];
}

export const positions = defineCommand({
  name: "positions",
  summary: "Open positions as the exchange has them, beside our own record",
  arguments: z.strictObject({}),
  danger: "read",
  isPrivate: true,
  async run({ positions: store, gateway, settings, clock }) {
    const [records, unreadable, answer] = await Promise.all([
      store.open(settings.bot),
      store.unreadable(settings.bot),
      askExchange(gateway, async (exchange): Promise<ExchangeSide> => {
        const [open, protections] = await Promise.all([exchange.positions(), exchange.openProtections()]);
        return { positions: open, protections };
      }),
    ]);
    const nowMs = clock.nowMs();
    const common = { title: "Positions", footer: `bot ${settings.bot} · ${settings.mode}`, atMs: nowMs };
    if (!answer.ok) {
      const blocks = [text(answer.failure), text("What follows is our own record only."), recordsAlone(records, nowMs)];
      return { ...common, tone: "bad", blocks } satisfies View;
    }
    const rows = besideEachOther(answer.value, records, unreadable);
    return {
      ...common,
      tone: toneOf(rows),
      blocks: [summaryOf(rows), ...warningsOf(rows), tableOf(rows, nowMs)],
      buttons: buttonsFor([
        { label: "Refresh", meaning: { kind: "ask", command: "positions", options: {} } },
        ...(rows.length === 0
          ? []
          : [{ label: "Close …", style: "danger" as const, meaning: { kind: "ask" as const, command: "close", options: {} } }]),
      ]),
    } satisfies View;
  },
});

/** One symbol: what the exchange has, what we have on record, and the orders that protect it. */
interface Beside {
  readonly symbol: string;
  readonly onExchange: ExchangePosition | undefined;
  readonly record: Position | undefined;
  /** There is a row of ours, and nobody can read it. */
  readonly isUnreadable: boolean;
  /** Undefined when the exchange has no position. */
  readonly resting: Resting | undefined;
}

function besideEachOther(
  { positions: open, protections }: ExchangeSide,
  records: readonly Position[],
  unreadable: readonly UnreadablePosition[],
): readonly Beside[] {
  const isUnreadable = (symbol: string) => unreadable.some((row) => row.symbol === symbol);
  const recordOf = new Map(records.map((record) => [record.intent.symbol, record]));
  const held = open.map(
    (onExchange): Beside => ({
      symbol: onExchange.symbol,
      onExchange,
      record: recordOf.get(onExchange.symbol),
      isUnreadable: isUnreadable(onExchange.symbol),
      resting: restingFor(onExchange, protections),
    }),
  );
  const heldSymbols = new Set(open.map((position) => position.symbol));
  const recordOnly = records
    .filter((record) => !heldSymbols.has(record.intent.symbol))
    .map(
      (record): Beside => ({
        symbol: record.intent.symbol,
        onExchange: undefined,
        record,
        isUnreadable: isUnreadable(record.intent.symbol),
        resting: undefined,
      }),
    );
  return [...held, ...recordOnly].sort((first, second) => urgencyOf(second) - urgencyOf(first) || (first.symbol < second.symbol ? -1 : 1));
}

/** A surface may shorten the table, and then the rows that need somebody must be among the first. */
const urgencyOf = (row: Beside): number => (isUnprotected(row) ? 2 : stateOf(row) === "open" ? 0 : 1);

const isUnprotected = (row: Beside): boolean => row.onExchange !== undefined && row.resting?.stop === undefined;

const toneOf = (rows: readonly Beside[]): Tone =>
  rows.some(isUnprotected) ? "bad" : rows.some((row) => stateOf(row) !== "open") ? "warning" : "neutral";

function stateOf({ onExchange, record, isUnreadable }: Beside): string {
  if (record === undefined) return isUnreadable ? "row unreadable" : "not ours";
  if (onExchange === undefined) return record.state === "entering" ? "entering" : "NOT on the exchange";
  return record.state;
}

function summaryOf(rows: readonly Beside[]): Block {
  const held = rows.flatMap((row) => (row.onExchange === undefined ? [] : [row.onExchange]));
  const zero: DecimalValue = usdt("0");
  return keyValues([
    ["open on the exchange", String(held.length)],
    ["on our record", String(rows.filter((row) => row.record !== undefined).length)],
    ["unrealised", signedUsdtText(held.reduce((sum, position) => sum.plus(position.unrealisedProfit), zero))],
    ["without a stop on the exchange", String(rows.filter(isUnprotected).length)],
  ]);
}

function warningsOf(rows: readonly Beside[]): readonly Block[] {
  const naked = rows.filter(isUnprotected).map((row) => row.symbol);
  if (naked.length === 0) return [];
  const named = naked.slice(0, 10).join(", ");
  return [text(`UNPROTECTED: no stop rests on the exchange for ${named}${naked.length > 10 ? ` and ${naked.length - 10} more` : ""}.`)];
}

function tableOf(rows: readonly Beside[], nowMs: number): Table {
  return {
    kind: "table",
    title: "Positions",
    columns: columns(
      "symbol",
      "direction",
      "size>",
      "entry>",
      "mark>",
      "unrealised>",
      "R>",
      "stop>",
      "by",
      "stop is on the exchange",
      "targets",
      "state",
      "age>",
    ),
    namingColumns: 2,
    rows: rows.map((row) => rowOf(row, nowMs)),
    whenEmpty: "No position is open, neither on the exchange nor on our record.",
  };
}

function rowOf(row: Beside, nowMs: number): readonly string[] {
  const { onExchange, record } = row;
  const mark = onExchange?.markPrice;
  const entryPrice = onExchange?.entryPrice ?? (record?.state === "entering" ? undefined : record?.entryPrice);
  return [
    row.symbol,
    onExchange?.direction ?? directionOf(record),
    onExchange === undefined ? noFigure : exactText(onExchange.quantity),
    entryPrice === undefined ? noFigure : priceText(toNumber(entryPrice)),
    mark === undefined ? noFigure : priceText(toNumber(mark)),
    onExchange === undefined ? noFigure : signedUsdtText(onExchange.unrealisedProfit),
    signedFigureText(unrealisedR(row), 2),
    levelText(row.resting?.stop?.triggerPrice ?? recordedStop(record), mark),
    stopCause(record, row.resting?.stop),
    onExchange === undefined ? noFigure : isUnprotected(row) ? "NO" : "yes",
    targetsText(record, row.resting, mark),
    stateOf(row),
    record === undefined ? noFigure : ageText(record, nowMs),
  ];
}

function unrealisedR({ onExchange, record }: Beside): number | undefined {
  if (onExchange === undefined || record === undefined) return undefined;
  const risk = toNumber(record.state === "entering" ? record.intent.initialRisk : initialRiskOf(record));
  return risk > 0 ? toNumber(onExchange.unrealisedProfit) / risk : undefined;
}

const directionOf = (record: Position | undefined): Direction | typeof noFigure => record?.intent.direction ?? noFigure;

const recordedStop = (record: Position | undefined): Price | undefined =>
  record === undefined || record.state === "entering" ? record?.intent.stopPrice : record.stopPrice;

const ageText = (record: Position, nowMs: number): string =>
  spanText(nowMs - (record.state === "entering" ? record.createdAtMs : record.filledAtMs));

function recordsAlone(records: readonly Position[], nowMs: number): Table {
  return {
    kind: "table",
    title: "Our record",
    columns: columns("symbol", "direction", "size>", "entry>", "stop>", "by", "targets", "state", "age>"),
    namingColumns: 2,
    rows: records.map((record) => [
      record.intent.symbol,
      record.intent.direction,
      exactText(record.state === "entering" ? record.intent.quantity : record.quantity),
      exactText(record.state === "entering" ? record.intent.entryPrice : record.entryPrice),
      levelText(recordedStop(record), undefined),
      stopCause(record, undefined),
      targetsText(record, undefined, undefined),
      record.state,
      ageText(record, nowMs),
    ]),
    whenEmpty: "No position is on our record.",
  };
}
