import { metrics } from "@winiswin/application/metrics";
import type { BillForecast } from "@winiswin/application/ports/bill";
import { billOf, deploymentOf, loadMeasurements, pricesAsOf } from "@winiswin/cost";
import * as topology from "../../stacks/topology.ts";

/** The same bill as on the command line, summed up by service. */
export const bill: BillForecast = {
  async month(symbols) {
    const measured = loadMeasurements();
    const { lines, usd, usdAfterFree } = billOf(measured, deploymentOf(topology, Object.keys(metrics).length, false), symbols);
    const services = [...Map.groupBy(lines, ({ service }) => service)].map(([service, own]) => ({
      service,
      usd: own.reduce((sum, line) => sum + line.usd, 0),
      usdAfterFree: own.reduce((sum, line) => sum + line.usdAfterFree, 0),
    }));
    return {
      symbols,
      usd,
      usdAfterFree,
      services: services.sort((first, second) => second.usd - first.usd),
      basis: `Prices of ${pricesAsOf}, requests measured ${measured.measuredOn}.`,
    };
  },
};
