import type { CandlePicture, PriceLevel, PriceMark } from "@winiswin/application/ports/picture";
import { priceLabel, roundTicks, type Scale, scaleOf, timeTicks } from "./scale.ts";
import { at, colours, escaped, label, line, page, size } from "./svg.ts";

const area = { left: 24, right: 1080, top: 60, bottom: 552 } as const;

/** Candles with our levels as lines and our entries and exits as triangles. Rising candles are hollow, so that colour is never needed. */
export function candleSvg({ title, candles, levels, marks }: CandlePicture): string {
  const [first, last] = [candles[0], candles.at(-1)];
  if (first === undefined || last === undefined) return page(title, [label(24, 80, "There is no candle.")]);
  const shown = levels.filter(({ price }) => isNear(price, candles));
  const lows = [...candles.map(({ low }) => low), ...shown.map(({ price }) => price)];
  const highs = [...candles.map(({ high }) => high), ...shown.map(({ price }) => price)];
  const [low, high] = [Math.min(...lows), Math.max(...highs)];
  const margin = (high - low) * 0.06 || high * 0.01;
  const y = scaleOf(low - margin, high + margin, area.bottom, area.top);
  const step = (area.right - area.left) / candles.length;
  const candleMs = candles.length > 1 ? (candles[1]?.openTimeMs ?? 0) - first.openTimeMs : 900_000;
  const x = scaleOf(first.openTimeMs, first.openTimeMs + candleMs * candles.length, area.left, area.right);
  return page(`${title} · last ${priceLabel(last.close)}`, [
    ...priceGrid(y),
    ...timeGrid(x),
    ...candles.map((candle, index) => candleShape(candle, area.left + (index + 0.5) * step, step, y)),
    ...shown.map((level) => levelLine(level, y)),
    ...levels
      .filter((level) => !shown.includes(level))
      .map(({ kind, price }, index) =>
        label(area.left + 8, area.top + 20 + 20 * index, `${kind} ${priceLabel(price)} is outside of the picture`, {
          colour: colours[kind],
        }),
      ),
    ...marks.map((mark) => markShape(mark, x, y)),
  ]);
}

/** A level far away would press the candles flat. */
function isNear(price: number, candles: CandlePicture["candles"]): boolean {
  const low = Math.min(...candles.map((candle) => candle.low));
  const high = Math.max(...candles.map((candle) => candle.high));
  const span = high - low || high * 0.01;
  return price > low - span && price < high + span;
}

const priceGrid = (y: Scale): readonly string[] =>
  roundTicks(y.from, y.to, 8).flatMap((price) => [
    line(area.left, y.of(price), area.right, y.of(price), colours.grid),
    label(area.right + 10, y.of(price) + 5, priceLabel(price)),
  ]);

const timeGrid = (x: Scale): readonly string[] =>
  timeTicks(x.from, x.to, 10).flatMap(({ atMs, label: content }) => [
    line(x.of(atMs), area.top, x.of(atMs), area.bottom, colours.grid),
    label(x.of(atMs), size.height - 20, content, { anchor: "middle" }),
  ]);

function candleShape({ open, high, low, close }: CandlePicture["candles"][number], middle: number, step: number, y: Scale): string {
  const isUp = close >= open;
  const colour = isUp ? colours.up : colours.down;
  const width = Math.max(1, step * 0.64);
  const [top, bottom] = [y.of(Math.max(open, close)), y.of(Math.min(open, close))];
  const body = `<rect x="${at(middle - width / 2)}" y="${at(top)}" width="${at(width)}" height="${at(Math.max(1, bottom - top))}" fill="${isUp ? colours.background : colour}" stroke="${colour}"/>`;
  return `${line(middle, y.of(high), middle, y.of(low), colour)}${body}`;
}

const dashes: Record<PriceLevel["kind"], string> = { entry: "", stop: "8 5", target: "2 4", liquidation: "12 4 2 4" };

function levelLine({ kind, price }: PriceLevel, y: Scale): string {
  const dash = dashes[kind] === "" ? "" : ` stroke-dasharray="${dashes[kind]}"`;
  const height = y.of(price);
  return [
    line(area.left, height, area.right, height, colours[kind], ` stroke-width="2"${dash}`),
    `<rect x="${area.right}" y="${at(height - 10)}" width="${size.width - area.right}" height="20" fill="${colours[kind]}"/>`,
    label(area.right + 6, height + 5, `${kind} ${priceLabel(price)}`, { colour: colours.background, pixels: 13 }),
  ].join("");
}

/** An entry points up from below its price, an exit down from above it. */
function markShape({ kind, atMs, price, label: content }: PriceMark, x: Scale, y: Scale): string {
  const [left, top] = [Math.min(area.right, Math.max(area.left, x.of(atMs))), y.of(price)];
  const away = kind === "entry" ? 1 : -1;
  const points = [
    `${at(left)},${at(top + 4 * away)}`,
    `${at(left - 8)},${at(top + 20 * away)}`,
    `${at(left + 8)},${at(top + 20 * away)}`,
  ].join(" ");
  return `<polygon points="${points}" fill="${kind === "entry" ? colours.entry : colours.strong}"><title>${escaped(`${kind} ${content}`)}</title></polygon>${label(left, top + (kind === "entry" ? 36 : -26), content, { anchor: "middle", colour: colours.strong, pixels: 13 })}`;
}
