import { oneLine } from "@winiswin/application/commands/cell-text";
import type { Block, Button, Cell, KeyValues, Table, Tone, View } from "@winiswin/application/commands/view";
import type {
  APIActionRowComponent,
  APIButtonComponentWithCustomId,
  APIEmbed,
  APIEmbedField,
  RESTPostAPIWebhookWithTokenJSONBody,
} from "discord-api-types/v10";
import { buttonStyles, componentTypes, limits } from "./protocol.ts";
import { instantMarkup, tableParts } from "./render-table.ts";
import { plain, shortened } from "./shortened.ts";

const colours: Record<Tone, number> = { neutral: 0x5865f2, good: 0x2e9e5b, warning: 0xd9a400, bad: 0xd83c3e };
/** Where a field needs a name and there is nothing to say. */
const noName = "\u200b";
const longestText = 1000;
const longestValue = 300;
/** More pairs than this would leave no fields for anything else, so they become lines of one field. */
const mostInlineFields = 15;
/** Room for the last field that counts what did not fit. */
const reserve = 60;
const leastForTable = 240;

/** A message that shows nothing but the view and mentions nobody. */
export type ViewMessage = Pick<RESTPostAPIWebhookWithTokenJSONBody, "embeds" | "allowed_mentions">;

/** The name under which a picture is attached. */
export const pictureName = "picture.png";

type ButtonRow = APIActionRowComponent<APIButtonComponentWithCustomId>;

/** A whole answer: it takes the place of what was there, buttons and pictures included. */
export interface AnswerMessage extends ViewMessage {
  readonly components: readonly ButtonRow[];
  readonly attachments: readonly { readonly id: number; readonly filename: string; readonly description: string }[];
}

export const renderAnswer = (view: View, hasPicture: boolean): AnswerMessage => ({
  embeds: [hasPicture ? { ...renderEmbed(view), image: { url: `attachment://${pictureName}` } } : renderEmbed(view)],
  allowed_mentions: { parse: [] },
  components: buttonRows(view.buttons ?? []),
  attachments: hasPicture ? [{ id: 0, filename: pictureName, description: shortened(oneLine(view.title), 200) }] : [],
});

function buttonRows(buttons: readonly Button[]): readonly ButtonRow[] {
  const shown = buttons.slice(0, limits.rows * limits.buttonsPerRow);
  return Array.from({ length: Math.ceil(shown.length / limits.buttonsPerRow) }, (_, row) => ({
    type: componentTypes.row,
    components: shown.slice(row * limits.buttonsPerRow, (row + 1) * limits.buttonsPerRow).map(({ label, style, key }) => ({
      type: componentTypes.button,
      style: buttonStyles[style],
      label: shortened(oneLine(label), limits.buttonLabel),
      custom_id: key,
    })),
  }));
}

export const renderMessage = (view: View): ViewMessage => ({ embeds: [renderEmbed(view)], allowed_mentions: { parse: [] } });

/**
 * One embed within every limit of Discord. Texts and a table at the beginning become the description, all else fields in their order; what
 * does not fit is counted ("… n more"), never silently left out.
 */
export function renderEmbed(view: View): APIEmbed {
  const title = shortened(plain(oneLine(view.title)), limits.embedTitle);
  const footer = view.footer === undefined ? undefined : shortened(oneLine(view.footer), 200);
  const { leading, others } = splitLeading(view.blocks);
  const leadingTexts = leading.flatMap((block) => (block.kind === "text" ? [shortened(plain(oneLine(block.text)), longestText)] : []));
  const texts = leadingTexts.slice(0, 3);
  if (leadingTexts.length > texts.length) texts.push(`… ${leadingTexts.length - texts.length} more`);
  const room = limits.embedTotal - title.length - (footer?.length ?? 0) - texts.join("\n").length - 4;
  const described = leading.find((block) => block.kind === "table");
  const plan = planFields(others, room - reserve - (described === undefined ? 0 : leastForTable));
  let left = room - plan.fixedLength;
  const parts = [...texts];
  if (described !== undefined) {
    const share = Math.floor((left - reserve) / (plan.tables + 1));
    const characters = Math.min(share, limits.embedDescription - texts.join("\n").length - described.title.length - 10);
    const body = tableParts(described, { characters, charactersPerPart: characters, parts: 1 }, view.atMs).join("\n");
    const heading = described.rows.length === 0 ? [] : [`**${plain(oneLine(described.title))}**`];
    parts.push([...heading, body].join("\n"));
    left -= body.length + described.title.length + 10;
  }
  const fields = [...fillFields(plan, left, view.atMs)];
  return {
    title,
    color: colours[view.tone],
    ...(parts.length === 0 ? {} : { description: parts.join("\n") }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(footer === undefined ? {} : { footer: { text: footer } }),
    timestamp: new Date(view.atMs).toISOString(),
  };
}

/** The texts at the beginning, and the table that follows them directly. */
function splitLeading(blocks: readonly Block[]): { leading: readonly Block[]; others: readonly Block[] } {
  const firstOther = blocks.findIndex((block) => block.kind !== "text");
  if (firstOther === -1) return { leading: blocks, others: [] };
  const end = blocks[firstOther]?.kind === "table" ? firstOther + 1 : firstOther;
  return { leading: blocks.slice(0, end), others: blocks.slice(end) };
}

type Planned = { readonly fields: readonly APIEmbedField[] } | { readonly table: Table };

interface Plan {
  readonly planned: readonly Planned[];
  readonly tables: number;
  readonly fixedLength: number;
  /** Fields that are free for the tables. */
  readonly freeFields: number;
  readonly leftOut: number;
}

/** Everything of known length first, and a least share for each table; blocks beyond that are counted as left out. */
function planFields(blocks: readonly Block[], room: number): Plan {
  const pairs = blocks.reduce((sum, block) => sum + (block.kind === "keyValues" ? block.entries.length : 0), 0);
  const planned: Planned[] = [];
  let fixedLength = 0;
  let fieldCount = 1;
  let tables = 0;
  for (const block of blocks) {
    const next: Planned = block.kind === "table" ? { table: block } : { fields: fixedFields(block, pairs <= mostInlineFields) };
    const length = "table" in next ? leastForTable : lengthOf(next.fields);
    const count = "table" in next ? 1 : next.fields.length;
    if (fixedLength + tables * leastForTable + length > room || fieldCount + count > limits.embedFields) break;
    planned.push(next);
    fieldCount += count;
    if ("table" in next) tables += 1;
    else fixedLength += length;
  }
  return { planned, tables, fixedLength, freeFields: limits.embedFields - fieldCount, leftOut: blocks.length - planned.length };
}

function fixedFields(block: Exclude<Block, Table>, inline: boolean): readonly APIEmbedField[] {
  if (block.kind === "text") return [{ name: noName, value: shortened(plain(oneLine(block.text)), limits.fieldValue) || noName }];
  if (block.entries.length === 0) return [];
  const pairs = block.entries.map(({ key, value }) => ({
    name: shortened(plain(oneLine(key)), 100) || noName,
    value: shortened(valueText(value), longestValue) || noName,
  }));
  return inline ? pairs.map((pair) => ({ ...pair, inline: true })) : [{ name: noName, value: pairLines(block, pairs) }];
}

function pairLines(block: KeyValues, pairs: readonly { name: string; value: string }[]): string {
  const lines: string[] = [];
  let used = 20;
  for (const { name, value } of pairs) {
    const line = `**${name}** ${value}`;
    if (used + line.length + 1 > limits.fieldValue) break;
    lines.push(line);
    used += line.length + 1;
  }
  if (lines.length < block.entries.length) lines.push(`… ${block.entries.length - lines.length} more`);
  return lines.join("\n");
}

const valueText = (cell: Cell): string => (typeof cell === "string" ? plain(oneLine(cell)) : instantMarkup(cell.atMs));

function fillFields(plan: Plan, room: number, nowMs: number): readonly APIEmbedField[] {
  let left = room - reserve;
  let freeFields = plan.freeFields;
  let tablesLeft = plan.tables;
  const fields = plan.planned.flatMap((planned) => {
    if ("fields" in planned) return planned.fields;
    const name = shortened(plain(oneLine(planned.table.title)), 100) || noName;
    const parts = 1 + Math.floor(freeFields / tablesLeft);
    const characters = Math.floor(left / tablesLeft) - parts * (name.length + 1);
    const values = tableParts(planned.table, { characters, charactersPerPart: limits.fieldValue, parts }, nowMs);
    const made = values.map((value, index): APIEmbedField => ({ name: index === 0 ? name : noName, value }));
    tablesLeft -= 1;
    freeFields -= made.length - 1;
    left -= lengthOf(made);
    return made;
  });
  return plan.leftOut === 0 ? fields : [...fields, { name: noName, value: `… ${plan.leftOut} more parts` }];
}

const lengthOf = (fields: readonly APIEmbedField[]): number =>
  fields.reduce((sum, field) => sum + field.name.length + field.value.length, 0);
