import type { ChartModel } from "../inspect/inspection.ts";
import type { ChartScale } from "./scale.ts";
import { element, priceText, text, timeText } from "./svg.ts";

const barMs = 900_000;

/** Zones run across the whole chart: they are what is known now, not when. */
export function drawZones({ zones }: ChartModel, scale: ChartScale): string {
  return zones
    .filter(({ top, bottom }) => scale.isVisible(top) || scale.isVisible(bottom))
    .map((zone) => {
      const upper = Math.max(scale.top, scale.y(zone.top));
      const lower = Math.min(scale.bottom, scale.y(zone.bottom));
      const label = `${zone.timeframe} ${zone.class} ${Math.round(zone.score)}`;
      const title = `${zone.role} ${label}, ${zone.touches} touches, ${priceText(zone.bottom)} to ${priceText(zone.top)}`;
      const attributes = { x: scale.left, y: upper, width: scale.right - scale.left, height: Math.max(1, lower - upper) };
      return (
        element("rect", { ...attributes, class: `zone ${zone.role} ${zone.class}` }, "", title) +
        text(scale.left + 4, (upper + lower) / 2 + 3, `zone-label ${zone.class}`, label)
      );
    })
    .join("");
}

/** Blocks, breakers and gaps from their own candle until they ended. */
export function drawAreas({ areas }: ChartModel, scale: ChartScale): string {
  return areas
    .filter(({ top, bottom }) => scale.isVisible(top) && scale.isVisible(bottom))
    .map((area) => {
      const x = scale.x(area.fromMs);
      const attributes = { x, y: scale.y(area.top), width: Math.max(2, scale.x(area.toMs) - x) };
      const height = Math.max(1, scale.y(area.bottom) - scale.y(area.top));
      const className = `area ${area.kind.replace(" ", "-")} ${area.direction} ${area.isActive ? "active" : "ended"}`;
      const title = `${area.direction} ${area.kind} ${priceText(area.bottom)} to ${priceText(area.top)}, ${timeText(area.fromMs)}`;
      return element("rect", { ...attributes, height, class: className }, "", title);
    })
    .join("");
}

export function drawSwings({ swings }: ChartModel, scale: ChartScale): string {
  return swings
    .map(({ side, label, timeMs, price }) => {
      const x = scale.x(timeMs) + scale.column / 2;
      const y = scale.y(price) + (side === "high" ? -6 : 14);
      return text(x, y, `swing ${side}`, label === "" ? "•" : label, "middle");
    })
    .join("");
}

export function drawBreaks({ breaks }: ChartModel, scale: ChartScale): string {
  return breaks
    .filter(({ price }) => scale.isVisible(price))
    .map(({ kind, direction, fromMs, toMs, price }) => {
      const x1 = scale.x(fromMs) + scale.column / 2;
      const x2 = scale.x(toMs) + scale.column / 2;
      const y = scale.y(price);
      const className = `break ${kind.toLowerCase()} ${direction}`;
      const label = text((x1 + x2) / 2, direction === "long" ? y - 3 : y + 10, className, kind, "middle");
      return element("line", { x1, x2, y1: y, y2: y, class: className }, "", `${kind} ${direction} ${priceText(price)}`) + label;
    })
    .join("");
}

export function drawSweeps({ sweeps }: ChartModel, scale: ChartScale): string {
  return sweeps
    .filter(({ kind, extreme }) => kind !== "round" && scale.isVisible(extreme))
    .map(({ direction, timeMs, level, extreme, kind }) => {
      const x = scale.x(timeMs) + scale.column / 2;
      const y = scale.y(extreme) + (direction === "long" ? 10 : -10);
      const title = `sweep of ${kind} ${priceText(level)} to ${priceText(extreme)}, ${timeText(timeMs)}`;
      return element("circle", { cx: x, cy: y, r: 4, class: `sweep ${direction}` }, "", title);
    })
    .join("");
}

export function drawLevels({ levels, candles }: ChartModel, scale: ChartScale): string {
  const endMs = candles.at(-1)!.openTimeMs + barMs;
  return levels
    .filter(({ price }) => scale.isVisible(price))
    .map(({ name, price }) => {
      const y = scale.y(price);
      const line = element(
        "line",
        { x1: scale.x(endMs) - 220, x2: scale.right, y1: y, y2: y, class: `level ${name.toLowerCase()}` },
        "",
        `${name} ${priceText(price)}`,
      );
      return line + text(scale.right - 2, y - 3, "level", name, "end");
    })
    .join("");
}
