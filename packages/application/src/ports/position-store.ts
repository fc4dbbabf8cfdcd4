import type { AbandonedEntry, Position } from "@winiswin/domain/position";
import type { Trade } from "@winiswin/domain/trade";

/** A row that is there and cannot be read: damaged, or written by a newer version of this program. */
export interface UnreadablePosition {
  readonly positionId: string;
  readonly symbol: string;
  readonly reason: string;
}

/** Our copy of what is open or being opened, and our intentions; the exchange is the truth. */
export interface PositionStore {
  /** False when a position with this id exists already. */
  create(position: Position): Promise<boolean>;
  find(bot: string, positionId: string): Promise<Position | undefined>;
  /** Those that can be read: one row that cannot must not keep the others unprotected. */
  open(bot: string): Promise<readonly Position[]>;
  /** The rows that stand for something, nobody knows what: their symbols are ours, and nothing is begun on them. */
  unreadable(bot: string): Promise<readonly UnreadablePosition[]>;
  /** Entries that were given up and may still show; never among the open ones. */
  abandoned(bot: string): Promise<readonly AbandonedEntry[]>;
  /** Writes when the stored version is `position.version - 1`; false when somebody else wrote first. */
  update(position: Position | AbandonedEntry): Promise<boolean>;
  /** Removes the row when it still has the version of the given position; false when somebody wrote meanwhile or it is gone. */
  remove(position: Position | AbandonedEntry): Promise<boolean>;
}

export interface TradeStore {
  /** False when the trade of this position is recorded already. */
  record(trade: Trade): Promise<boolean>;
  /** Closed last first, without those that cannot be read. */
  latest(bot: string, limit: number): Promise<readonly Trade[]>;
}
