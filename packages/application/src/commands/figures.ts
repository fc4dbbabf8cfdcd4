import { type DecimalValue, decimal } from "@winiswin/domain/decimal";

/** Shown where a figure has no meaning yet. */
export const noFigure = "—";

const halfUp = 1;

/** Thousands separated: "12,345.60 USDT". */
export const usdtText = (value: DecimalValue): string => `${grouped(value.toFixed(2, halfUp))} USDT`;

/** With its sign, so that colour is never needed: "+12.30 USDT". */
export const signedUsdtText = (value: DecimalValue): string => `${value.gt(decimal("0")) ? "+" : ""}${usdtText(value)}`;

/** A price or quantity as it is, without trailing zeros. */
export const exactText = (value: DecimalValue): string => grouped(value.toFixed());

/** A float64 price with at most seven significant digits and never an exponent. */
export function priceText(value: number): string {
  if (!Number.isFinite(value)) return noFigure;
  const digitsBefore = value === 0 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1;
  const fixed = value.toFixed(Math.min(20, Math.max(0, 7 - digitsBefore)));
  return grouped(fixed.includes(".") ? fixed.replace(/0+$/, "").replace(/\.$/, "") : fixed);
}

export const figureText = (value: number | undefined, digits: number, unit = ""): string =>
  value === undefined || !Number.isFinite(value) ? noFigure : `${value.toFixed(digits)}${unit}`;

export const signedFigureText = (value: number | undefined, digits: number, unit = ""): string =>
  value === undefined || !Number.isFinite(value) ? noFigure : `${value > 0 ? "+" : ""}${value.toFixed(digits)}${unit}`;

/** "41s", "3m 19s", "2h 05m", "4d 03h"; the sign is dropped. */
export function spanText(spanMs: number): string {
  const seconds = Math.floor(Math.abs(spanMs) / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`;
  return `${Math.floor(seconds / 86_400)}d ${two(Math.floor((seconds % 86_400) / 3600))}h`;
}

/** "3m 19s ago" or "in 41s". */
export const relativeText = (atMs: number, nowMs: number): string =>
  atMs > nowMs ? `in ${spanText(atMs - nowMs)}` : `${spanText(nowMs - atMs)} ago`;

/** "2026-11-21 10:15:00 UTC". */
export const instantText = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;

function grouped(plain: string): string {
  const [whole = "", fraction] = plain.split(".");
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const joined = fraction === undefined ? separated : `${separated}.${fraction}`;
  return /^-[0,.]*$/.test(joined) ? joined.slice(1) : joined;
}
