import { Resource } from "sst";
import { expect, test } from "vitest";
import { functions, linksOf } from "../../../stacks/topology.ts";
import { handlerEnvironment } from "../src/links.ts";
import { projectTopology } from "../src/topology.ts";

test("every link that a function of the system names is a resource that handlers can read", () => {
  const queueUrls = Object.fromEntries(
    Object.keys(projectTopology.queues).map((name) => [name, `http://127.0.0.1:1/000000000000/${name}`]),
  );
  Object.assign(
    process.env,
    handlerEnvironment(projectTopology, {
      dynamodbUrl: "http://127.0.0.1:2",
      queuesUrl: "http://127.0.0.1:1",
      eventsUrl: "http://127.0.0.1:3",
      queueUrls,
      functionUrls: { discordInteractions: "http://127.0.0.1:4" },
      secrets: { BinanceApiKey: "key" },
    }),
  );
  const resources = Resource as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const links = Object.values(functions).flatMap((description) => linksOf(description));

  expect(links.length).toBeGreaterThan(10);
  for (const link of links) {
    const resource = resources[link];
    expect(typeof (resource?.name ?? resource?.url ?? resource?.value), link).toBe("string");
  }
  expect(resources.AnalysisQueue?.url).toBe("http://127.0.0.1:1/000000000000/AnalysisQueue");
  expect(resources.Snapshots?.name).toBe("winiswin-snapshots");
  expect(resources.BinanceApiKey?.value).toBe("key");
  expect(resources.DiscordWebhookUrl?.value).toBe("");
  expect(() => resources.Nowhere).toThrow("is not linked");
});
