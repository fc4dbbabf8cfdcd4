import { byName } from "./by-name.ts";
import * as topology from "./topology.ts";

/** Unset means empty means "not configured": a first deployment writes signals and needs no key of anybody. */
export const secrets = byName(topology.secrets, (name) => new sst.Secret(name, ""));
