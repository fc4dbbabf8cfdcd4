import { engineFactory } from "@winiswin/application/analysis/engine-factory";
import { strategies } from "@winiswin/strategies";
import { once } from "./once.ts";

/** Engines for every strategy of the registry. */
export const engines = once(() => engineFactory(strategies));
