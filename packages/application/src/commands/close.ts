import { type DecimalValue, decimal, zeroUsdt } from "@winiswin/domain/decimal";
import * as z from "zod/mini";
import type { ExchangePosition } from "../ports/order-gateway.ts";
import { audited } from "./audited.ts";
import { buttonsFor } from "./button-key.ts";
import { type CommandContext, defineConfirmedCommand } from "./command.ts";
import { askExchange } from "./exchange-answer.ts";
import { exactText, signedUsdtText, usdtText } from "./figures.ts";
import { operatorName } from "./operator-name.ts";
import { symbolOption } from "./symbol-option.ts";
import { type Block, columns, keyValues, type Table, text, type View } from "./view.ts";

/** What leaving at market costs roughly: taker fee and half a spread, as a fraction of the notional. */
const leavingCostRate = decimal("0.0007");
/** Discord takes 25 buttons, two of which are for the answer. */
const mostOffered = 20;

const asked = z.strictObject({ symbol: z.optional(symbolOption) });

export const close = defineConfirmedCommand({
  name: "close",
  summary: "Closes the position of a symbol at market; without a symbol it shows what can be closed",
  arguments: asked,
  isPrivate: true,
  async preview(context, { symbol }) {
    const open = await openOnExchange(context);
    if (!open.ok) return symbol === undefined ? unknownOpen(context, open.failure) : previewOf(context, symbol, [], open.failure);
    if (symbol === undefined) return choiceOf(context, open.value, await ownSymbols(context));
    const meant = open.value.filter((position) => position.symbol === symbol);
    if (meant.length > 0) return previewOf(context, symbol, meant, undefined, await ownSymbols(context));
    return (await isOnlyRecorded(context, symbol)) ? forgetOf(context, symbol) : nothingOpen(context, symbol);
  },
  async run(context, { symbol }) {
    if (symbol === undefined) return nothingOpen(context, undefined);
    await requestClose(context, symbol);
    const notes = await audited(context, { command: "close", effect: `close of ${symbol} requested` });
    return requested(context, `Closing ${symbol}`, notes);
  },
});

export const flatten = defineConfirmedCommand({
  name: "flatten",
  summary: "Halts everything and closes every open position at market",
  arguments: z.strictObject({}),
  isPrivate: true,
  async preview(context) {
    const open = await openOnExchange(context);
    return previewOf(context, undefined, open.ok ? open.value : [], open.ok ? undefined : open.failure, await ownSymbols(context));
  },
  async run(context) {
    // Entries stop first: what is closed must not be opened again by the cycle that runs now.
    await context.control.setHalt({ reason: "flatten", by: operatorName(context.operator), atMs: context.clock.nowMs() });
    await requestClose(context, undefined);
    const notes = await audited(context, { command: "flatten", effect: "entries halted, close of everything requested" });
    return requested(context, "Flattening", notes);
  },
});

const openOnExchange = ({ gateway }: CommandContext) => askExchange(gateway, (exchange) => exchange.positions());

async function requestClose({ control, eventBus, clock, operator, logger }: CommandContext, symbol: string | undefined): Promise<void> {
  const request = { symbol, by: operatorName(operator), reason: "asked for by command", atMs: clock.nowMs() };
  await control.requestClose(request);
  try {
    await eventBus.publish([{ type: "CloseRequested", ...request }]);
  } catch (error) {
    // The request is stored and the guard looks every minute; the event only makes it sooner.
    logger.error("close request not published", { reason: error instanceof Error ? error.message : String(error) });
  }
}

const common = ({ settings, clock }: CommandContext) => ({
  footer: `bot ${settings.bot} · ${settings.mode}`,
  atMs: clock.nowMs(),
});

function previewOf(
  context: CommandContext,
  symbol: string | undefined,
  open: readonly ExchangePosition[],
  failure: string | undefined,
  own?: ReadonlySet<string>,
): View {
  const notional = sumOf(open.map((position) => absolute(position.notional)));
  return {
    ...common(context),
    title: symbol === undefined ? "Flatten everything?" : `Close ${symbol}?`,
    confirm: symbol === undefined ? "Yes, close everything" : `Yes, close ${symbol.slice(0, 40)}`,
    tone: "bad",
    blocks: [
      ...(failure === undefined
        ? []
        : [text(`${failure} What is open cannot be shown; the request is carried out as soon as it answers.`)]),
      ...(symbol === undefined ? [text("New entries stop first, until /resume.")] : []),
      keyValues([
        ["positions", failure === undefined ? String(open.length) : "unknown"],
        ["notional", failure === undefined ? usdtText(notional) : "unknown"],
        ["unrealised now", failure === undefined ? signedUsdtText(sumOf(open.map((position) => position.unrealisedProfit))) : "unknown"],
        ["estimated cost", failure === undefined ? `about ${usdtText(notional.times(leavingCostRate))} (taker fee and spread)` : "unknown"],
        ["how", "at market, by the guard, within a minute"],
      ]),
      ...(failure === undefined ? [tableOf(open, own)] : []),
    ],
  };
}

const requested = (context: CommandContext, title: string, notes: readonly Block[]): View => ({
  ...common(context),
  title,
  tone: "warning",
  blocks: [
    text("The close is requested and stored. The guard carries it out at once, and again every minute until nothing is open there."),
    ...notes,
  ],
  buttons: buttonsFor([{ label: "Positions", meaning: { kind: "ask", command: "positions", options: {} } }]),
});

function choiceOf(context: CommandContext, open: readonly ExchangePosition[], own: ReadonlySet<string> | undefined): View {
  if (open.length === 0) return nothingOpen(context, undefined);
  const offered = open.slice(0, mostOffered);
  return {
    ...common(context),
    title: "Close which?",
    tone: "neutral",
    blocks: [
      tableOf(open, own),
      ...(open.length > offered.length
        ? [text(`Buttons for the first ${offered.length}; type /close with the symbol for the others.`)]
        : []),
    ],
    buttons: buttonsFor(
      offered.map(({ symbol }) => ({
        label: `Close ${symbol}`,
        style: "danger",
        meaning: { kind: "ask", command: "close", options: { symbol } },
      })),
    ),
  };
}

const nothingOpen = (context: CommandContext, symbol: string | undefined): View => ({
  ...common(context),
  title: "Close",
  tone: "neutral",
  blocks: [text(symbol === undefined ? "Nothing is open on the exchange." : `Nothing is open on the exchange for ${symbol}.`)],
});

/** Who says "close" or "flatten" means what is open, whoever opened it: so it is shown whose it is. Undefined when our record cannot be read. */
async function ownSymbols({ positions, settings, logger }: CommandContext): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set((await positions.open(settings.bot)).map(({ intent }) => intent.symbol));
  } catch (error) {
    logger.error("our record could not be read", { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** Whether our record has a position there, or an entry that was sent; without an answer of the store there is nothing to forget. */
async function isOnlyRecorded({ positions, settings, logger }: CommandContext, symbol: string): Promise<boolean> {
  try {
    return (await positions.open(settings.bot)).some(
      (position) => position.intent.symbol === symbol && (position.state !== "entering" || position.sentAtMs !== undefined),
    );
  } catch (error) {
    logger.error("our record could not be read", { reason: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

const forgetOf = (context: CommandContext, symbol: string): View => ({
  ...common(context),
  title: `Take ${symbol} off our record?`,
  confirm: `Yes, close ${symbol.slice(0, 40)}`,
  tone: "bad",
  blocks: [
    text(`Nothing is open on the exchange for ${symbol}, but our record still has a position there.`),
    text(
      "The guard records its trade as soon as the exchange shows the fills, and protects an entry as soon as it shows. When they have been missing " +
        "for ten minutes, a close forgets the position without a trade: its result stays unknown and is missing in all statistics.",
    ),
  ],
});

const unknownOpen = (context: CommandContext, failure: string): View => ({
  ...common(context),
  title: "Close",
  tone: "bad",
  blocks: [text(failure), text("What is open cannot be shown. /close with a symbol and /flatten still work: the guard carries them out.")],
});

const tableOf = (open: readonly ExchangePosition[], own: ReadonlySet<string> | undefined): Table => ({
  kind: "table",
  title: "Open on the exchange",
  columns: columns("symbol", "direction", "size>", "mark>", "unrealised>", "opened by"),
  namingColumns: 2,
  rows: open.map(({ symbol, direction, quantity, markPrice, unrealisedProfit }) => [
    symbol,
    direction,
    exactText(quantity),
    exactText(markPrice),
    signedUsdtText(unrealisedProfit),
    own === undefined ? "unknown" : own.has(symbol) ? "this system" : "somebody else",
  ]),
  whenEmpty: "Nothing is open on the exchange, as far as it is known.",
});

const absolute = (value: DecimalValue): DecimalValue => (value.lt(zeroUsdt) ? value.times("-1") : value);

const sumOf = (values: readonly DecimalValue[]): DecimalValue => values.reduce<DecimalValue>((sum, value) => sum.plus(value), zeroUsdt);
