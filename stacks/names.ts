import type * as topology from "./topology.ts";

/** What the function is called on AWS; the stage is part of it, because alarms and dashboards of two stages would overwrite each other. */
export const physicalNameOf = (name: topology.FunctionName): string => `${$app.name}-${$app.stage}-${name}`;
