import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { fontBase64 } from "./font-data.ts";
import type { Rasterizer } from "./illustrator.ts";
import { fontFamily } from "./svg.ts";

let fontFile: string | undefined;

/** The native library takes fonts as files only; a fresh private folder, so that nobody else's file is taken for it. */
function writtenFont(): string {
  if (fontFile !== undefined) return fontFile;
  fontFile = join(mkdtempSync(join(tmpdir(), "winiswin-font-")), "font.ttf");
  writeFileSync(fontFile, Buffer.from(fontBase64, "base64"));
  return fontFile;
}

/** With the font that is shipped and no other: those of the machine would make another picture on each, or boxes where there are none. */
export const resvgRasterizer: Rasterizer = {
  png: (svg) =>
    new Resvg(svg, {
      font: { fontFiles: [writtenFont()], loadSystemFonts: false, defaultFontFamily: fontFamily, sansSerifFamily: fontFamily },
    })
      .render()
      .asPng(),
};
