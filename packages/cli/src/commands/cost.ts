import { alignedLines } from "@winiswin/application/commands/cell-text";
import { metrics } from "@winiswin/application/metrics";
import { type Bill, billOf, deploymentOf, loadMeasurements, pricesAsOf, pricesFrom } from "@winiswin/cost";
import { projectTopology } from "@winiswin/local/topology";
import { z } from "zod";
import type { RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { parseFlags } from "../flags/market-flags.ts";

const flagsShape = {
  json: z.boolean().default(false),
  fixedAddress: z.boolean().default(false),
  symbols: z.coerce.number({ error: "must be a number" }).int().min(1).max(2_000).default(650),
};

/** The month's bill of AWS, line by line. */
export const runCost: RunCommand = async (given, { terminal }) => {
  const flags = parseFlags(flagsShape, given);
  const measured = loadMeasurements();
  const bill = billOf(measured, deploymentOf(projectTopology, Object.keys(metrics).length, flags.fixedAddress), flags.symbols);
  if (flags.json) {
    terminal.data(
      JSON.stringify({
        ...bill,
        region: "eu-central-1",
        pricesAsOf,
        pricesFrom,
        measuredOn: measured.measuredOn,
        machine: measured.machine,
      }),
    );
    return exitCodes.ok;
  }
  for (const line of tableOf(bill)) terminal.data(line);
  terminal.data("");
  terminal.data(
    `Measured ${measured.measuredOn} on ${measured.machine}; durations on Lambda are derived from it, none was measured there.`,
  );
  terminal.data(`Prices of ${pricesAsOf}. ${pricesFrom}`);
  return exitCodes.ok;
};

function tableOf({ symbols, lines, usd, usdAfterFree }: Bill): readonly string[] {
  return [
    `A month of ${symbols} symbols in Frankfurt: ${usd.toFixed(2)} USD at list prices, ${usdAfterFree.toFixed(2)} USD after what each account has free.`,
    "",
    ...alignedLines(
      [
        { heading: "service", align: "left" },
        { heading: "what", align: "left" },
        { heading: "quantity", align: "right" },
        { heading: "unit", align: "left" },
        { heading: "USD", align: "right" },
        { heading: "after free", align: "right" },
      ],
      lines.map((line) => [
        line.service,
        line.item,
        line.quantity.toLocaleString("en", { maximumFractionDigits: line.quantity < 10 ? 3 : 0 }),
        line.unit,
        line.usd.toFixed(2),
        line.usdAfterFree.toFixed(2),
      ]),
    ),
  ];
}
