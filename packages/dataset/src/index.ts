export type { FeatureDescription, MarketFacts } from "./feature.ts";
export type { FeatureRow, RowKey } from "./feature-row.ts";
export { type Features, featureDescriptions, featureNames, featureNeeds, featureSchemaVersion, featuresOf } from "./features.ts";
export { followOnView } from "./follow-on-view.ts";
export {
  followVirtualPosition,
  mostBarsHeld,
  type VirtualCosts,
  type VirtualExitReason,
  type VirtualOutcome,
  type VirtualPosition,
} from "./virtual-position.ts";
