import type { ChartModel } from "../inspect/inspection.ts";
import { drawAreas, drawBreaks, drawLevels, drawSweeps, drawSwings, drawZones } from "./overlays.ts";
import { axisPrices, type ChartScale, chartScale } from "./scale.ts";
import { element, priceText, text, timeText } from "./svg.ts";

export const chartSize = { width: 1680, height: 900 } as const;
const frame = { left: 10, right: 1430, top: 20, bottom: 740 } as const;
const volumeFrame = { top: 760, bottom: 860 } as const;
const profileRight = 1570;
const barMs = 900_000;

/** The chart as one SVG element; colours come from the page's classes. */
export function priceChart(model: ChartModel): string {
  const { candles } = model;
  if (candles.length === 0) return "";
  const highest = Math.max(...candles.map(({ high }) => high));
  const lowest = Math.min(...candles.map(({ low }) => low));
  const scale = chartScale(frame, candles[0]!.openTimeMs, candles.length, lowest, highest);
  const layers = [
    drawGrid(model, scale, lowest, highest),
    drawZones(model, scale),
    drawAreas(model, scale),
    drawProfile(model, scale),
    drawLines(model, scale),
    drawCandles(model, scale),
    drawLevels(model, scale),
    drawBreaks(model, scale),
    drawSweeps(model, scale),
    drawSwings(model, scale),
    drawVolume(model, scale),
  ];
  return `<svg viewBox="0 0 ${chartSize.width} ${chartSize.height}" role="img" aria-label="Candles and what the engine saw in them">${layers.join("\n")}</svg>`;
}

function drawGrid({ candles }: ChartModel, scale: ChartScale, lowest: number, highest: number): string {
  const prices = axisPrices(lowest, highest).map(
    (price) =>
      element("line", { x1: frame.left, x2: profileRight, y1: scale.y(price), y2: scale.y(price), class: "grid" }) +
      text(chartSize.width - 8, scale.y(price) + 4, "axis", priceText(price), "end"),
  );
  const spacing = Math.max(1, Math.ceil(candles.length / 8));
  const times = candles
    .filter((candle) => (candle.openTimeMs / barMs) % spacing === 0)
    .map(({ openTimeMs }) => {
      const x = scale.x(openTimeMs) + scale.column / 2;
      return (
        element("line", { x1: x, x2: x, y1: frame.top, y2: volumeFrame.bottom, class: "grid" }) +
        text(x, chartSize.height - 20, "axis", timeText(openTimeMs), "middle")
      );
    });
  return prices.join("") + times.join("");
}

function drawCandles({ candles }: ChartModel, scale: ChartScale): string {
  const body = Math.max(1, scale.column * 0.7);
  return candles
    .map(({ openTimeMs, open, high, low, close, volume }) => {
      const x = scale.x(openTimeMs) + scale.column / 2;
      const upper = scale.y(Math.max(open, close));
      const height = Math.max(1, scale.y(Math.min(open, close)) - upper);
      const className = close >= open ? "up" : "down";
      const title = `${timeText(openTimeMs)} open ${open} high ${high} low ${low} close ${close} volume ${volume}`;
      const wick = element("line", { x1: x, x2: x, y1: scale.y(high), y2: scale.y(low) });
      return element("g", { class: className }, wick + element("rect", { x: x - body / 2, y: upper, width: body, height }), title);
    })
    .join("");
}

function drawLines({ candles, lines }: ChartModel, scale: ChartScale): string {
  return lines
    .map(({ name, values }) => {
      let path = "";
      let isDrawing = false;
      values.forEach((value, index) => {
        if (value === null || !scale.isVisible(value)) {
          isDrawing = false;
          return;
        }
        const x = Math.round(scale.x(candles[index]!.openTimeMs) + scale.column / 2);
        path += `${isDrawing ? "L" : "M"}${x} ${Math.round(scale.y(value) * 10) / 10}`;
        isDrawing = true;
      });
      return element("path", { d: path, class: `line ${name.split(" ")[0]!.toLowerCase()}${name.split(" ")[1] ?? ""}` }, "", name);
    })
    .join("");
}

function drawProfile({ profile }: ChartModel, scale: ChartScale): string {
  const most = Math.max(...profile.map(({ volume }) => volume));
  const height = profile.length > 1 ? Math.abs(scale.y(profile[1]!.price) - scale.y(profile[0]!.price)) : 1;
  return profile
    .filter(({ price }) => scale.isVisible(price))
    .map(({ price, volume }) => {
      const width = (volume / most) * (profileRight - frame.right - 6);
      const attributes = {
        x: profileRight - width,
        y: scale.y(price) - height,
        width,
        height: Math.max(0.5, height - 0.5),
        class: "profile",
      };
      return element("rect", attributes, "", `${priceText(price)}: ${Math.round(volume)}`);
    })
    .join("");
}

function drawVolume({ candles }: ChartModel, scale: ChartScale): string {
  const most = Math.max(...candles.map(({ volume }) => volume), 1e-12);
  return candles
    .map(({ openTimeMs, open, close, volume }) => {
      const height = (volume / most) * (volumeFrame.bottom - volumeFrame.top);
      const width = Math.max(1, scale.column * 0.7);
      const x = scale.x(openTimeMs) + (scale.column - width) / 2;
      return element("rect", { x, y: volumeFrame.bottom - height, width, height, class: `volume ${close >= open ? "up" : "down"}` });
    })
    .join("");
}
