import type { Illustrator } from "@winiswin/application/ports/picture";

/** Loaded with the first picture: a library of the machine that cannot be loaded costs that picture and nothing else. */
export const illustrator = (): Pick<Illustrator, "png"> => ({
  async png(picture) {
    const [{ createIllustrator }, { resvgRasterizer }] = await Promise.all([
      import("@winiswin/chart/illustrator"),
      import("@winiswin/chart/resvg-rasterizer"),
    ]);
    return createIllustrator(resvgRasterizer).png(picture);
  },
});
