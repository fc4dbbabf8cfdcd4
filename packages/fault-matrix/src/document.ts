import type { MatrixResult, RanCase } from "./matrix.ts";

/** What the complete matrix showed, as a document. */
export function matrixDocument({ cases, wholes }: MatrixResult, seconds: number): string {
  const broken = cases.filter(({ violations }) => violations.length > 0);
  const requests = wholes.reduce((sum, whole) => sum + whole.requests, 0);
  return `# The fault matrix on the wire

${thousands(cases.length)} cases in ${seconds} s: every fault of the exchange at every request. The real adapter talks HTTP to the real simulated exchange (matching, margin,
conditional orders, fault plan), with the real use cases on top and the tables in memory. Each of ${wholes.length} paths of a position's life is run once and its
${requests} requests are recorded; then it is run again for each of them and for each fault, with exactly that request hit ("away for 90 s": that one and all that
follow for so long). Clients wait on a stepped clock, which also moves by their real patience (5 s for a write, 8 s for a read) when no answer comes. Afterwards
the queue and the schedule come every minute until five minutes after the trouble has ended, and once more when orphans are swept. Then:

- at most one executed entry for an intent; where the exchange itself delivers the entry twice, what is held ends as what was intended;
- the tables are the exchange: positions with their quantity, leverage and margin mode; every wanted order rests as wanted and none that nobody wants;
  targets within what is open; exactly one stop that closes the position;
- wallet = deposits + realised - fees + funding, and trades with open positions explain it, both to the last decimal; the parts of a trade are the whole;
- it ends as the market and the rules say (a stop that was hit is a trade that says stopLoss, and so on); cycles are executed, requests settled, nothing frozen;
- the audit is an unbroken chain with every order in it; a run that fails tells an expected failure, and the last guard none;
- no position is without a stop for longer than its bound, by the exchange's own times and counted from the run on: where one request goes wrong, 15 s for an
  entry and 75 s where the guard must come again; where trouble lasts, its length and 75 s.

Written by \`npm run fault-matrix\`, which ends with exit code 6 when a law is broken and prints how to run the case alone. \`npm test\` runs a part of it.

${broken.length === 0 ? "Every law held in every case." : brokenSection(broken)}

What it does not show: faults at the requests with which a case recovers (outages, bans and late views reach into them, single faults do not); two faults that
have nothing to do with each other; tables that fail or processes that die (the crash matrix and the soak do that); functions that are ended because a run takes
too long. "Seen late" is as strict as the simulated exchange: it takes no stop that closes a position before it shows the position.

## Paths

| path | requests | without a fault | cases | how they ended | longest without a stop |
| --- | --- | --- | --- | --- | --- |
${wholes.map(({ path, requests: asked, outcome }) => pathRow(path, asked, outcome, cases)).join("\n")}

## Faults

| fault | cases | how they ended | longest without a stop |
| --- | --- | --- | --- |
${[...Map.groupBy(cases, ({ fault }) => fault)].map(([fault, own]) => `| ${fault} | ${figures(own)} |`).join("\n")}

## Paths and kinds of fault

| path | fault | cases | how they ended | longest without a stop |
| --- | --- | --- | --- | --- |
${[...Map.groupBy(cases, ({ path, faultClass }) => `${path} | ${faultClass}`)].map(([names, own]) => `| ${names} | ${figures(own)} |`).join("\n")}
`;
}

const thousands = (count: number): string => count.toLocaleString("en-US");

function pathRow(path: string, requests: number, outcome: string, cases: readonly RanCase[]): string {
  return `| ${path} | ${requests} | ${outcome} | ${figures(cases.filter((ran) => ran.path === path))} |`;
}

function figures(cases: readonly RanCase[]): string {
  const longestMs = Math.max(...cases.map(({ withoutStopMs }) => withoutStopMs));
  return `${cases.length} | ${endings(cases)} | ${(longestMs / 1_000).toFixed(1)} s`;
}

function endings(cases: readonly RanCase[]): string {
  const counts = [...Map.groupBy(cases, ({ outcome }) => outcome)].map(([outcome, own]) => [outcome, own.length] as const);
  return counts
    .sort(([, one], [, other]) => other - one)
    .map(([outcome, count]) => `${count} × ${outcome}`)
    .join("<br>");
}

function brokenSection(broken: readonly RanCase[]): string {
  const groups = Map.groupBy(
    broken,
    ({ path, fault, violations }) => `| ${path} | ${fault} | ${[...new Set(violations.map(({ law }) => law))].join("; ")} |`,
  );
  return `**${broken.length} cases broke a law:**

| path | fault | laws | cases |
| --- | --- | --- | --- |
${[...groups].map(([row, own]) => `${row} ${own.length} |`).join("\n")}`;
}
