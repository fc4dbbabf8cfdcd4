import type { Illustrator } from "@winiswin/application/ports/picture";
import { pictureSvg } from "./picture-svg.ts";

/** Makes pixels of an SVG. */
export interface Rasterizer {
  png(svg: string): Uint8Array | Promise<Uint8Array>;
}

/** Draws a picture and rasterises it. */
export const createIllustrator = (rasterizer: Rasterizer): Illustrator => ({
  png: async (picture) => rasterizer.png(pictureSvg(picture)),
});
