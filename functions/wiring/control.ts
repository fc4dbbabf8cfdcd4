import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createConfirmationStore } from "@winiswin/storage/confirmation-store";
import { createControlStore } from "@winiswin/storage/control-store";
import { Resource } from "sst";
import { currentLogger } from "../clock.ts";
import { once } from "./once.ts";

const documents = once(() => DynamoDBDocumentClient.from(new DynamoDBClient({})));

export const table = (tableName: string) => ({ client: documents(), tableName });

/** Apart from the other tables, because stopping needs this one and must work when the code of others is broken. */
export const control = once(() => createControlStore(table(Resource.Control.name), currentLogger()));
export const confirmations = once(() => createConfirmationStore(table(Resource.Control.name)));
