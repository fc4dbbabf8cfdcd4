/** Text made safe for HTML and SVG, also inside quoted attributes. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const short = (value: string | number): string => (typeof value === "number" ? String(Math.round(value * 100) / 100) : escaped(value));

/** One SVG element; a `title` becomes what the pointer shows over it. */
export function element(name: string, attributes: Record<string, string | number>, content = "", title = ""): string {
  const list = Object.entries(attributes)
    .map(([attribute, value]) => ` ${attribute}="${short(value)}"`)
    .join("");
  const inner = (title === "" ? "" : `<title>${escaped(title)}</title>`) + content;
  return inner === "" ? `<${name}${list}/>` : `<${name}${list}>${inner}</${name}>`;
}

export const text = (x: number, y: number, className: string, content: string, anchor: "start" | "middle" | "end" = "start"): string =>
  element("text", { x, y, class: className, "text-anchor": anchor }, escaped(content));

/** A price with the digits that matter at its size. */
export const priceText = (price: number): string => String(Number(price.toPrecision(7)));

/** 2024-03-05 14:15, UTC. */
export const timeText = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");
