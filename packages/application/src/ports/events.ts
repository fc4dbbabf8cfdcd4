import type { CycleId } from "@winiswin/domain/cycle";
import type { Direction } from "@winiswin/domain/direction";
import type { ExitReason } from "@winiswin/domain/trade";

/** What a person should look at: a close that does not go through, a liquidation before the stop, a position that vanished without a result. */
export const troubleCodes = ["CLOSE_REFUSED", "LIQUIDATION_NEAR", "GONE_WITHOUT_FILLS", "ENTRY_NEVER_SHOWN", "STOPS_NOT_LISTED"] as const;

export type TroubleCode = (typeof troubleCodes)[number];

/** What happened, in past tense; money as text, because these travel as JSON. */
export type DomainEvent =
  | {
      readonly type: "CycleAnalyzed";
      readonly cycleId: CycleId;
      readonly complete: boolean;
      readonly signals: number;
      readonly signalsHash: string;
    }
  | {
      readonly type: "CycleExecuted";
      readonly cycleId: CycleId;
      readonly signals: number;
      readonly orders: number;
      readonly refusals: readonly { symbol: string; code: string; reason: string }[];
      readonly equity: string | undefined;
    }
  | {
      readonly type: "PositionOpened";
      readonly cycleId: CycleId;
      readonly positionId: string;
      readonly symbol: string;
      readonly direction: Direction;
      readonly strategy: string;
      readonly quantity: string;
      readonly entryPrice: string;
      readonly stopPrice: string;
      readonly targetPrice: string;
      readonly leverage: number;
      readonly initialRisk: string;
    }
  | {
      readonly type: "PositionClosed";
      readonly cycleId: CycleId;
      readonly positionId: string;
      readonly symbol: string;
      readonly direction: Direction;
      readonly exitReason: ExitReason;
      readonly exitPrice: string;
      readonly netProfit: string;
      readonly fees: string;
      readonly rMultiple: number;
    }
  | { readonly type: "EntryAbandoned"; readonly positionId: string; readonly symbol: string; readonly reason: string }
  | { readonly type: "ProtectionRepaired"; readonly positionId: string; readonly symbol: string; readonly detail: string }
  /** A moved stop or a target is missing; the first stop stands. */
  | { readonly type: "ProtectionPending"; readonly positionId: string; readonly symbol: string; readonly detail: string }
  | { readonly type: "PositionUnprotected"; readonly positionId: string; readonly symbol: string; readonly detail: string }
  | { readonly type: "ForeignPositionSeen"; readonly symbol: string; readonly detail: string }
  | {
      /** Something that this system cannot mend by itself and a person should look at; told again while it lasts. */
      readonly type: "TroubleSeen";
      readonly code: TroubleCode;
      readonly symbol: string;
      readonly detail: string;
    }
  | { readonly type: "SymbolFrozen"; readonly symbol: string; readonly reason: string }
  /** A protection keeps entries on every symbol out. */
  | { readonly type: "EntriesHalted"; readonly code: string; readonly reason: string; readonly atMs: number }
  | {
      /** A person wants a symbol, or everything (undefined), closed; the request itself is stored before this is said. */
      readonly type: "CloseRequested";
      readonly symbol: string | undefined;
      readonly by: string;
      readonly reason: string;
      readonly atMs: number;
    }
  | {
      /** An alarm of the monitoring began or ended. */
      readonly type: "AlarmChanged";
      readonly alarm: string;
      readonly state: "ALARM" | "OK" | "INSUFFICIENT_DATA";
      readonly reason: string;
    }
  | {
      /** Nothing is open any more where a close was requested. */
      readonly type: "CloseCompleted";
      readonly symbol: string | undefined;
      readonly by: string;
      readonly reason: string;
      readonly atMs: number;
    }
  | {
      /** A part of a position was taken at its target. */
      readonly type: "PartlyClosed";
      readonly positionId: string;
      readonly symbol: string;
      readonly direction: Direction;
      readonly quantity: string;
      readonly price: string;
      readonly remaining: string;
    }
  | {
      readonly type: "StopMoved";
      readonly positionId: string;
      readonly symbol: string;
      readonly direction: Direction;
      readonly to: string;
      readonly detail: string;
    }
  | {
      /** A person changed something by a command. */
      readonly type: "OperatorActed";
      /** Like "discord:112233". */
      readonly by: string;
      readonly command: string;
      readonly effect: string;
      readonly atMs: number;
    }
  | {
      /** Cycles are missing: nobody finishes them. */
      readonly type: "SystemSilent";
      readonly lastCycleId: CycleId | undefined;
      readonly missing: number;
      readonly atMs: number;
    }
  | {
      /** What happened in the last hours, for people. */
      readonly type: "SummaryMade";
      readonly hours: 6 | 24;
      /** The first and the last close that count. */
      readonly fromCycleId: CycleId;
      readonly toCycleId: CycleId;
      readonly cycles: { readonly expected: number; readonly analyzed: number };
      readonly signals: number;
      readonly orders: number;
      readonly refusals: readonly { readonly code: string; readonly count: number }[];
      readonly trades: { readonly closed: number; readonly winners: number; readonly netProfit: string; readonly rMultiple: number };
      readonly equity: { readonly first: string | undefined; readonly last: string | undefined };
      readonly openPositions: number;
      readonly halt: string | undefined;
    };

export type DomainEventType = DomainEvent["type"];

export interface EventBus {
  publish(events: readonly DomainEvent[]): Promise<void>;
}
