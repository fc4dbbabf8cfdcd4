import type {
  APIEmbed,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ButtonStyle,
  ComponentType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
} from "discord-api-types/v10";

/** The few numbers of Discord's protocol that are used; importing its enums at run time would add 90 KB to every bundle. */
export const interactionTypes = {
  ping: 1 satisfies InteractionType.Ping,
  command: 2 satisfies InteractionType.ApplicationCommand,
  button: 3 satisfies InteractionType.MessageComponent,
  autocomplete: 4 satisfies InteractionType.ApplicationCommandAutocomplete,
} as const;

export const responseTypes = {
  pong: 1 satisfies InteractionResponseType.Pong,
  message: 4 satisfies InteractionResponseType.ChannelMessageWithSource,
  deferred: 5 satisfies InteractionResponseType.DeferredChannelMessageWithSource,
  update: 7 satisfies InteractionResponseType.UpdateMessage,
  choices: 8 satisfies InteractionResponseType.ApplicationCommandAutocompleteResult,
} as const;

export const componentTypes = {
  row: 1 satisfies ComponentType.ActionRow,
  button: 2 satisfies ComponentType.Button,
} as const;

export const buttonStyles = {
  plain: 2 satisfies ButtonStyle.Secondary,
  danger: 4 satisfies ButtonStyle.Danger,
} as const;

export const messageFlags = {
  ephemeral: 64 satisfies MessageFlags.Ephemeral,
  silent: 4096 satisfies MessageFlags.SuppressNotifications,
} as const;

export const chatCommandType = 1 satisfies ApplicationCommandType.ChatInput;

export const optionTypes = {
  text: 3 satisfies ApplicationCommandOptionType.String,
  integer: 4 satisfies ApplicationCommandOptionType.Integer,
  truth: 5 satisfies ApplicationCommandOptionType.Boolean,
  number: 10 satisfies ApplicationCommandOptionType.Number,
} as const;

/** Characters and counts that Discord accepts at most; `embedTotal` is over all embeds of a message. */
export const limits = {
  embedTitle: 256,
  embedDescription: 4096,
  embedFields: 25,
  fieldName: 256,
  fieldValue: 1024,
  embedFooter: 2048,
  embedTotal: 6000,
  content: 2000,
  commandName: 32,
  commandDescription: 100,
  commandOptions: 25,
  optionChoices: 25,
  choiceText: 100,
  commandTotal: 8000,
  commands: 100,
  rows: 5,
  buttonsPerRow: 5,
  buttonLabel: 80,
  customId: 100,
  embeds: 10,
} as const;

/** What counts towards `embedTotal`. */
export const embedLength = ({ title = "", description = "", footer, fields = [] }: APIEmbed): number =>
  title.length +
  description.length +
  (footer?.text.length ?? 0) +
  fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
