import { instantText, relativeText } from "@winiswin/application/commands/figures";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import * as z from "zod";

const embedSchema = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  fields: z.array(z.object({ name: z.string(), value: z.string(), inline: z.boolean().optional() })).optional(),
  footer: z.object({ text: z.string() }).optional(),
  timestamp: z.string().optional(),
});

const messageSchema = z.object({
  content: z.string().optional(),
  embeds: z.array(embedSchema).optional(),
  components: z.array(z.object({ components: z.array(z.object({ label: z.string(), custom_id: z.string() })) })).optional(),
});

type Embed = z.output<typeof embedSchema>;

/** A Discord message as plain text for a terminal; the failure says that it is none. */
export function answerAsText(payload: unknown): Result<string, string> {
  const parsed = messageSchema.safeParse(payload);
  if (!parsed.success) return failed(`this is no Discord message: ${z.prettifyError(parsed.error)}`);
  const { content = "", embeds = [], components = [] } = parsed.data;
  const buttons = components.flatMap((row) => row.components.map(({ label, custom_id: key }) => `[${label}] ${key}`));
  const parts = [...(content === "" ? [] : [content]), ...embeds.map(embedText), ...(buttons.length === 0 ? [] : [buttons.join("\n")])];
  return parts.length === 0 ? failed("the Discord message is empty") : succeeded(parts.join("\n\n"));
}

function embedText(embed: Embed): string {
  const nowMs = embed.timestamp === undefined ? undefined : Date.parse(embed.timestamp);
  const read = (markdown: string) => withoutMarkdown(markdown, nowMs);
  const footer = [...(embed.footer === undefined ? [] : [embed.footer.text]), ...(nowMs === undefined ? [] : [instantText(nowMs)])];
  return [
    ...(embed.title === undefined ? [] : [read(embed.title)]),
    ...(embed.description === undefined ? [] : [read(embed.description)]),
    ...fieldsText(embed.fields ?? [], read),
    ...(footer.length === 0 ? [] : [footer.join(" · ")]),
  ].join("\n\n");
}

/** Inline fields as aligned pairs, the others as a heading with what stands below it. */
function fieldsText(fields: NonNullable<Embed["fields"]>, read: (markdown: string) => string): readonly string[] {
  const widest = fields.reduce((width, field) => (field.inline === true ? Math.max(width, read(field.name).length) : width), 0);
  const paragraphs: string[] = [];
  let wasInline = false;
  for (const { name, value, inline = false } of fields) {
    const heading = read(name).replaceAll("\u200b", "");
    const line = inline ? `${heading.padEnd(widest)}  ${read(value)}` : `${heading === "" ? "" : `${heading}:\n`}${read(value)}`;
    if (inline && wasInline) paragraphs.push(`${paragraphs.pop() ?? ""}\n${line}`);
    else paragraphs.push(line);
    wasInline = inline;
  }
  return paragraphs;
}

function withoutMarkdown(markdown: string, nowMs: number | undefined): string {
  return markdown
    .split("```")
    .map((part, index) => (index % 2 === 1 ? part.replace(/^\n|\n$/g, "") : spokenText(part, nowMs)))
    .join("");
}

const spokenText = (part: string, nowMs: number | undefined): string =>
  part
    .replace(/\*\*/g, "")
    .replace(/<t:(\d+):R>/g, (_markup, seconds: string) => {
      const atMs = Number(seconds) * 1000;
      return nowMs === undefined ? instantText(atMs) : `${instantText(atMs)} (${relativeText(atMs, nowMs)})`;
    })
    .replace(/\\([\\*_~`|[\]<])/g, "$1");
