import type { APIEmbed } from "discord-api-types/v10";
import { embedLength, limits } from "../src/protocol.ts";

interface Message {
  readonly content?: string | null;
  readonly embeds?: readonly APIEmbed[] | null | undefined;
  readonly components?: readonly { readonly components: readonly { readonly label?: string | undefined; readonly custom_id: string }[] }[];
}

/** Every limit of Discord that a message breaks, as Discord would complain; empty when it would be accepted. */
export function brokenLimits(message: Message): readonly string[] {
  const embeds = message.embeds ?? [];
  const total = embeds.reduce((sum, embed) => sum + embedLength(embed), 0);
  return [
    ...tooLong("content", message.content ?? "", limits.content),
    ...((message.content ?? "") === "" && embeds.length === 0 ? ["the message is empty"] : []),
    ...(embeds.length > 10 ? ["more than 10 embeds"] : []),
    ...(total > limits.embedTotal ? [`embeds have ${total} characters in all`] : []),
    ...embeds.flatMap(brokenByEmbed),
    ...brokenByButtons(message.components ?? []),
  ];
}

function brokenByEmbed(embed: APIEmbed): readonly string[] {
  const fields = embed.fields ?? [];
  return [
    ...tooLong("title", embed.title ?? "", limits.embedTitle),
    ...tooLong("description", embed.description ?? "", limits.embedDescription),
    ...tooLong("footer", embed.footer?.text ?? "", limits.embedFooter),
    ...(fields.length > limits.embedFields ? [`${fields.length} fields`] : []),
    ...fields.flatMap(({ name, value }, index) => [
      ...tooLong(`name of field ${index}`, name, limits.fieldName),
      ...tooLong(`value of field ${index}`, value, limits.fieldValue),
      ...(name === "" || value === "" ? [`field ${index} is empty`] : []),
    ]),
  ];
}

function brokenByButtons(rows: NonNullable<Message["components"]>): readonly string[] {
  const buttons = rows.flatMap((row) => row.components);
  const ids = new Set(buttons.map((button) => button.custom_id));
  return [
    ...(rows.length > limits.rows ? [`${rows.length} rows of buttons`] : []),
    ...rows.flatMap((row) =>
      row.components.length < 1 || row.components.length > limits.buttonsPerRow ? [`${row.components.length} buttons in a row`] : [],
    ),
    ...buttons.flatMap(({ label = "", custom_id: id }) => [
      ...tooLong("label", label, limits.buttonLabel),
      ...tooLong("custom_id", id, limits.customId),
    ]),
    ...(buttons.some(({ label = "", custom_id: id }) => label === "" || id === "") ? ["a button is empty"] : []),
    ...(ids.size < buttons.length ? ["two buttons have the same custom_id"] : []),
  ];
}

const tooLong = (what: string, content: string, limit: number): readonly string[] =>
  content.length > limit ? [`${what} has ${content.length} characters, ${limit} are accepted`] : [];
