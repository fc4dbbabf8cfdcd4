import { withDefaultParameters } from "@winiswin/application/analysis/configured-strategy";
import { engineFactory } from "@winiswin/application/analysis/engine-factory";
import { strategiesEnabledByDefault } from "@winiswin/strategies";
import { once } from "./once.ts";

/** Engines for the strategies that trade by default. */
export const engines = once(() => engineFactory(withDefaultParameters(strategiesEnabledByDefault)));
