import type { Picture } from "@winiswin/application/ports/picture";
import { candleSvg } from "./candle-svg.ts";
import { equitySvg } from "./equity-svg.ts";

/** The picture as SVG of 1200 by 600; pure, so the same picture is the same text. */
export const pictureSvg = (picture: Picture): string => (picture.kind === "candles" ? candleSvg(picture) : equitySvg(picture));
