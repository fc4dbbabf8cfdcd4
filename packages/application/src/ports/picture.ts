import type { Candle } from "@winiswin/domain/candle";

/** A horizontal line of a candle picture: a stop, a target, an entry. */
export interface PriceLevel {
  readonly kind: "entry" | "stop" | "target" | "liquidation";
  readonly price: number;
}

/** Something that happened at a time and a price. */
export interface PriceMark {
  readonly kind: "entry" | "exit";
  readonly atMs: number;
  readonly price: number;
  /** A few characters: "long", "+1.9 R". */
  readonly label: string;
}

export interface CandlePicture {
  readonly kind: "candles";
  readonly title: string;
  /** Ascending by time. */
  readonly candles: readonly Candle[];
  readonly levels: readonly PriceLevel[];
  readonly marks: readonly PriceMark[];
}

export interface EquityPoint {
  readonly atMs: number;
  readonly equity: number;
}

/** Equity above and below it how far it is under its highest value so far. */
export interface EquityPicture {
  readonly kind: "equity";
  readonly title: string;
  /** Ascending by time. */
  readonly points: readonly EquityPoint[];
}

export type Picture = CandlePicture | EquityPicture;

export interface Illustrator {
  /** A PNG of 1200 by 600. */
  png(picture: Picture): Promise<Uint8Array>;
}
