import dynalite from "dynalite";
import { type Listening, listenOn } from "./listen.ts";
import { StartError } from "./start-error.ts";

const attempts = 30;
const pauseMs = 100;

/** DynamoDB on loopback, its tables in the folder; throws StartError when the folder is held by another process or cannot be read. */
export async function startDynaliteServer({ port, stateFolder }: { port: number; stateFolder: string }): Promise<Listening> {
  const server = dynalite({ path: stateFolder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const listening = await listenOn(server, port, "tables");
  try {
    await untilOpen(listening.url, stateFolder);
  } catch (error) {
    await listening.stop();
    throw error;
  }
  return listening;
}

/** The store opens behind the server's back; its first answer tells whether that went well. */
async function untilOpen(url: string, stateFolder: string): Promise<void> {
  let answer = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "x-amz-target": "DynamoDB_20120810.ListTables",
        "content-type": "application/x-amz-json-1.0",
        authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        "x-amz-date": "20260101T000000Z",
      },
      body: "{}",
    });
    if (response.ok) return;
    answer = await response.text();
    // The killed process of the last run may need a moment to let go of its lock.
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new StartError(`The tables in ${stateFolder} cannot be opened (${answer.slice(0, 200)}): --fresh starts over.`);
}
