import type { EquityPicture, EquityPoint } from "@winiswin/application/ports/picture";
import { roundTicks, type Scale, scaleOf, timeTicks } from "./scale.ts";
import { at, colours, label, line, page, size } from "./svg.ts";

const area = { left: 24, right: 1090, top: 60, bottom: 400 } as const;
const water = { top: 430, bottom: 552 } as const;

/** Equity above, and below it how far it is under its highest value so far, in percent. */
export function equitySvg({ title, points }: EquityPicture): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return page(title, [label(24, 80, "There is no point.")]);
  const values = points.map(({ equity }) => equity);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low) * 0.08 || high * 0.001 || 1;
  const x = scaleOf(first.atMs, last.atMs, area.left, area.right);
  const y = scaleOf(low - margin, high + margin, area.bottom, area.top);
  const falls = fallsOf(points);
  const deepest = Math.max(...falls.map(({ percent }) => percent));
  const down = scaleOf(0, deepest === 0 ? 1 : deepest, water.top, water.bottom);
  const changePercent = first.equity < 0.01 ? 0 : 100 * (last.equity / first.equity - 1);
  const summary = `${last.equity.toFixed(2)} · ${changePercent >= 0 ? "+" : ""}${changePercent.toFixed(2)} % · deepest fall ${deepest.toFixed(2)} %`;
  return page(`${title} · ${summary}`, [
    ...roundTicks(y.from, y.to, 6).flatMap((value) => [
      line(area.left, y.of(value), area.right, y.of(value), colours.grid),
      label(area.right + 10, y.of(value) + 5, String(Math.round(value * 100) / 100)),
    ]),
    ...timeTicks(first.atMs, last.atMs, 10).flatMap(({ atMs, label: content }) => [
      line(x.of(atMs), area.top, x.of(atMs), water.bottom, colours.grid),
      label(x.of(atMs), size.height - 20, content, { anchor: "middle" }),
    ]),
    `<polyline points="${points.map(({ atMs, equity }) => `${at(x.of(atMs))},${at(y.of(equity))}`).join(" ")}" fill="none" stroke="${colours.equity}" stroke-width="2"/>`,
    waterShape(falls, x, down),
    line(area.left, water.top, area.right, water.top, colours.text),
    label(area.right + 10, water.top + 5, "0 %"),
    label(area.right + 10, water.bottom + 5, `-${(deepest === 0 ? 1 : deepest).toFixed(2)} %`),
  ]);
}

interface Fall {
  readonly atMs: number;
  /** Under the highest value so far, 0 or above. */
  readonly percent: number;
}

function fallsOf(points: readonly EquityPoint[]): readonly Fall[] {
  let high = Number.NEGATIVE_INFINITY;
  return points.map(({ atMs, equity }) => {
    high = Math.max(high, equity);
    return { atMs, percent: high > 0 ? 100 * (1 - equity / high) : 0 };
  });
}

function waterShape(falls: readonly Fall[], x: Scale, down: Scale): string {
  const [first, last] = [falls[0], falls.at(-1)];
  if (first === undefined || last === undefined) return "";
  const surface = [
    `${at(x.of(first.atMs))},${water.top}`,
    ...falls.map(({ atMs, percent }) => `${at(x.of(atMs))},${at(down.of(percent))}`),
    `${at(x.of(last.atMs))},${water.top}`,
  ];
  return `<polygon points="${surface.join(" ")}" fill="${colours.water}" fill-opacity="0.45" stroke="${colours.water}"/>`;
}
