import type { Inspection } from "../inspect/inspection.ts";
import { priceChart } from "./price-chart.ts";
import { escaped, priceText, timeText } from "./svg.ts";

/** One page that needs nothing else: the chart, the last events and the whole view. */
export function chartPage(inspection: Inspection): string {
  const { symbol, at, isWarm, events, view, chart } = inspection;
  const rows = events
    .toReversed()
    .map(
      (event) =>
        `<tr><td>${timeText(event.confirmedAtMs)}</td><td>${event.timeframe}</td><td>${escaped(event.kind)}</td><td>${event.direction === "long" ? "▲ long" : "▼ short"}</td>` +
        `<td>${priceText(event.bottom)}${event.top === event.bottom ? "" : ` to ${priceText(event.top)}`}</td><td>${timeText(event.barTimeMs)}</td><td>${escaped(event.detail)}</td></tr>`,
    )
    .join("\n");
  const last = chart.candles.at(-1);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(symbol)} at ${escaped(at)}</title>
<style>${styles}</style>
</head>
<body>
<header>
<h1>${escaped(symbol)} <small>15m</small></h1>
<p>Close of ${escaped(at)}${last === undefined ? "" : ` at <b>${priceText(last.close)}</b>`}${isWarm ? "" : " · <b>warming: not every detector can be trusted yet</b>"}</p>
<ul class="legend">${legend.map(([className, label]) => `<li><i class="${className}"></i>${label}</li>`).join("")}</ul>
</header>
<main>
${priceChart(chart)}
<p class="note">Everything is drawn as it was known at this close; zones, levels and profile are those of now. Hover for values.</p>
<details open><summary>Last ${events.length} events, newest first</summary>
<table><thead><tr><th>known at</th><th>timeframe</th><th>what</th><th>speaks for</th><th>price</th><th>about the candle of</th><th></th></tr></thead>
<tbody>${rows}</tbody></table></details>
<details><summary>The whole view</summary><pre>${escaped(JSON.stringify(view, null, 2))}</pre></details>
</main>
</body>
</html>
`;
}

const legend: readonly (readonly [string, string])[] = [
  ["zone support", "support zone"],
  ["zone resistance", "resistance zone"],
  ["area order-block long", "order block ▲"],
  ["area order-block short", "order block ▼"],
  ["area gap long", "gap ▲"],
  ["area gap short", "gap ▼"],
  ["line vwap", "daily VWAP ± 2"],
  ["line ema50", "EMA 50"],
  ["line ema200", "EMA 200"],
  ["sweep", "sweep"],
];

const styles = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b2330; --faint: #8b95a5; --grid: #e8ebf0; --up: #0f9d76; --down: #d3475a; --blue: #2f6fde; --amber: #b7791f; --violet: #7b4fc9; }
@media (prefers-color-scheme: dark) { :root { --ground: #10151d; --ink: #dbe2ec; --faint: #7f8a9b; --grid: #1f2733; --up: #2cc298; --down: #ef6a7c; --blue: #6ba0ff; --amber: #e0a54a; --violet: #ab86f0; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
header, main { padding: 0 16px; }
h1 { margin: 12px 0 0; font-size: 20px; } h1 small { color: var(--faint); font-weight: normal; } header p { margin: 2px 0 6px; }
svg { width: 100%; height: auto; display: block; }
text { font: 10px system-ui, sans-serif; fill: var(--ink); }
.axis { fill: var(--faint); font-size: 11px; } .grid { stroke: var(--grid); stroke-width: 1; }
g.up line { stroke: var(--up); } g.up rect { fill: var(--ground); stroke: var(--up); } g.down line { stroke: var(--down); } g.down rect { fill: var(--down); stroke: var(--down); }
.volume.up { fill: var(--up); opacity: .45; } .volume.down { fill: var(--down); opacity: .45; } .profile { fill: var(--faint); opacity: .45; }
.line { fill: none; stroke-width: 1.4; } .vwap { stroke: var(--blue); } .vwap\\+2, .vwap-2 { stroke: var(--blue); stroke-width: .8; stroke-dasharray: 4 4; } .ema50 { stroke: var(--amber); } .ema200 { stroke: var(--violet); }
.zone { opacity: .1; } .zone.support { fill: var(--up); } .zone.resistance { fill: var(--down); } .zone.strong { opacity: .2; } .zone.key { opacity: .3; } .zone.weak { opacity: .04; }
.zone-label { fill: var(--faint); font-size: 9px; } .zone-label.weak { display: none; }
.area { stroke-width: 1; } .area.ended { opacity: .25; } .area.active { opacity: .8; }
.order-block.long { fill: color-mix(in srgb, var(--up) 30%, transparent); stroke: var(--up); } .order-block.short { fill: color-mix(in srgb, var(--down) 30%, transparent); stroke: var(--down); }
.breaker { fill: none; stroke: var(--amber); stroke-dasharray: 3 3; } .gap.long { fill: color-mix(in srgb, var(--blue) 22%, transparent); stroke: none; } .gap.short { fill: color-mix(in srgb, var(--violet) 22%, transparent); stroke: none; }
.swing { font-size: 9px; font-weight: 600; } .swing.high { fill: var(--down); } .swing.low { fill: var(--up); }
line.break { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 2 2; } line.choch { stroke-width: 1.6; stroke-dasharray: none; } text.break { font-size: 9px; } text.choch { font-weight: 700; }
.sweep { fill: none; stroke: var(--amber); stroke-width: 2; } .level { stroke: var(--faint); stroke-dasharray: 6 3; } text.level { stroke: none; fill: var(--faint); } line.poc { stroke: var(--blue); stroke-dasharray: none; } line.pool { stroke: var(--amber); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 0 0 6px; color: var(--faint); font-size: 12px; }
.legend i { display: inline-block; width: 14px; height: 10px; margin-right: 5px; border: 1px solid transparent; box-sizing: border-box; }
.legend .support { background: var(--up); opacity: .3; } .legend .resistance { background: var(--down); opacity: .3; } .legend .order-block.long { background: color-mix(in srgb, var(--up) 30%, transparent); border-color: var(--up); } .legend .order-block.short { background: color-mix(in srgb, var(--down) 30%, transparent); border-color: var(--down); } .legend .gap.long { background: color-mix(in srgb, var(--blue) 30%, transparent); } .legend .gap.short { background: color-mix(in srgb, var(--violet) 30%, transparent); }
.legend .line { height: 0; border-top: 2px solid; vertical-align: middle; } .legend .vwap { border-color: var(--blue); } .legend .ema50 { border-color: var(--amber); } .legend .ema200 { border-color: var(--violet); } .legend .sweep { width: 9px; height: 9px; border: 2px solid var(--amber); border-radius: 50%; }
.note { color: var(--faint); margin: 4px 0 12px; } summary { cursor: pointer; padding: 6px 0; } table { border-collapse: collapse; font-size: 12px; } td, th { text-align: left; padding: 2px 14px 2px 0; border-bottom: 1px solid var(--grid); white-space: nowrap; } pre { font-size: 11px; overflow: auto; }
`;
