import { z } from "zod";

const message = z.looseObject({
  content: z.string().max(2000).nullish(),
  embeds: z
    .array(
      z.looseObject({
        title: z.string().max(256).optional(),
        description: z.string().max(4096).optional(),
        fields: z
          .array(z.looseObject({ name: z.string().min(1).max(256), value: z.string().min(1).max(1024) }))
          .max(25)
          .optional(),
        footer: z.looseObject({ text: z.string().max(2048) }).optional(),
      }),
    )
    .max(10)
    .nullish(),
  components: z
    .array(
      z.looseObject({
        components: z
          .array(z.looseObject({ label: z.string().min(1).max(80), custom_id: z.string().min(1).max(100) }))
          .min(1)
          .max(5),
      }),
    )
    .max(5)
    .nullish(),
});

const mostInAllEmbeds = 6000;

/** Why Discord would not take a message; undefined when it would. */
export function complaintAboutMessage(content: unknown): string | undefined {
  const read = message.safeParse(content);
  if (!read.success) return z.prettifyError(read.error);
  const length = (read.data.embeds ?? []).reduce(
    (sum, { title = "", description = "", footer, fields = [] }) =>
      sum +
      title.length +
      description.length +
      (footer?.text.length ?? 0) +
      fields.reduce((all, field) => all + field.name.length + field.value.length, 0),
    0,
  );
  return length > mostInAllEmbeds ? `the embeds have ${length} characters in all` : undefined;
}

const commandList = z
  .array(
    z.looseObject({
      name: z.string().regex(/^[-_\p{Ll}\p{N}]{1,32}$/u),
      description: z.string().min(1).max(100),
      options: z
        .array(
          z.looseObject({
            type: z.number(),
            name: z.string().max(32),
            description: z.string().min(1).max(100),
            choices: z.array(z.unknown()).max(25).optional(),
          }),
        )
        .max(25)
        .optional(),
    }),
  )
  .max(100);

/** Why Discord would not take a list of commands; undefined when it would. */
export function complaintAboutCommands(content: unknown): string | undefined {
  const read = commandList.safeParse(content);
  return read.success ? undefined : z.prettifyError(read.error);
}
