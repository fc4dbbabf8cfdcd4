import { failed, type Result, succeeded } from "@winiswin/domain/result";
import * as z from "zod/mini";
import { interactionTypes } from "./protocol.ts";

const snowflake = z.string().check(z.regex(/^\d{1,20}$/));
const user = z.object({ id: snowflake });

const pingSchema = z.object({ type: z.literal(interactionTypes.ping) });

const commandSchema = z.object({
  type: z.literal(interactionTypes.command),
  application_id: snowflake,
  // Becomes part of a URL.
  token: z.string().check(z.regex(/^[\w.=-]{1,512}$/)),
  data: z.object({
    name: z.string().check(z.minLength(1), z.maxLength(100)),
    options: z.optional(
      z
        .array(
          z.object({
            name: z.string().check(z.minLength(1), z.maxLength(100)),
            value: z.union([z.string().check(z.maxLength(6000)), z.number(), z.boolean()]),
          }),
        )
        .check(z.maxLength(25)),
    ),
  }),
  member: z.optional(z.object({ user })),
  user: z.optional(user),
});

const schema = z.discriminatedUnion("type", [pingSchema, commandSchema]);

export type Interaction =
  | { readonly kind: "ping" }
  | {
      readonly kind: "command";
      readonly name: string;
      readonly options: Readonly<Record<string, string | number | boolean>>;
      readonly userId: string;
      readonly applicationId: string;
      readonly token: string;
    };

/** The few facts of an interaction that are used; the failure says what is wrong with the body. */
export function parseInteraction(body: string): Result<Interaction, string> {
  const json = parseJson(body);
  if (!json.ok) return json;
  const parsed = schema.safeParse(json.value);
  if (!parsed.success) return failed(`the body is no interaction that is answered here: ${parsed.error.issues[0]?.path.join(".") ?? ""}`);
  if (parsed.data.type === interactionTypes.ping) return succeeded({ kind: "ping" });
  const { application_id: applicationId, token, data, member, user: directUser } = parsed.data;
  const userId = member?.user.id ?? directUser?.id;
  if (userId === undefined) return failed("the interaction names no user");
  const given = data.options ?? [];
  const options = Object.fromEntries(given.map((option) => [option.name, option.value]));
  if (Object.keys(options).length !== given.length) return failed("an option is given twice");
  return succeeded({ kind: "command", name: data.name, options, userId, applicationId, token });
}

function parseJson(body: string): Result<unknown, string> {
  try {
    return succeeded(JSON.parse(body));
  } catch {
    return failed("the body is not JSON");
  }
}
