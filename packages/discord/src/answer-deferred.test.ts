import { text, type View } from "@winiswin/application/commands/view";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordServer, startDiscordServer } from "../test/discord-server.ts";
import { answerAsText } from "./answer-as-text.ts";
import { type DiscordDelivery, deliverToDiscord } from "./answer-deferred.ts";
import { createDiscordApi } from "./discord-api.ts";

let discord: DiscordServer;
beforeAll(async () => {
  discord = await startDiscordServer();
});
afterAll(() => discord.close());

function aDelivery(over: Partial<DiscordDelivery> = {}) {
  const logger = recordingLogger();
  return {
    discord: createDiscordApi({ apiUrl: discord.apiUrl, logger, wait: async () => undefined }),
    illustrator: undefined,
    settled: async () => undefined,
    ...over,
    logger,
  };
}

const aView = (over: Partial<View> = {}): View => ({ title: "Status", tone: "good", blocks: [text("Alive.")], atMs: 0, ...over });

const deliver = (interactionToken: string, view: View | undefined, delivery: DiscordDelivery) =>
  deliverToDiscord(
    { askId: "discord-1" },
    { platform: "discord", applicationId: "999", interactionToken },
    Promise.resolve(view),
    delivery,
  );

const answerText = (interactionToken: string): string => {
  const read = answerAsText(discord.answerOf(interactionToken));
  return read.ok ? read.value : read.failure;
};

test("the answer takes the place of the deferral, with its buttons in rows of five", async () => {
  const buttons = Array.from({ length: 7 }, (_, index) => ({ label: `Button ${index}`, style: "plain" as const, key: `v1:ask:b${index}` }));

  await deliver("one", aView({ buttons }), aDelivery());

  expect(answerText("one")).toContain("Alive.");
  expect(discord.answerOf("one")).toMatchObject({
    components: [
      { type: 1, components: { length: 5 } },
      { type: 1, components: [{ type: 2, style: 2, custom_id: "v1:ask:b5" }, {}] },
    ],
    attachments: [],
  });
});

test("a picture is attached and shown in the answer; one that cannot be drawn leaves the text alone", async () => {
  const picture = { kind: "equity", title: "Equity", points: [] } as const;
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);

  await deliver("two", aView({ picture }), aDelivery({ illustrator: { png: async () => png } }));
  const broken = aDelivery({ illustrator: { png: () => Promise.reject(new Error("no font")) } });
  await deliver("three", aView({ picture }), broken);

  expect(discord.answerOf("two")).toMatchObject({ embeds: [{ image: { url: "attachment://picture.png" } }], attachments: [{ id: 0 }] });
  expect(discord.pictureOf("two")).toEqual(png);
  expect(answerText("three")).toContain("Alive.");
  expect(discord.pictureOf("three")).toBeUndefined();
  expect(broken.logger.lines).toContainEqual(expect.objectContaining({ message: "picture not drawn" }));
});

test("nothing is written where another click was first", async () => {
  await deliver("four", undefined, aDelivery());

  expect(discord.answerOf("four")).toBeUndefined();
});

test("the edit waits until the deferral has reached Discord", async () => {
  const order: string[] = [];
  const delivery = aDelivery({
    settled: async () => {
      order.push("settled");
    },
    discord: {
      editOriginal: async () => {
        order.push("edited");
        return { ok: true, value: undefined };
      },
      post: async () => ({ ok: true, value: undefined }),
    },
  });

  await deliver("five", aView(), delivery);

  expect(order).toEqual(["settled", "edited"]);
});

test("an outage of Discord is thrown, so that the queue delivers again; a dead token is not", async () => {
  discord.failNext(...Array.from({ length: 3 }, () => ({ kind: "status", status: 500 }) as const));
  await expect(deliver("six", aView(), aDelivery())).rejects.toThrow("was not delivered");

  discord.failNext({ kind: "status", status: 404 });
  const delivery = aDelivery();
  await deliver("seven", aView(), delivery);
  expect(delivery.logger.lines).toContainEqual({
    level: "error",
    message: "answer dropped",
    fields: { askId: "discord-1", kind: "gone", reason: "the token or webhook is unknown" },
  });
});
