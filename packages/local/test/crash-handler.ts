import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { SQSEvent } from "aws-lambda";

const client = new DynamoDBClient({});

/** Takes a little while, so that a kill finds messages in every state. */
export async function handler(event: SQSEvent): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const record of event.Records) await client.send(new PutItemCommand({ TableName: "Handled", Item: { id: { S: record.body } } }));
}
