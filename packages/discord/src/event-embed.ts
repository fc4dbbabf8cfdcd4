import { relativeText, signedFigureText, signedUsdtText, usdtText } from "@winiswin/application/commands/figures";
import { columns, keyValues, type Tone, text, type View } from "@winiswin/application/commands/view";
import type { DomainEvent, TroubleCode } from "@winiswin/application/ports/events";
import type { Notification } from "@winiswin/application/ports/notifications";
import { closeTimeOfCycle } from "@winiswin/domain/cycle";
import { decimal } from "@winiswin/domain/decimal";
import type { ExitReason } from "@winiswin/domain/trade";
import { summaryBlocks, summaryTitle, summaryTone } from "./summary-story.ts";

/** `alert` rings, `silent` is shown without a sound, `off` stays in the log. */
export type EventLevel = "alert" | "silent" | "off";

export interface EventStory {
  readonly level: EventLevel;
  readonly view: View;
}

/** What to say about an event and how loudly; said at the instant, with the bot and its mode below when they are known. */
export function storyOf(event: DomainEvent, atMs: number, footer?: string): EventStory {
  const told = (level: EventLevel, tone: Tone, title: string, blocks: View["blocks"]): EventStory => ({
    level,
    view: { title, tone, blocks, atMs, ...(footer === undefined ? {} : { footer }) },
  });
  switch (event.type) {
    case "CycleAnalyzed":
      return event.complete
        ? told("off", "neutral", "Cycle analysed", [text(`${event.cycleId}: ${event.signals} signals.`)])
        : told("silent", "warning", "Cycle incomplete", [
            text(`${event.cycleId} reached its deadline before every shard had reported; it goes on with ${event.signals} signals.`),
          ]);
    case "CycleExecuted":
      // A cycle without orders happens 96 times a day; /status and /why say why, and nobody wants that in a channel.
      return told(event.orders > 0 ? "silent" : "off", "neutral", "Cycle executed", [
        keyValues([
          ["cycle", event.cycleId],
          ["signals", String(event.signals)],
          ["orders", String(event.orders)],
          ["equity", event.equity === undefined ? "—" : usdtText(decimal(event.equity))],
        ]),
        {
          kind: "table",
          title: "Not traded",
          columns: columns("symbol", "reason", "because"),
          namingColumns: 1,
          rows: event.refusals.map(({ symbol, code, reason }) => [symbol, code, reason]),
          whenEmpty: "Nothing was refused.",
        },
      ]);
    case "PositionOpened":
      return told("alert", "neutral", `Opened ${event.symbol} ${event.direction}`, [
        keyValues([
          ["size", event.quantity],
          ["entry", event.entryPrice],
          ["stop", event.stopPrice],
          ["target", event.targetPrice],
          ["leverage", `${event.leverage}x`],
          ["risk (1R)", usdtText(decimal(event.initialRisk))],
          ["strategy", event.strategy],
          ["signal", `candle closed ${relativeText(closeTimeOfCycle(event.cycleId), atMs)}`],
        ]),
      ]);
    case "PositionClosed":
      return told("alert", event.rMultiple > 0 ? "good" : event.rMultiple < 0 ? "bad" : "neutral", closedTitle(event), [
        keyValues([
          ["result", signedUsdtText(decimal(event.netProfit))],
          ["R", signedFigureText(event.rMultiple, 2)],
          ["exit", event.exitPrice],
          ["by", exitWords[event.exitReason]],
          ["fees", usdtText(decimal(event.fees))],
          ["opened in cycle", event.cycleId],
        ]),
      ]);
    case "EntryAbandoned":
      return told("silent", "warning", `Entry abandoned: ${event.symbol}`, [text(event.reason)]);
    case "ProtectionRepaired":
      return told("silent", "warning", `Protection repaired: ${event.symbol}`, [text(event.detail)]);
    case "ProtectionPending":
      return told("silent", "warning", `Order missing: ${event.symbol}`, [text(event.detail)]);
    case "PositionUnprotected":
      return told("alert", "bad", `UNPROTECTED: ${event.symbol}`, [text(event.detail)]);
    case "ForeignPositionSeen":
      return told("alert", "warning", `Not ours: ${event.symbol}`, [text(event.detail)]);
    case "TroubleSeen":
      return told("alert", "bad", `${troubleTitles[event.code]}: ${event.symbol}`, [text(event.detail)]);
    case "AlarmChanged":
      return event.state === "ALARM"
        ? told("alert", "bad", `Alarm: ${event.alarm}`, [text(event.reason)])
        : told("silent", event.state === "OK" ? "good" : "neutral", `Alarm over: ${event.alarm}`, [text(event.reason)]);
    case "SymbolFrozen":
      return told("alert", "warning", `Entries frozen: ${event.symbol}`, [text(event.reason)]);
    case "EntriesHalted":
      return told("alert", "bad", "Entries rest", [text(`${event.reason}.`), keyValues([["protection", event.code]])]);
    case "CloseRequested":
      return told("alert", "warning", `Closing ${event.symbol ?? "everything"}`, [text(`Asked for by ${event.by}: ${event.reason}`)]);
    case "SystemSilent":
      return told("alert", "bad", "NO CYCLES", [
        text(`${event.missing} closes in a row have no finished cycle. Open positions are guarded by their stops on the exchange.`),
        keyValues([["last finished cycle", event.lastCycleId === undefined ? "—" : { atMs: closeTimeOfCycle(event.lastCycleId) }]]),
      ]);
    case "SummaryMade":
      return told("silent", summaryTone(event), summaryTitle(event), summaryBlocks(event));
    case "OperatorActed":
      return told("silent", "warning", `/${event.command} by ${event.by}`, [text(event.effect)]);
    case "CloseCompleted":
      return told("alert", "neutral", `Nothing open any more: ${event.symbol ?? "the whole account"}`, [
        text(`As asked for by ${event.by}: ${event.reason}`),
      ]);
    case "PartlyClosed":
      return told("silent", "good", `Target reached: ${event.symbol} ${event.direction}`, [
        keyValues([
          ["taken", event.quantity],
          ["at", event.price],
          ["still open", event.remaining],
        ]),
      ]);
    case "StopMoved":
      return told("silent", "neutral", `Stop moved: ${event.symbol} ${event.direction}`, [
        keyValues([
          ["to", event.to],
          ["why", event.detail],
        ]),
      ]);
  }
}

const troubleTitles: Record<TroubleCode, string> = {
  CLOSE_REFUSED: "Close refused",
  LIQUIDATION_NEAR: "LIQUIDATION NEAR",
  GONE_WITHOUT_FILLS: "Gone without a result",
  ENTRY_NEVER_SHOWN: "Entry never shown",
  STOPS_NOT_LISTED: "Stops not told",
};

const exitWords: Record<ExitReason, string> = {
  stopLoss: "stop",
  takeProfit: "target",
  breakeven: "stop at breakeven",
  trailing: "trailing stop",
  timeStop: "no progress in time",
  revalidation: "the reasons for it are gone",
  funding: "funding against it",
  delisting: "delisting",
  manual: "closed by hand",
  closed: "closed at market by us",
  excess: "given back: more was filled than intended",
  liquidated: "LIQUIDATED by the exchange",
  elsewhere: "closed outside of this system",
};

const closedTitle = (event: Extract<DomainEvent, { type: "PositionClosed" }>): string =>
  `Closed ${event.symbol} ${event.direction}: ${signedFigureText(event.rMultiple, 2)} R`;

/** How people are told of an event; undefined when it stays in the log. */
export function notificationOf(event: DomainEvent, atMs: number, footer?: string): Notification | undefined {
  const { level, view } = storyOf(event, atMs, footer);
  return level === "off" ? undefined : { type: event.type, level, view };
}
