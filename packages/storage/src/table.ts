import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** Where a store keeps its rows. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}
