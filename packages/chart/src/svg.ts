/** Of every picture, in pixels. */
export const size = { width: 1200, height: 600 } as const;

export const colours = {
  background: "#10141b",
  grid: "#232a36",
  text: "#aab4c3",
  strong: "#e8edf4",
  up: "#3fb68b",
  down: "#e0565b",
  entry: "#5b8def",
  stop: "#e0565b",
  target: "#3fb68b",
  liquidation: "#d9a400",
  equity: "#5b8def",
  water: "#e0565b",
} as const;

export const fontFamily = "DejaVu Sans";

/** A coordinate with at most one digit behind the point: more is invisible and makes the picture larger. */
export const at = (value: number): string => String(Math.round(value * 10) / 10);

export const escaped = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export interface TextStyle {
  readonly colour?: string;
  readonly pixels?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
}

export function label(
  x: number,
  y: number,
  content: string,
  { colour = colours.text, pixels = 14, anchor = "start" }: TextStyle = {},
): string {
  return `<text x="${at(x)}" y="${at(y)}" fill="${colour}" font-size="${pixels}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

export const line = (x1: number, y1: number, x2: number, y2: number, colour: string, more = ""): string =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${colour}"${more}/>`;

export const page = (title: string, content: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" font-family="${fontFamily}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="${colours.background}"/>`,
    label(24, 36, title, { colour: colours.strong, pixels: 20 }),
    ...content,
    "</svg>",
  ].join("\n");
