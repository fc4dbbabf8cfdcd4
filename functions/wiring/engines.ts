import { engineFactory } from "@winiswin/application/analysis/engine-factory";
import { configuration } from "./configuration.ts";
import { detectorsForLearning } from "./learning.ts";
import { once } from "./once.ts";

/** Engines with what the enabled strategies need and nothing else. */
export const engines = once(() => engineFactory(configuration().strategies, detectorsForLearning()));
