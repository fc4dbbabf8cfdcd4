export { realResults, virtualResults } from "./closed-results.ts";
export { type DatasetCounts, datasetCounts } from "./dataset-counts.ts";
export { type Column, type DatasetRecord, datasetColumns, datasetRecords, type RealEnds } from "./dataset-record.ts";
export { csvOf } from "./export/csv.ts";
export { jsonLinesOf } from "./export/json-lines.ts";
export { parquetOf } from "./export/parquet.ts";
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
  type VirtualRules,
} from "./virtual-position.ts";
