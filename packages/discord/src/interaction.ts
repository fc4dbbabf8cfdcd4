import { failed, type Result, succeeded } from "@winiswin/domain/result";
import * as z from "zod/mini";
import { interactionTypes } from "./protocol.ts";

const snowflake = z.string().check(z.regex(/^\d{1,20}$/));
const user = z.object({ id: snowflake });
const name = z.string().check(z.minLength(1), z.maxLength(100));

const common = {
  id: snowflake,
  application_id: snowflake,
  // Becomes part of a URL.
  token: z.string().check(z.regex(/^[\w.=-]{1,512}$/)),
  member: z.optional(z.object({ user, roles: z.optional(z.array(snowflake).check(z.maxLength(300))) })),
  user: z.optional(user),
};

const options = z.optional(
  z
    .array(
      z.object({
        // None of ours begins with "_", and "__proto__" does.
        name: z.string().check(z.regex(/^[\p{Ll}\p{N}][-_\p{Ll}\p{N}]{0,31}$/u)),
        value: z.union([z.string().check(z.maxLength(6000)), z.number(), z.boolean()]),
        focused: z.optional(z.boolean()),
      }),
    )
    .check(z.maxLength(25)),
);

const schema = z.discriminatedUnion("type", [
  z.object({ type: z.literal(interactionTypes.ping) }),
  z.object({ type: z.literal(interactionTypes.command), ...common, data: z.object({ name, options }) }),
  z.object({ type: z.literal(interactionTypes.autocomplete), ...common, data: z.object({ name, options }) }),
  z.object({
    type: z.literal(interactionTypes.button),
    ...common,
    // The keys that our own answers carry; the worker reads them.
    data: z.object({ custom_id: z.string().check(z.regex(/^v1:(yes|no|ask):[\p{L}\p{N}_:=-]{1,80}$/u)), component_type: z.literal(2) }),
  }),
]);

type OptionValues = Readonly<Record<string, string | number | boolean>>;

/** Facts that every question has. */
export interface Asker {
  readonly id: string;
  readonly applicationId: string;
  readonly token: string;
  readonly userId: string;
  /** Empty in a direct message. */
  readonly roleIds: readonly string[];
}

export type Interaction =
  | { readonly kind: "ping" }
  | (Asker & { readonly kind: "command"; readonly name: string; readonly options: OptionValues })
  | (Asker & { readonly kind: "autocomplete"; readonly option: string; readonly typed: string })
  | (Asker & { readonly kind: "button"; readonly key: string });

/** The few facts of an interaction that are used; the failure says what is wrong with the body. */
export function parseInteraction(body: string): Result<Interaction, string> {
  const json = parseJson(body);
  if (!json.ok) return json;
  const parsed = schema.safeParse(json.value);
  if (!parsed.success) return failed(`the body is no interaction that is answered here: ${parsed.error.issues[0]?.path.join(".") ?? ""}`);
  if (parsed.data.type === interactionTypes.ping) return succeeded({ kind: "ping" });
  const { id, application_id: applicationId, token, member, user: directUser } = parsed.data;
  const userId = member?.user.id ?? directUser?.id;
  if (userId === undefined) return failed("the interaction names no user");
  const asker: Asker = { id, applicationId, token, userId, roleIds: member?.roles ?? [] };
  if (parsed.data.type === interactionTypes.button) return succeeded({ kind: "button", key: parsed.data.data.custom_id, ...asker });
  const given = parsed.data.data.options ?? [];
  if (parsed.data.type === interactionTypes.autocomplete) {
    const focused = given.find((option) => option.focused === true);
    if (focused === undefined) return failed("the autocomplete names no option");
    return succeeded({ kind: "autocomplete", option: focused.name, typed: String(focused.value), ...asker });
  }
  const values = Object.fromEntries(given.map((option) => [option.name, option.value]));
  if (Object.keys(values).length !== given.length) return failed("an option is given twice");
  return succeeded({ kind: "command", name: parsed.data.data.name, options: values, ...asker });
}

function parseJson(body: string): Result<unknown, string> {
  try {
    return succeeded(JSON.parse(body));
  } catch {
    return failed("the body is not JSON");
  }
}
