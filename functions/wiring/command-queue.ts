import { createCommandQueue } from "@winiswin/messaging/command-queue";
import { Resource } from "sst";
import { once } from "./once.ts";
import { signedFetch } from "./signed-fetch.ts";

const endpoint = () => process.env.AWS_ENDPOINT_URL_SQS || `https://sqs.${process.env.AWS_REGION}.amazonaws.com`;

/** Without the SDK's client, which alone is larger than the endpoint may be. */
export const commandQueue = once(() =>
  createCommandQueue({
    queueUrl: Resource.CommandQueue.url,
    async call(target, body) {
      const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
      const response = await signedFetch("sqs", { method: "POST", url: `${endpoint()}/`, headers, body });
      return { status: response.status, text: await response.text() };
    },
  }),
);
