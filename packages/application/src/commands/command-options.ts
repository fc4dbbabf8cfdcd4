import * as z from "zod/mini";
import type { Command } from "./command.ts";

/** One argument of a command as a surface needs it to make a form of its own. */
export interface CommandOption {
  readonly name: string;
  readonly description: string;
  readonly type: "text" | "integer" | "number" | "truth";
  readonly required: boolean;
  /** Undefined when any value goes. */
  readonly choices: readonly string[] | undefined;
  /** Of the value of a number. */
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** Where suggestions come from while it is typed. */
  readonly completesFrom: "symbols" | undefined;
}

const propertySchema = z.object({
  type: z.enum(["string", "integer", "number", "boolean"]),
  description: z.string(),
  enum: z.optional(z.array(z.string())),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
});

const typeWords = { string: "text", integer: "integer", number: "number", boolean: "truth" } as const;

/** The arguments in their order, read from the command's schema; throws when one has no description or a type that no form can ask for. */
export function optionsOf(command: Pick<Command, "name" | "arguments">): readonly CommandOption[] {
  const { properties = {}, required = [] } = z.toJSONSchema(command.arguments, { io: "input" });
  return Object.entries(properties).map(([name, given]) => {
    const property = propertySchema.safeParse(given);
    if (!property.success)
      throw new Error(`/${command.name}: the option "${name}" cannot become a form: ${z.prettifyError(property.error)}`);
    const { type, description, enum: choices, minimum, maximum } = property.data;
    return {
      name,
      description,
      type: typeWords[type],
      required: required.includes(name),
      choices,
      minimum,
      maximum,
      completesFrom: name === "symbol" ? "symbols" : undefined,
    };
  });
}
